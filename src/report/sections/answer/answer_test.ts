import assert from "node:assert/strict";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { type Case, ORIGINAL } from "../../../matrix/case.ts";
import type { ReportInput } from "../../input.ts";
import { renderReport } from "../../report_page.tsx";
import { plausibleCase } from "../../testdata/full_matrix_input.ts";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { sectionOf } from "../../testdata/page_text.ts";
import { plausibleInput } from "../../testdata/plausible_input.ts";
import { answerChart } from "./chart.ts";
import { findingsOf, sayAnswer, saySecond } from "./findings.ts";

/** In images of 10,000, what a seed adds; of a difference two seeds cancel each other. */
const NOISE = [0, 12, -7, 5, -9, 3];

/** A case with this accuracy, in per cent, and the noise of its seed. */
function scored(changes: Partial<Case>, seed: number, percent: number, noise = 1): CheckedCase {
  const c: Case = { ...ORIGINAL, latents: null, labels: 2000, model: "fc", ...changes, seed };
  const checked = plausibleCase(c);
  assert.ok(checked.record?.status === "ok");
  const score = (percent * 100 + noise * NOISE[seed % NOISE.length]!) / 1e4;
  return { ...checked, record: { ...checked.record, result: { ...checked.record.result, score } } };
}

/** Accuracies in per cent; a null leaves the model out. */
interface Accuracies {
  readonly ae: number;
  readonly vae: number | null;
  readonly even: number | null;
  readonly conv: number | null;
}

function inputOf(seeds: number, { ae, vae, even, conv }: Accuracies): ReportInput {
  const cases = Array.from({ length: seeds }, (_, seed) => [
    ...([[250, 82], [2000, 90], [8000, 96]] as const).map(([labels, percent]) =>
      scored({ labels }, seed, percent)
    ),
    scored({ model: "ae", latents: 20 }, seed, ae, 2),
    ...vae === null ? [] : [scored({ model: "vae", latents: 20 }, seed, vae, -1)],
    ...even === null ? [] : [scored({ model: "ae", latents: 20, reading: "even" }, seed, even)],
    ...conv === null ? [] : [scored({ model: "conv" }, seed, conv)],
  ]).flat();
  return plausibleInput({ dataset: { name: "mnist", sha256: "0".repeat(64) }, cases });
}

const FOUND: Accuracies = { ae: 93, vae: 93, even: 95, conv: 96.5 };

Deno.test("the answer follows from the interval of the differences, seed by seed", () => {
  const say = (seeds: number, changes: Partial<Accuracies>) =>
    sayAnswer(findingsOf(inputOf(seeds, { ...FOUND, ...changes }))!);
  assert.equal(
    say(6, {}),
    "Unlabelled digits help: with 2,000 labels, an autoencoder lifts accuracy from 90.0 % to 93.0 %.",
  );
  assert.equal(
    say(6, { ae: 89 }),
    "Unlabelled digits do not help: with 2,000 labels, accuracy falls from 90.0 % to 89.0 %.",
  );
  assert.equal(
    say(6, { ae: 90 }),
    "No gain from unlabelled digits is shown: 90.0 % without them, 90.0 % with an autoencoder, on " +
      "2,000 labels.",
  );
  for (const seeds of [1, 5]) {
    assert.equal(
      say(seeds, {}),
      "With 2,000 labels, accuracy is 90.0 % without unlabelled digits and 93.0 % with an " +
        "autoencoder, on too few seeds to decide.",
    );
  }
});

Deno.test("what else was found has its interval and its seeds, and is left out if nothing was", () => {
  const say = (changes: Partial<Accuracies>, seeds = 6) =>
    saySecond(findingsOf(inputOf(seeds, { ...FOUND, ...changes }))!).join(" ");
  const all = say({});
  assert.match(all, /^The difference is \+3\.01 pp \(95% CI \+2\.92 to \+3\.09 pp, 6 seeds\)\. /);
  // 93 lies halfway between fc with 2,000 labels and with 8,000, and 4,000 in the middle by ratio.
  assert.match(all, / the same network needs about 4,000 labels for that\. /);
  assert.match(all, / A VAE is not shown to do better or worse: .* 6 seeds\)\. /);
  assert.match(all, / codes are centered and scaled first, it reaches 95\.01 % \(6 seeds\)\. /);
  assert.match(all, / does better still: 96\.51 %, \+3\.49 pp \(95% CI .* 6 seeds\)\.$/);
  assert.match(say({ vae: 95 }), / A VAE does better: \+1\.98 pp /);
  assert.match(say({ vae: 91 }), / A VAE does worse: /);
  assert.match(say({}, 3), / For the VAE there are too few seeds to decide: .* 3 seeds\)\. /);
  assert.doesNotMatch(say({ conv: 93 }), /convolutional/);
  assert.doesNotMatch(say({ ae: 90 }), /needs about/);
  assert.equal(say({ vae: null, even: null, conv: null }, 1), "");
});

Deno.test("without fc or an autoencoder on 2,000 labels there is no answer", () => {
  const { cases } = inputOf(2, FOUND);
  for (const model of ["fc", "ae"]) {
    const others = cases.filter(({ case: c }) => c.model !== model);
    assert.equal(findingsOf(plausibleInput({ cases: others })), null);
  }
  const drawn = cases.map((c) => ({ ...c, case: { ...c.case, draw: 1 } }));
  assert.equal(findingsOf(plausibleInput({ cases: drawn })), null);
  const others = cases.map((c) => ({ ...c, engine: "tfjs-cpu" as const }));
  assert.equal(findingsOf(plausibleInput({ cases: others })), null);
});

Deno.test("the chart draws the answer: lines, heads, the lift and what it is worth", async () => {
  const layers = (changes: Partial<Accuracies>, seeds = 6) => {
    const spec = answerChart(findingsOf(inputOf(seeds, { ...FOUND, ...changes }))!, "MNIST");
    return { spec, names: (spec as { layer: { name: string }[] }).layer.map(({ name }) => name) };
  };
  const { spec, names } = layers({});
  await assertGoodSpec(spec);
  for (const name of ["answer-lift", "answer-worth", "answer-lines", "answer-points"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!layers({ ae: 90 }).names.includes("answer-lift"));
  assert.ok(!layers({}, 2).names.includes("answer-worth"));
  assert.ok(!layers({ ae: 97 }).names.includes("answer-worth"));
  await assertGoodSpec(layers({ conv: null, vae: null }, 1).spec);
});

Deno.test("a reader's own run begins with its verdict, the published page with the answer", async () => {
  const input = inputOf(6, FOUND);
  const own = await renderReport(input);
  assert.ok(own.indexOf('id="overview"') < own.indexOf('id="answer"'));
  assert.match(sectionOf(own, "answer"), /<h2 id="answer-title"/);
  assert.doesNotMatch(sectionOf(own, "answer"), /Same bits/);
  const cases = input.cases.map((c) => ({
    ...c,
    attested: { repeatedBy: [], contradictions: [] },
  }));
  const published = await renderReport({ ...input, cases, playPage: "play.html" });
  assert.ok(published.indexOf('id="answer"') < published.indexOf('id="overview"'));
  const answer = sectionOf(published, "answer");
  assert.match(answer, /<h1 id="answer-title"[^>]*>Unlabelled digits help: /);
  assert.match(published, /<title>Latentbench on MNIST: Unlabelled digits help: /);
  assert.match(answer, /No other run has repeated any of the \d+ published cases yet\./);
  assert.match(answer, /<a href="play\.html">Your browser<\/a>/);
  assert.match(answer, /Same science/);
});
