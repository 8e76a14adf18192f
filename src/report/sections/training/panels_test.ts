import assert from "node:assert/strict";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { headlineInput } from "../../testdata/headline_input.ts";
import { plant } from "../../testdata/plausible_input.ts";
import { curvePanels } from "./panels.ts";

Deno.test("curves stand with those of their kind: pixels, each autoencoder, heads", () => {
  const panels = curvePanels(headlineInput().cases);
  assert.deepEqual(
    panels.map(({ title, metric, entries, curves }) => [title, metric, entries, curves.length]),
    [
      ["Classifiers on pixels", "accuracy", ["fc", "conv"], 9],
      ["Autoencoders: ae", "loss", ["20"], 1],
      ["Autoencoders: vae", "loss", ["20"], 1],
      ["Heads on 20 latents", "accuracy", ["ae", "vae"], 2],
    ],
  );
});

Deno.test("heads of the full matrix stand by their number of latents, autoencoders by their kind", () => {
  const panels = curvePanels(fullMatrixInput().cases);
  assert.deepEqual(panels.map(({ title, curves }) => [title, curves.length]), [
    ["Classifiers on pixels", 108],
    ["Autoencoders: ae", 30],
    ["Autoencoders: vae", 30],
    ...[2, 5, 10, 20, 50].map((latents) => [`Heads on ${latents} latents`, 216]),
  ]);
  assert.deepEqual(panels[1]!.entries, ["2", "5", "10", "20", "50"]);
  assert.deepEqual(panels[3]!.entries, ["ae", "vae", "wide-ae", "wide-vae"]);
});

Deno.test("every curve belongs to an entry of its panel's legend", () => {
  for (const { entries, entryOf, curves } of curvePanels(fullMatrixInput().cases)) {
    assert.deepEqual(new Set(curves.map(entryOf)), new Set(entries));
  }
});

Deno.test("a curve holds the validation score of each epoch, and the best epoch", () => {
  const { cases } = headlineInput();
  const record = cases.find(({ id }) => id === "conv@55000#0")!.record;
  assert.ok(record?.status === "ok");
  const curve = curvePanels(cases)[0]!.curves.find((c) => c.case === "conv@55000#0");
  assert.deepEqual(curve, {
    ...{ case: "conv@55000#0", model: "conv", latents: null, engine: "exact" },
    best: record.result.bestEpoch,
    scores: record.result.curve.map(({ validationScore }) => validationScore),
  });
});

Deno.test("cases that failed, are missing or stale have no curve", () => {
  const input = ([
    ["fc@250#0", "failed"],
    ["fc@500#0", "missing"],
    ["fc@1000#0", "stale"],
  ] as const).reduce((planted, [id, verdict]) => plant(planted, id, verdict), headlineInput());
  assert.equal(curvePanels(input.cases)[0]!.curves.length, 6);
});

Deno.test("curvePanels() leaves out kinds without a curve", () => {
  const { cases } = headlineInput();
  const encoders = cases.filter(({ id }) => id === "vae20#0");
  assert.deepEqual(curvePanels(encoders).map(({ title }) => title), ["Autoencoders: vae"]);
  assert.deepEqual(curvePanels([]), []);
});
