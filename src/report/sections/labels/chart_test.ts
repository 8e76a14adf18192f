import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import { CLAIMS } from "../../../checks/claims.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { countOf } from "../../../figures.ts";
import { compileChart, drawStaticSvg } from "../../chart/compile.ts";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { headlineInput, withSecondOpinion } from "../../testdata/headline_input.ts";
import { outline } from "../../testdata/outline.ts";
import { plant, plantEveryVerdict, plausibleInput } from "../../testdata/plausible_input.ts";
import { accuracyAgainstLabels, stackedPanels } from "./chart.ts";
import { labelsPanels } from "./panels.ts";
import { seedsRows } from "./rows.ts";

function specsOf(cases: readonly CheckedCase[]): TopLevelSpec[] {
  return accuracyAgainstLabels(labelsPanels(cases, CLAIMS), "MNIST");
}

function stackedOf(cases: readonly CheckedCase[]): TopLevelSpec {
  return stackedPanels(labelsPanels(cases, CLAIMS), "MNIST");
}

function everyVerdict(): readonly CheckedCase[] {
  return plantEveryVerdict(headlineInput(2)).cases;
}

const INPUTS: readonly (readonly [string, number, readonly CheckedCase[]])[] = [
  ["the headline, one seed", 1, headlineInput().cases],
  ["the headline, six seeds", 1, headlineInput(6).cases],
  ["every verdict", 1, everyVerdict()],
  ["two engines", 1, withSecondOpinion(headlineInput()).cases],
  ["the full matrix", 6, fullMatrixInput().cases],
  ["one case", 1, plausibleInput().cases.slice(0, 1)],
];

for (const [name, panels, cases] of INPUTS) {
  Deno.test(`the specs of ${name} are valid by Vega-Lite's schema and compile without a warning`, () => {
    const specs = specsOf(cases);
    assert.equal(specs.length, panels);
    for (const spec of [...specs, stackedOf(cases)]) assertGoodSpec(spec);
  });
}

Deno.test("the spec of the headline, one seed, is the recorded one", async (t) => {
  await t.assertSnapshot(specsOf(headlineInput().cases));
});

for (const name of ["the headline, six seeds", "every verdict"]) {
  Deno.test(`the spec of ${name} is that of one seed with the recorded rows, in outline`, async (t) => {
    const [, , cases] = INPUTS.find((input) => input[0] === name)!;
    const [oneSeed] = specsOf(headlineInput().cases), [spec] = specsOf(cases);
    const { description, datasets } = outline(spec!) as TopLevelSpec;
    const without = { description: "", datasets: {} };
    assert.deepEqual({ ...spec, ...without }, { ...oneSeed, ...without });
    await t.assertSnapshot({ description, datasets });
  });
}

Deno.test("the spec of the full matrix with 20 latents is the recorded one, in outline", async (t) => {
  const spec = specsOf(fullMatrixInput().cases)[4]!;
  assert.match(spec.description!, /20 latents/);
  await t.assertSnapshot(outline(spec));
});

type Row = { readonly [field: string]: unknown };

/** The rows of a dataset, and of one that is not there none. */
function rowsOf(spec: TopLevelSpec, name: string): readonly Row[] {
  return (spec.datasets?.[name] ?? []) as Row[];
}

Deno.test("the headline has a point for each case, and its six claims with what was measured again", () => {
  const [spec] = specsOf(headlineInput().cases);
  assert.equal(rowsOf(spec!, "scores").length, 11);
  assert.deepEqual(
    rowsOf(spec!, "claims").map(({ configuration, accuracy }) => [configuration, accuracy]),
    CLAIMS.map(({ configuration, claimed }) => [configuration, claimed]),
  );
  assert.equal(rowsOf(spec!, "measured").length, 18);
  assert.equal(
    rowsOf(spec!, "claims")[1]!["again"],
    "90.13 to 90.91 %, 5 runs",
  );
});

Deno.test("nothing is claimed where there are no claims", () => {
  const [spec] = accuracyAgainstLabels(labelsPanels(headlineInput().cases, []), "strokes");
  assert.ok(!("claims" in spec!.datasets!) && !("measured" in spec!.datasets!));
});

Deno.test("series at one number of labels stand beside each other, around it", () => {
  const at = rowsOf(specsOf(headlineInput().cases)[0]!, "means")
    .filter(({ labels }) => labels === 2000).map((row) => row["at"] as number);
  assert.equal(at.length, 3);
  assert.equal(at[1], 2000);
  assert.ok(at[0]! < 1900 && at[2]! > 2100, at.join());
  const [alone] = rowsOf(specsOf(headlineInput().cases)[0]!, "means")
    .filter(({ labels }) => labels === 250);
  assert.equal(alone!["at"], 250);
});

Deno.test("charts of many seeds single out what is out of its band", () => {
  const input = plant(fullMatrixInput(), "vae10@500#3", "low");
  const specs = specsOf(input.cases);
  const singled = specs.map((spec) => rowsOf(spec, "scores").map((row) => row["case"]));
  assert.deepEqual(singled, [[], [], [], ["vae10@500#3"], [], []]);
});

Deno.test("all charts of the full matrix have the same axes, which hold every score and band", () => {
  const { cases } = fullMatrixInput();
  const axes = specsOf(cases).map((spec) => {
    const { layer } = JSON.parse(JSON.stringify(spec));
    const { x, y } = layer.find(({ name }: { name: string }) => name === "lines").encoding;
    return { x: x.scale, labels: x.axis.values, y: y.scale };
  });
  for (const other of axes) assert.deepEqual(other, axes[0]);
  assert.deepEqual(axes[0]!.labels, [100, 250, 500, 1000, 2000, 5000, 10000, 25000, 55000]);
  const [lo, hi] = axes[0]!.y.domain;
  for (const { record, band } of cases.filter((c) => c.case.labels !== null)) {
    assert.ok(record?.status === "ok");
    for (const accuracy of [record.result.score, band!.lo, band!.hi]) {
      assert.ok(lo <= 1 - accuracy && 1 - accuracy <= hi, `${accuracy}`);
    }
  }
});

Deno.test("a model has the same colour in every chart", () => {
  const scales = specsOf(fullMatrixInput().cases).flatMap((spec) =>
    JSON.stringify(spec).match(/"scale":\{"domain":\["fc"[^}]*\}/g)!
  );
  assert.ok(scales.length > 6);
  assert.equal(new Set(scales).size, 1);
});

Deno.test("other engines are dashed and hollow, and named", () => {
  const [spec] = specsOf(withSecondOpinion(headlineInput()).cases);
  assert.match(JSON.stringify(spec), /"strokeDash":\{"field":"engine"/);
  assert.doesNotMatch(JSON.stringify(specsOf(headlineInput().cases)), /strokeDash"/);
  const names = rowsOf(spec!, "scores").map((row) => row["series"]);
  assert.ok(names.includes("vae20") && names.includes("vae20 tfjs-node"));
});

Deno.test("the chart to download holds all panels, with one legend", () => {
  const stacked = stackedOf(fullMatrixInput().cases);
  assert.ok("vconcat" in stacked);
  assert.equal(stacked.vconcat.length, 6);
  assert.equal(rowsOf(stacked, "means-6").length, 36);
  const legends = (spec: TopLevelSpec) =>
    JSON.stringify(compileChart(spec)).match(/"legends":\[/g)?.length ?? 0;
  assert.equal(legends(stacked), 1);
  assert.equal(legends(specsOf(fullMatrixInput().cases)[0]!), 0, "a page has a key");
});

Deno.test("the chart to download draws each panel's own figures, each once", async () => {
  const { cases } = fullMatrixInput();
  const svg = await drawStaticSvg(compileChart(stackedOf(cases)), 720);
  for (const row of seedsRows(cases)) {
    const name = `aria-label="${row.series}, ${countOf(row.labels, "label")}: `;
    assert.equal(svg.split(name).length - 1, 1, name);
  }
});

Deno.test("accuracyAgainstLabels() draws nothing where no case has a score", () => {
  const input = plant(plausibleInput(), "fc@250#0", "missing");
  assert.deepEqual(specsOf(input.cases.slice(0, 1)), []);
});
