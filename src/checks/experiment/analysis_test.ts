/** The analysis on scores that were made up, whose effects are known. */
import assert from "node:assert/strict";
import { drawn, type Effects, PILOT } from "../../../tests/helpers/made_up_heads.ts";
import { FEWEST_PAIRS } from "../statistics/contrasts.ts";
import { analyse, BY_KL_WEIGHT, type HeadScores, PLAN } from "./analysis.ts";

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

Deno.test("VAEs by the weight of the KL term are compared with the VAE, and are no triples", () => {
  const other: Effects = {
    "mild-vae": { raw: 0.935, even: 0.946 },
    "strict-vae": { raw: 0.93, even: 0.925 },
  };
  const scores = [...drawn(PILOT, PLAN.seeds), ...drawn(other, 3)];
  const plain = analyse(drawn(PILOT, PLAN.seeds)),
    { secondary, stages, ...found } = analyse(scores);
  assert.deepEqual(found.primary, plain.primary);
  assert.deepEqual(found.variance, plain.variance);
  assert.ok(plain.secondary.every(({ title }) => title !== BY_KL_WEIGHT));
  const { contrasts } = secondary.find(({ title }) => title === BY_KL_WEIGHT)!;
  assert.deepEqual(contrasts.map(({ name, n, place }) => [name, n, place.labels, place.heads]), [
    ["mild-vae - vae, raw", 3, 2000, "drawn"],
    ["strict-vae - vae, raw", 3, 2000, "drawn"],
    ["mild-vae - vae, even", 3, 2000, "drawn"],
    ["strict-vae - vae, even", 3, 2000, "drawn"],
  ]);
  for (const [i, expected] of [-0.005, -0.01, 0.006, -0.015].entries()) {
    const { mean, lo, hi } = contrasts[i]!;
    assert.ok(Math.abs(mean - expected) < 0.002 && lo < mean && mean < hi, `${mean}`);
  }
  const last = stages.at(-1)!;
  assert.deepEqual([last.name.slice(0, 2), last.done, last.planned], ["3:", 6, 6]);
  assert.equal(plain.stages.at(-1)!.done, 0);
  assert.equal(found.means.filter(({ kind }) => kind === "mild-vae").length, 6);
  assert.equal(found.failed.filter(({ kind }) => kind === "strict-vae").length, 6);
});
