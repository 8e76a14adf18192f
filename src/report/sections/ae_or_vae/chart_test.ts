import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import { pairedDifferences } from "../../../checks/paired_differences.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { compileChart, drawStaticSvg } from "../../chart/compile.ts";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { headlineInput } from "../../testdata/headline_input.ts";
import { outline } from "../../testdata/outline.ts";
import { type DifferencePanel, pairedDifferenceChart, stackedDifferences } from "./chart.ts";

function panelsOf(cases: readonly CheckedCase[]): DifferencePanel[] {
  const { byLatents, byLabels, byBoth } = pairedDifferences(cases);
  return [
    { title: "Latents", by: "latents" as const, differences: byLatents },
    { title: "Labels", by: "labels" as const, differences: byLabels },
    { title: "Both", by: "labels" as const, differences: byBoth.filter((d) => d.latents === 20) },
  ].filter(({ differences }) => differences.length > 0);
}

function specsOf(cases: readonly CheckedCase[]): TopLevelSpec[] {
  return panelsOf(cases).map((panel) => pairedDifferenceChart(panel, "MNIST"));
}

const FULL = fullMatrixInput().cases;

const INPUTS: readonly (readonly [string, number, readonly CheckedCase[]])[] = [
  ["one seed", 3, headlineInput().cases],
  ["two seeds", 3, headlineInput(2).cases],
  ["six seeds", 3, headlineInput(6).cases],
  ["the full matrix", 3, FULL],
];

for (const [name, panels, cases] of INPUTS) {
  Deno.test(`the specs of differences of ${name} are valid and compile without a warning`, () => {
    const specs = specsOf(cases);
    assert.equal(specs.length, panels);
    for (const spec of [...specs, stackedDifferences(panelsOf(cases), "MNIST")]) {
      assertGoodSpec(spec);
    }
  });
}

for (const name of ["one seed", "six seeds"]) {
  Deno.test(`the spec of differences by labels of ${name} is the recorded one`, async (t) => {
    const [, , cases] = INPUTS.find((input) => input[0] === name)!;
    await t.assertSnapshot(specsOf(cases).at(-1)!);
  });
}

Deno.test("the spec of differences by latents of the full matrix is the recorded one", async (t) => {
  await t.assertSnapshot(outline(specsOf(FULL)[0]!));
});

type Row = { readonly [field: string]: unknown };

function rowsOf(spec: TopLevelSpec): readonly Row[] {
  return Object.values(spec.datasets!)[0] as unknown as Row[];
}

Deno.test("a point is a difference in percentage points, with its interval", () => {
  const [difference] = pairedDifferences(headlineInput(6).cases).byBoth;
  const [row, ...others] = rowsOf(specsOf(headlineInput(6).cases).at(-1)!);
  assert.deepEqual(others, []);
  for (const field of ["mean", "lo", "hi"] as const) {
    assert.ok(Math.abs(row![field] as number - 100 * difference![field]!) < 1e-4, field);
  }
  assert.equal(row!["what"], "vae less ae, 20 latents, 2,000 labels");
  assert.equal(row!["pairs"], "6 seeds");
});

Deno.test("the axis holds zero, every mean, and the intervals of three seeds or more", () => {
  for (
    const cases of [headlineInput().cases, headlineInput(2).cases, headlineInput(6).cases, FULL]
  ) {
    for (const panel of panelsOf(cases)) {
      const { layer } = JSON.parse(JSON.stringify(pairedDifferenceChart(panel, "MNIST")));
      const [lo, hi] = layer[1].encoding.y.scale.domain;
      assert.ok(lo < 0 && hi > 0);
      for (const d of panel.differences) {
        const ends = d.seeds.length < 3 ? [d.mean] : [d.lo!, d.hi!];
        for (const end of ends) assert.ok(lo <= 100 * end && 100 * end <= hi, `${end}`);
      }
    }
  }
});

Deno.test("wide heads stand beside the others in their own colour", () => {
  const [spec] = specsOf(FULL);
  assert.match(JSON.stringify(spec), /"xOffset":\{"field":"model"/);
  assert.equal(rowsOf(spec!).length, 10);
  assert.doesNotMatch(JSON.stringify(specsOf(headlineInput().cases)), /"xOffset"/);
});

Deno.test("the chart to download draws each panel's own figures, each once", async () => {
  const panels = panelsOf(FULL);
  const svg = await drawStaticSvg(compileChart(stackedDifferences(panels, "MNIST")), 720);
  const drawn = [...svg.matchAll(/aria-label="((?:wide-)?vae less [^"]*)"/g)].map(([, name]) =>
    name
  );
  const expected = panels.flatMap((panel) => rowsOf(pairedDifferenceChart(panel, "MNIST")))
    .map((row) => row["spoken"]);
  assert.deepEqual(drawn.toSorted(), expected.toSorted());
});
