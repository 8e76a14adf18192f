import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import type { CheckedCase } from "../../checks/verdict.ts";
import { assertGoodSpec } from "../testdata/good_spec.ts";
import { autoencoderCases, plant, plausibleInput } from "../testdata/plausible_input.ts";
import { accuracyAgainstLabels, medianRows, scoreRows } from "./accuracy_against_labels.ts";

function specOf(cases: readonly CheckedCase[]): TopLevelSpec {
  const spec = accuracyAgainstLabels(cases, "strokes");
  if (spec === null) throw new Error("Cannot test the spec: there is none");
  return spec;
}

function everyVerdict(): readonly CheckedCase[] {
  return ([
    ["fc@250#0", "low"],
    ["fc@500#0", "high"],
    ["fc@1000#1", "differs"],
    ["fc@2000#1", "no-band"],
    ["fc@5000#1", "failed"],
    ["fc@10000#1", "missing"],
    ["fc@25000#1", "stale"],
  ] as const).reduce(
    (input, [id, verdict]) => plant(input, id, verdict),
    plausibleInput({ seeds: 2 }),
  )
    .cases;
}

/** The curve beside another model: two series. */
function twoSeries(): readonly CheckedCase[] {
  const { cases } = plausibleInput();
  return [...cases, ...cases.map((c) => ({ ...c, case: { ...c.case, model: "conv" as const } }))];
}

/** The headline: the curve, and heads with their encoders. */
function withHeads(): readonly CheckedCase[] {
  return [...plausibleInput({ seeds: 2 }).cases, ...autoencoderCases(2)];
}

const INPUTS: readonly (readonly [string, readonly CheckedCase[]])[] = [
  ["one seed", plausibleInput().cases],
  ["every verdict", everyVerdict()],
  ["two series", twoSeries()],
  ["heads and their encoders", withHeads()],
  ["one case", plausibleInput().cases.slice(0, 1)],
];

for (const [name, cases] of INPUTS) {
  Deno.test(`the spec of ${name} is valid by Vega-Lite's schema and compiles without a warning`, () => {
    assertGoodSpec(specOf(cases));
  });
}

Deno.test("the spec of the label curve is the recorded one", async (t) => {
  await t.assertSnapshot(specOf(plausibleInput().cases));
});

Deno.test("scoreRows() gives a row to each case with a score of this version, and to no other", () => {
  const cases = everyVerdict();
  const rows = scoreRows(cases);
  const shown = new Set(rows.map((row) => row.case));
  assert.deepEqual(
    cases.filter((c) => !shown.has(c.id)).map((c) => c.verdict),
    ["failed", "missing", "stale"],
  );
  assert.equal(rows.length, 13);
});

Deno.test("the chart shows heads as series of their encoder's name, and no encoder", () => {
  const rows = scoreRows(withHeads());
  assert.deepEqual([...new Set(rows.map(({ series }) => series))], ["fc", "ae20", "vae20"]);
  const heads = rows.filter(({ series }) => series !== "fc");
  assert.deepEqual(
    heads.map((row) => [row.case, row.series, row.labels, row.seed, row.accuracy]),
    [
      ["ae20@2000#0", "ae20", 2000, 0, 0.942],
      ["ae20@2000#1", "ae20", 2000, 1, 0.943],
      ["vae20@2000#0", "vae20", 2000, 0, 0.9443],
      ["vae20@2000#1", "vae20", 2000, 1, 0.9453],
    ],
  );
  assert.ok(rows.every(({ accuracy }) => accuracy > 0 && accuracy < 1), "no loss is among them");
  const medians = medianRows(withHeads()).filter(({ series }) => series === "vae20");
  assert.deepEqual(medians.map(({ labels, seeds }) => [labels, seeds]), [[2000, 2]]);
  const text = JSON.stringify(specOf(withHeads()));
  for (const encoder of ['"ae20#0"', '"vae20#1"', "58.84", "94.81"]) {
    assert.ok(!text.includes(encoder), encoder);
  }
  const { color } = JSON.parse(text).layer[1].encoding;
  assert.deepEqual(color.scale.domain, ["fc", "ae20", "vae20"]);
  assert.equal(new Set(color.scale.range).size, 3);
});

Deno.test("a wide head is a series of its own", () => {
  const wide = autoencoderCases().filter(({ case: c }) => c.labels !== null)
    .map((c) => ({ ...c, case: { ...c.case, model: `wide-${c.case.model}` as "wide-ae" } }));
  assert.deepEqual(scoreRows(wide).map(({ series }) => series), ["wide-ae20", "wide-vae20"]);
});

Deno.test("accuracyAgainstLabels() draws nothing of encoders alone", () => {
  const encoders = autoencoderCases().filter(({ case: c }) => c.labels === null);
  assert.equal(encoders.length, 2);
  assert.equal(accuracyAgainstLabels(encoders, "strokes"), null);
});

Deno.test("medianRows() takes the middle of the seeds, and their extremes", () => {
  const { cases } = plausibleInput({ seeds: 3 });
  const scores = scoreRows(cases).slice(0, 3).map((row) => row.accuracy).sort();
  const [row] = medianRows(cases);
  assert.deepEqual([row!.min, row!.median, row!.max], scores);
  assert.equal(row!.seeds, 3);
});

Deno.test("the axes hold every label count, score and band", () => {
  const spec = JSON.parse(JSON.stringify(specOf(everyVerdict())));
  const { x, y } = spec.layer[2].encoding;
  assert.deepEqual(x.axis.values, [250, 500, 1000, 2000, 5000, 10000, 25000, 55000]);
  const [lo, hi] = y.scale.domain;
  assert.deepEqual([lo, hi], [0.75, 1]);
  for (const { accuracy, bandLo } of scoreRows(everyVerdict())) {
    assert.ok(lo <= accuracy && accuracy <= hi && (bandLo === null || lo <= bandLo));
  }
});

Deno.test("accuracyAgainstLabels() draws nothing where no case has a score", () => {
  const input = plant(plausibleInput(), "fc@250#0", "missing");
  assert.equal(accuracyAgainstLabels(input.cases.slice(0, 1), "strokes"), null);
});
