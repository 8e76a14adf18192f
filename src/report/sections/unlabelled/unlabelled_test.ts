import assert from "node:assert/strict";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { ORIGINAL } from "../../../matrix/case.ts";
import type { ReportInput } from "../../input.ts";
import { renderReport } from "../../report_page.tsx";
import { plausibleCase } from "../../testdata/full_matrix_input.ts";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { sectionOf } from "../../testdata/page_text.ts";
import { plausibleInput } from "../../testdata/plausible_input.ts";
import { unlabelledChart } from "./chart.ts";
import { labelsWorth } from "../../parts/accuracies.ts";
import { aheadFrom, unlabelledCurve } from "./curve.ts";

const COUNTS = [1000, 10_000, null] as const;
/** Accuracies by number of unlabelled images, in per cent. */
const AE = [89, 93, 94], EVEN = [92, 94, 95], VAE = [88, 89, 90];
const FC: readonly (readonly [labels: number, percent: number])[] = [[250, 82], [2000, 90], [
  8000,
  96,
]];

function scored(c: CheckedCase["case"], percent: number): CheckedCase {
  const checked = plausibleCase(c);
  if (checked.record?.status !== "ok") throw new Error("a plausible case has a record");
  // A tenth of a point from seed to seed.
  const score = percent / 100 + (c.seed - 1) / 1000;
  return { ...checked, record: { ...checked.record, result: { ...checked.record.result, score } } };
}

function inputOf(seeds: number, changes: Partial<ReportInput> = {}): ReportInput {
  const cases = Array.from({ length: seeds }, (_, seed) => {
    const common = { ...ORIGINAL, latents: 20, labels: 2000, seed };
    return [
      ...FC.map(([labels, percent]) =>
        scored({ ...common, model: "fc", latents: null, labels }, percent)
      ),
      ...COUNTS.flatMap((unlabelled, i) => [
        scored({ ...common, model: "ae", unlabelled }, AE[i]!),
        scored({ ...common, model: "ae", unlabelled, reading: "even" }, EVEN[i]!),
        scored({ ...common, model: "vae", unlabelled }, VAE[i]!),
      ]),
    ];
  }).flat();
  return plausibleInput({ dataset: { name: "mnist", sha256: "0".repeat(64) }, cases, ...changes });
}

Deno.test("the curve has a point per series and number of unlabelled images, all of them at the end", () => {
  const { points, baseline } = unlabelledCurve(inputOf(3))!;
  assert.deepEqual(
    points.map(({ series, unlabelled, seeds, mean }) => [series, unlabelled, seeds, mean]),
    [["AE, raw codes", AE], ["AE, centered and scaled", EVEN], ["VAE", VAE]].flatMap(
      ([series, percents]) =>
        [1000, 10_000, 55_000].map((n, i) => [series, n, 3, Number(percents![i]) / 100]),
    ),
  );
  assert.equal(baseline?.mean, 0.9);
  assert.ok(baseline.lo! < 0.9 && 0.9 < baseline.hi!);
});

Deno.test("a curve needs two numbers of unlabelled images, of the exact engine, with valid scores", () => {
  const { cases } = inputOf(1);
  const without = (drop: (c: CheckedCase) => boolean) =>
    unlabelledCurve(inputOf(1, { cases: cases.filter((c) => !drop(c)) }));
  assert.notEqual(without(() => false), null);
  assert.equal(without(({ case: c }) => c.model !== "fc" && c.unlabelled !== 1000), null);
  const other = cases.map((c) => ({ ...c, engine: "tfjs-node" as const }));
  assert.equal(unlabelledCurve(inputOf(1, { cases: other })), null);
  const stale = cases.map((c) => ({ ...c, verdict: "stale" as const }));
  assert.equal(unlabelledCurve(inputOf(1, { cases: stale })), null);
});

Deno.test("aheadFrom() is the number of images from which on a series stays above fc", () => {
  const curve = unlabelledCurve(inputOf(3))!;
  assert.equal(aheadFrom("AE, raw codes", curve), 10_000);
  assert.equal(aheadFrom("AE, centered and scaled", curve), 1000);
  assert.equal(aheadFrom("VAE", curve), null);
  assert.equal(aheadFrom("AE, raw codes", { ...curve, baseline: null }), null);
});

Deno.test("labelsWorth() lies between the means of fc, on a log scale, and says nothing beyond them", () => {
  const { onPixels } = unlabelledCurve(inputOf(3))!;
  assert.equal(labelsWorth(0.9, onPixels), 2000);
  assert.ok(Math.abs(labelsWorth(0.93, onPixels)! - 4000) < 1e-6);
  assert.equal(labelsWorth(0.81, onPixels), null);
  assert.equal(labelsWorth(0.97, onPixels), null);
  assert.equal(labelsWorth(0.9, []), null);
});

Deno.test("the section says from where unlabelled images help and what they are worth, with intervals", async () => {
  const text = async (input: ReportInput) =>
    sectionOf(await renderReport(input), "unlabelled").replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ");
  const several = await text(inputOf(3));
  assert.match(several, /on: AE, raw codes: 10,000; AE, centered and scaled: 1,000; VAE: never\./);
  // 94 % lies two thirds of the way from 90 % with 2,000 labels to 96 % with 8,000: 5,040 labels.
  assert.match(several, /10,000 unlabelled digits are worth about 3,000 labels\./);
  assert.match(several, /94\.00.%, 95% CI 93\.75 to 94\.25.%, 3 seeds/);
  const single = await text(inputOf(1));
  assert.match(single, /, 1 seed/);
  assert.doesNotMatch(single, /95% CI \d/);
});

Deno.test("a page without such cases has no such section", async () => {
  assert.doesNotMatch(await renderReport(plausibleInput()), /id="unlabelled"/);
});

for (const seeds of [1, 3]) {
  Deno.test(`the chart of ${seeds} seeds is valid, and reads every point aloud`, () => {
    const curve = unlabelledCurve(inputOf(seeds))!;
    for (const legend of [false, true]) {
      const spec = unlabelledChart(curve, "MNIST", legend);
      assertGoodSpec(spec);
      const rows = spec.datasets!["unlabelled"] as { spoken: string }[];
      assert.equal(rows.length, curve.points.length);
      for (const { spoken } of rows) assert.ok(spec.description!.includes(spoken), spoken);
    }
  });
}
