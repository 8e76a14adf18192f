/** The analysis on scores that were made up, whose effects are known. */
import assert from "node:assert/strict";
import { type Case, ORIGINAL } from "../../matrix/case.ts";
import { Stream } from "../../random/stream.ts";
import { FEWEST_PAIRS } from "../statistics/contrasts.ts";
import { analyse, type HeadScores, type Kind, KINDS, PLAN } from "./analysis.ts";

/** What heads of a kind score on raw and on even codes. */
type Effects = { readonly [kind in Kind]: { readonly raw: number; readonly even: number } };

/** The AE reads badly raw; even, it is a point ahead of the VAE. */
const PILOT: Effects = {
  ae: { raw: 0.92, even: 0.95 },
  vae: { raw: 0.94, even: 0.94 },
  lae: { raw: 0.945, even: 0.95 },
};

/** Drawn heads with 100, 250 and 2,000 labels of some seeds, with common and own deviations. */
function drawn(effects: Effects, seeds: number, noise = 0.002, latents = 20): HeadScores {
  return Array.from(
    { length: seeds },
    (_, seed) =>
      KINDS.flatMap((kind, k) =>
        ([null, "even"] as const).flatMap((reading, r) =>
          [100, 250, 2000].flatMap((labels) =>
            Array.from({ length: PLAN.draws }, (_, d) => {
              const c: Case = {
                ...ORIGINAL,
                model: kind,
                latents,
                labels,
                reading,
                draw: d + 1,
                seed,
              };
              const [common] = new Stream(seed, `test/common/${d}`).uniform(1, 0.02);
              const [own] = new Stream(seed, `test/${k}/${r}/${d}`).uniform(1, noise);
              const score = effects[kind][reading ?? "raw"] + common! + own!;
              return { case: c, score: Math.round(score * 10_000) / 10_000 };
            })
          )
        )
      ),
  ).flat();
}

Deno.test("the primary contrasts are what was put into the scores", () => {
  const { primary, triples } = analyse(drawn(PILOT, PLAN.seeds));
  assert.equal(triples.length, 12);
  const [reading, noise, leak] = primary!;
  for (const [contrast, expected] of [[reading, 0.03], [noise, -0.01], [leak, 0.025]] as const) {
    assert.ok(Math.abs(contrast!.mean - expected) < 0.002, `${contrast!.name}: ${contrast!.mean}`);
    assert.ok(Math.abs(contrast!.mean - expected) < contrast!.hi - contrast!.lo);
    assert.equal(contrast!.n, 12);
  }
  assert.deepEqual(primary!.map(({ decision }) => decision), ["higher", "lower", "higher"]);
  assert.deepEqual(
    primary!.map(({ equivalence }) => equivalence.verdict),
    Array(3).fill("not shown"),
  );
});

Deno.test("the primary contrasts of a kind that is the other way round have the other sign", () => {
  const turned: Effects = { ...PILOT, vae: PILOT.ae, ae: PILOT.vae };
  const { primary } = analyse(drawn(turned, PLAN.seeds));
  assert.deepEqual(primary!.map(({ decision }) => decision), ["lower", "undecided", "higher"]);
  const same: Effects = { ae: PILOT.lae, vae: PILOT.lae, lae: PILOT.lae };
  const none = analyse(drawn(same, PLAN.seeds)).primary!;
  assert.deepEqual(none.map(({ decision }) => decision), Array(3).fill("undecided"));
  assert.deepEqual(none.map(({ equivalence }) => equivalence.verdict), Array(3).fill("equivalent"));
});

Deno.test("nothing is tested with five triples, or when a draw of one encoder is missing", () => {
  const scores = drawn(PILOT, FEWEST_PAIRS);
  assert.equal(analyse(scores).primary!.length, 3);
  assert.equal(analyse(drawn(PILOT, FEWEST_PAIRS - 1)).primary, null);
  const isLost = ({ case: c }: HeadScores[number]) =>
    c.model === "vae" && c.reading === "even" && c.draw === 4 && c.seed === 2 && c.labels === 2000;
  const without = scores.filter((head) => !isLost(head));
  assert.equal(without.length, scores.length - 1);
  const { triples, primary, stages } = analyse(without);
  assert.deepEqual(triples, [0, 1, 3, 4, 5]);
  assert.equal(primary, null);
  assert.equal(stages[0]!.done, 3 * FEWEST_PAIRS - 1);
});

Deno.test("heads of other sizes, of first labels and of few unlabelled images are no primary scores", () => {
  const scores = drawn(PILOT, PLAN.seeds);
  const expected = analyse(scores).primary;
  const others = scores.flatMap(({ case: c }) => [
    { case: { ...c, latents: 5 }, score: 0.1 },
    { case: { ...c, draw: null }, score: 0.1 },
    { case: { ...c, unlabelled: 5000 }, score: 0.1 },
    { case: { ...c, draw: 6 }, score: 0.1 },
  ]);
  assert.deepEqual(analyse([...scores, ...others]).primary, expected);
});

Deno.test("secondary contrasts have wider intervals than alone, in groups that say what they are", () => {
  const scores = [...drawn(PILOT, 12), ...drawn(PILOT, 6, 0.002, 2)];
  const { secondary, primary, stages } = analyse(scores);
  assert.deepEqual(secondary.map(({ title, contrasts }) => [title, contrasts.length]), [
    ["Primary contrasts with fewer labels", 6],
    ["VAE and AE by number of latents", 4],
  ]);
  const width = ({ lo, hi }: { lo: number; hi: number }) => hi - lo;
  const bySize = secondary[1]!.contrasts;
  assert.deepEqual(bySize.map(({ place, n }) => [place.latents, n]), [[2, 6], [2, 6], [20, 12], [
    20,
    12,
  ]]);
  const fewer = secondary[0]!.contrasts.filter(({ place }) => place.labels === 100);
  // The made-up scores are the same for every number of labels.
  for (const [i, contrast] of fewer.entries()) {
    assert.ok(Math.abs(contrast.mean - primary![i]!.mean) < 1e-12);
    assert.ok(width(contrast) > 1.2 * width(primary![i]!));
  }
  assert.equal(stages[1]!.done, 12);
});

Deno.test("draws that all encoders share are the largest source of variance where they are", () => {
  const { variance } = analyse(drawn(PILOT, 12));
  assert.deepEqual(variance.map(({ reading }) => reading), [null, "even"]);
  for (const { components } of variance) {
    const of = (source: string) => components.find((c) => c.source === source)!.variance;
    // Uniform within 0.02 either way, and within 0.002.
    assert.ok(Math.abs(Math.sqrt(of("draw")) - 0.02 / Math.sqrt(3)) < 0.003);
    assert.ok(Math.abs(Math.sqrt(of("rest")) - 0.002 / Math.sqrt(3)) < 0.0005);
  }
});

Deno.test("a head below 50 % counts as failed, and as the score that it has", () => {
  const scores = drawn(PILOT, 12, 0).map(({ case: c, score }) => {
    const fails = c.model === "ae" && c.reading === null && c.labels === 100 && c.draw === 1;
    return { case: c, score: fails && c.seed < 3 ? 0.14 : score };
  });
  const { failed, means } = analyse(scores);
  const raw = failed.find(({ kind, reading, labels }) =>
    kind === "ae" && reading === null && labels === 100
  )!;
  assert.deepEqual([raw.count, raw.trials], [3, 60]);
  assert.ok(raw.lo > 0.01 && raw.hi < 0.14);
  assert.ok(failed.filter((other) => other !== raw).every(({ count }) => count === 0));
  const mean = means.find(({ kind, reading, labels }) =>
    kind === "ae" && reading === null && labels === 100
  )!;
  assert.ok(mean.mean < 0.91, `${mean.mean}`);
});
