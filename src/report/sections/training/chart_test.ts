import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { MODEL_COLOURS } from "../../chart/colours.ts";
import { compileChart, drawStaticSvg } from "../../chart/compile.ts";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { headlineInput, withSecondOpinion } from "../../testdata/headline_input.ts";
import { outline } from "../../testdata/outline.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { stackedCurves, trainingCurves } from "./chart.ts";
import { curvePanels } from "./panels.ts";

function specsOf(cases: readonly CheckedCase[], live = true): TopLevelSpec[] {
  return curvePanels(cases).map((panel) => trainingCurves(panel, "MNIST", live));
}

const FULL = fullMatrixInput().cases;

const INPUTS: readonly (readonly [string, number, readonly CheckedCase[]])[] = [
  ["the headline, one seed", 4, headlineInput().cases],
  ["the headline, six seeds", 4, headlineInput(6).cases],
  ["two engines", 4, withSecondOpinion(headlineInput()).cases],
  ["a failed case", 4, plant(headlineInput(), "fc@250#0", "failed").cases],
  ["the full matrix", 8, FULL],
  ["one case", 1, plausibleInput().cases.slice(0, 1)],
];

for (const [name, panels, cases] of INPUTS) {
  Deno.test(`the specs of curves of ${name} are valid and compile without a warning`, () => {
    const specs = specsOf(cases);
    assert.equal(specs.length, panels);
    const stacked = stackedCurves(curvePanels(cases), "MNIST");
    for (const spec of [...specs, ...specsOf(cases, false), stacked]) assertGoodSpec(spec);
  });
}

Deno.test("the specs of curves of the headline are the recorded ones", async (t) => {
  const [pixels, ae] = specsOf(headlineInput().cases);
  await t.assertSnapshot([outline(pixels!), ae]);
});

Deno.test("the spec of curves of heads of the full matrix is the recorded one, in outline", async (t) => {
  await t.assertSnapshot(outline(specsOf(FULL)[3]!));
});

Deno.test("the picture of curves of the headline is the recorded one, in outline", async (t) => {
  await t.assertSnapshot(outline(specsOf(headlineInput().cases, false)[0]!));
});

type Row = { readonly case: string; readonly best: number; readonly curve: string };

function rowsOf(spec: TopLevelSpec): readonly Row[] {
  return Object.values(spec.datasets!)[0] as unknown as Row[];
}

Deno.test("a row holds its curve to two decimals, accuracies in per cent and losses in nats", () => {
  const { cases } = headlineInput();
  const rows = specsOf(cases).flatMap(rowsOf);
  assert.deepEqual(rows.map((row) => row.case).sort(), cases.map(({ id }) => id).sort());
  for (const row of rows) {
    const record = cases.find(({ id }) => id === row.case)!.record;
    assert.ok(record?.status === "ok");
    const scale = record.result.metric === "accuracy" ? 100 : 1;
    const values = row.curve.split(" ").map(Number);
    assert.equal(values.length, record.result.epochs);
    assert.equal(row.best, record.result.bestEpoch);
    record.result.curve.forEach(({ validationScore }, index) => {
      assert.ok(Math.abs(values[index]! - validationScore * scale) < 0.00501);
    });
  }
});

Deno.test("the chart names an engine only where there are several", () => {
  assert.doesNotMatch(JSON.stringify(specsOf(FULL)), /"engine"/);
  const [spec] = specsOf(withSecondOpinion(headlineInput()).cases);
  assert.match(JSON.stringify(spec), /"strokeDash":\{"field":"engine"/);
  assert.match(
    JSON.stringify(spec),
    /"case":"fc@250#0 tfjs-node","entry":"fc","engine":"tfjs-node"/,
  );
});

Deno.test("models have their own colours, and one kind of autoencoder that of its model", () => {
  const ranges = specsOf(headlineInput().cases).map((spec) => {
    const { layer } = JSON.parse(JSON.stringify(spec));
    return layer[0].encoding.color.scale.range;
  });
  const { fc, conv, ae, vae } = MODEL_COLOURS;
  assert.deepEqual(ranges, [[fc, conv], [ae], [vae], [ae, vae]]);
});

Deno.test("only the live chart can be picked from and pointed at", () => {
  const [live] = specsOf(headlineInput().cases), [picture] = specsOf(headlineInput().cases, false);
  assert.match(JSON.stringify(live), /"bind":"legend"/);
  assert.match(JSON.stringify(live), /"tooltip"/);
  assert.doesNotMatch(JSON.stringify(picture), /"params"|"param"|"tooltip"|"hits"/);
});

Deno.test("a thousand curves are less than half a megabyte of specs", () => {
  const bytes = JSON.stringify(specsOf(FULL)).length;
  assert.ok(FULL.length > 1000 && bytes < 500_000, `${bytes} bytes`);
});

Deno.test("the chart to download draws every curve, each in its own panel", async () => {
  const panels = curvePanels(headlineInput().cases);
  const svg = await drawStaticSvg(compileChart(stackedCurves(panels, "MNIST")), 720);
  const lines = panels.map((_, index) =>
    svg.match(new RegExp(`class="mark-line role-mark curves${index + 1}_marks"`, "g"))?.length
  );
  assert.deepEqual(lines, panels.map(({ curves }) => curves.length));
});

Deno.test("the curves of ten thousand cases are more than a function takes as arguments", () => {
  const [panel] = curvePanels(plausibleInput().cases);
  const scores = Array.from({ length: 30 }, (_, i) => 0.5 + i / 100);
  const curves = new Array(10_000).fill({ ...panel!.curves[0]!, scores });
  const { description } = trainingCurves({ ...panel!, curves }, "MNIST");
  assert.match(`${description}`, /10,000 cases of 30 epochs/);
});
