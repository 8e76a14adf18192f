import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import type { ReportInput } from "../../input.ts";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import {
  classOf,
  inputWithArtifacts,
  TEST_DIGITS,
  withoutTensors,
} from "../../testdata/plausible_artifacts.ts";
import { errorRows, overallErrors, reconstructionError } from "./chart.ts";

function specOf(input: ReportInput): TopLevelSpec {
  const spec = reconstructionError(errorRows(input), "strokes");
  if (spec === null) throw new Error("Cannot test the spec: there is none");
  return spec;
}

const INPUTS = [
  ["every encoder", inputWithArtifacts({ seeds: 2 })],
  ["one model", inputWithArtifacts({ models: ["vae"] })],
  ["one number of latents", inputWithArtifacts({ latents: [20] })],
] as const;

for (const [name, input] of INPUTS) {
  Deno.test(`the error chart of ${name} is valid by Vega-Lite's schema and compiles without a warning`, () => {
    assertGoodSpec(specOf(input));
  });
}

Deno.test("the spec of the error chart is the recorded one", async (t) => {
  await t.assertSnapshot(specOf(inputWithArtifacts({ latents: [2, 20] })));
});

Deno.test("errorRows() takes the mean over the digits of a class, then over the seeds", () => {
  const input = inputWithArtifacts({ latents: [5], models: ["vae"], seeds: 3 });
  const means = [0, 1, 2].map((seed) => {
    const errors = input.artifacts.get(`vae5#${seed}`)!.get("test-errors")!.values;
    const ofClass = [...errors].filter((_, i) => classOf(i) === 4);
    return ofClass.reduce((sum, value) => sum + value, 0) / ofClass.length;
  });
  const rows = errorRows(input);
  assert.equal(rows.length, 10);
  const row = rows.find(({ digit }) => digit === 4)!;
  assert.ok(Math.abs(row.error - (means[0]! + means[1]! + means[2]!) / 3) < 1e-6);
  assert.deepEqual({ ...row, error: 0 }, {
    model: "VAE",
    latents: 5,
    digit: 4,
    error: 0,
    seeds: 3,
    digits: TEST_DIGITS / 10,
  });
});

Deno.test("errorRows() counts only the seeds that have errors, and gives none for older encoders", () => {
  const input = inputWithArtifacts({ latents: [2], models: ["ae"], seeds: 2 });
  const [first] = input.artifacts;
  const half = { ...input, artifacts: new Map([first!]) };
  assert.deepEqual(errorRows(half).map(({ seeds }) => seeds), Array(10).fill(1));
  for (const name of ["test-errors", "test-labels"]) {
    const older = withoutTensors(input, [name]);
    assert.deepEqual(errorRows(older), []);
    assert.equal(reconstructionError(errorRows(older), "strokes"), null);
  }
});

Deno.test("errorRows() rejects errors that do not belong to the labels", () => {
  const input = inputWithArtifacts({ latents: [2], models: ["ae"] });
  const tensors = new Map(input.artifacts.get("ae2#0"));
  const labels = tensors.get("test-labels")!;
  tensors.set("test-labels", { ...labels, values: labels.values.slice(1) });
  assert.throws(
    () => errorRows({ ...input, artifacts: new Map([["ae2#0", tensors]]) }),
    {
      name: "RangeError",
      message: "Cannot average the errors of ae2#0: 200 errors, but 199 labels",
    },
  );
});

Deno.test("overallErrors() weighs each class by its digits", () => {
  const row = { model: "AE", latents: 2, seeds: 1 };
  assert.deepEqual(
    overallErrors([
      { ...row, digit: 0, error: 0.1, digits: 30 },
      { ...row, digit: 1, error: 0.02, digits: 10 },
    ]),
    [{ ...row, digits: 40, error: 0.08 }],
  );
});
