import assert from "node:assert/strict";
import type { ReportInput } from "../../input.ts";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { inputWithArtifacts, withoutTensors } from "../../testdata/plausible_artifacts.ts";
import { latentPlane, MAP_EDGES } from "./chart.ts";
import { type LatentDigits, latentDigits } from "./places.ts";

function digitsOf(input: ReportInput): LatentDigits {
  const digits = latentDigits(input);
  if (digits === null) throw new Error("Cannot test the spec: there are no digits");
  return digits;
}

const BOTH = digitsOf(inputWithArtifacts());

const INPUTS = [
  ["AE and VAE", BOTH],
  ["a VAE alone", digitsOf(inputWithArtifacts({ models: ["vae"] }))],
  ["encoders without a digit map", digitsOf(withoutTensors(inputWithArtifacts(), ["digit-map"]))],
] as const;

for (const [name, digits] of INPUTS) {
  for (const csv of [null, "digits.csv"]) {
    const form = csv === null ? "on the page" : "to be saved";
    Deno.test(`the planes of ${name}, ${form}, are valid by Vega-Lite's schema and compile without a warning`, () => {
      assertGoodSpec(latentPlane(digits, csv));
    });
  }
}

Deno.test("the spec of the latent planes is the recorded one", async (t) => {
  await t.assertSnapshot(latentPlane(BOTH, "digits.csv"));
});

Deno.test("the spec names the file of the digits, or leaves them to the page", () => {
  const dataOf = (csv: string | null) => JSON.parse(JSON.stringify(latentPlane(BOTH, csv))).data;
  assert.deepEqual(dataOf("a.csv"), { url: "a.csv", format: { type: "csv" } });
  assert.deepEqual(dataOf(null), { name: "digits" });
});

Deno.test("one brush belongs to both planes", () => {
  const { params } = JSON.parse(JSON.stringify(latentPlane(BOTH, null)));
  assert.deepEqual(params[1].views, ["ae_points", "vae_points"]);
});

Deno.test("the frame of the digit map stands half a step beyond the latents that it decodes", () => {
  const [first, last] = [(0 - 10) / 5, (19 - 10) / 5];
  assert.deepEqual(MAP_EDGES.map((edge) => edge.toFixed(9)), [
    (first - 0.1).toFixed(9),
    (last + 0.1).toFixed(9),
  ]);
});
