import assert from "node:assert/strict";
import { CLAIMS } from "../../../checks/claims.ts";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { headlineInput, withSecondOpinion } from "../../testdata/headline_input.ts";
import { autoencoderCases } from "../../testdata/plausible_input.ts";
import { labelsPanels, modelsOf } from "./panels.ts";

Deno.test("embeddings of one size stand in one chart with the models on pixels", () => {
  const [panel, ...others] = labelsPanels(headlineInput().cases, CLAIMS);
  assert.deepEqual(others, []);
  assert.equal(panel!.title, null);
  assert.equal(panel!.scores.length, 11);
  assert.deepEqual(panel!.context, []);
  assert.equal(panel!.claims.length, 6);
  assert.deepEqual(modelsOf([panel!]), ["fc", "conv", "ae", "vae"]);
});

Deno.test("the full matrix is a chart of pixels, and one for each number of latents", () => {
  const panels = labelsPanels(fullMatrixInput().cases, CLAIMS);
  assert.deepEqual(panels.map(({ title }) => title), [
    "On pixels",
    ...["2 latents", "5 latents", "10 latents", "20 latents", "50 latents"],
  ]);
  assert.deepEqual(panels.map(({ seeds }) => seeds.length), [18, 36, 36, 36, 36, 36]);
  assert.deepEqual(panels.map(({ scores }) => scores.length), [108, 216, 216, 216, 216, 216]);
  assert.deepEqual(panels.map(({ context }) => context.length), [0, 18, 18, 18, 18, 18]);
  assert.deepEqual(panels.map(({ claims }) => claims.length), [4, 0, 0, 0, 2, 0]);
});

Deno.test("a claim is shown where its configuration is, of the exact engine", () => {
  const { cases } = withSecondOpinion(headlineInput());
  const other = cases.filter(({ engine }) => engine !== "exact");
  assert.deepEqual(labelsPanels(other, CLAIMS)[0]!.claims, []);
  const without = cases.filter(({ id }) => !id.startsWith("fc@250#"));
  const shown = labelsPanels(without, CLAIMS)[0]!.claims.map(({ configuration }) => configuration);
  assert.ok(!shown.includes("fc@250") && shown.includes("fc@2000"));
});

Deno.test("labelsPanels() gives nothing for encoders alone", () => {
  const encoders = autoencoderCases().filter(({ case: c }) => c.labels === null);
  assert.equal(encoders.length, 2);
  assert.deepEqual(labelsPanels(encoders, CLAIMS), []);
});
