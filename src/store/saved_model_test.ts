import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { testWith } from "../../tests/needs.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { formatCase } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { initialParameters, type Tensor } from "../models/parameters.ts";
import { digestOfWeights } from "../training/digests.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { parseModel } from "./saved_model.ts";

/** A case's initial weights, and the file that `--save-models` would write of them. */
async function savedModel(name: string) {
  const c = caseOf(name);
  const weights = initialParameters(modelOf(c, 784), c.seed);
  const metadata = {
    "case": formatCase(c),
    "dataset": "a".repeat(64),
    "numeric-version": "1",
    "weights": await digestOfWeights(weights),
  };
  const inFile = (tensors: readonly Tensor[]) => encodeSafetensors(tensors, metadata);
  return { weights, digest: metadata.weights, inFile };
}

for (const name of ["fc@250", "conv@250", "ae20", "vae2", "vae20@250", "wide-vae20@250"]) {
  Deno.test(`parseModel() reads ${name} whatever the order of its tensors`, async () => {
    const { weights, digest, inFile } = await savedModel(name);
    const byName = weights.toSorted((a, b) => a.name < b.name ? -1 : 1);
    assert.notDeepEqual(byName.map(({ name }) => name), weights.map(({ name }) => name));
    for (const order of [weights, byName, weights.toReversed()]) {
      const model = await parseModel(inFile(order), "model");
      assert.equal(model.weightsDigest, digest);
      assert.deepEqual(model.weights, weights);
    }
  });
}

Deno.test("parseModel() refuses a tensor too few, too many, or under another's name", async () => {
  const { weights, inFile } = await savedModel("fc@250");
  const [first, ...others] = weights as [Tensor, ...Tensor[]];
  const extra = { name: "extra", shape: [1], values: new Float32Array(1) };
  const renamed = { ...first, name: "hidden/other" };
  for (const tensors of [others, [...weights, extra], [...others, renamed]]) {
    await assert.rejects(parseModel(inFile(tensors), "model"), /its weights have digest/);
  }
});

testWith(
  "python-safetensors",
  "a model that Python read and saved again is the same model",
  async ([python]) => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/model.safetensors`;
    const { weights, digest, inFile } = await savedModel("vae2");
    await Deno.writeFile(path, inFile(weights));
    const script = `
import sys
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
with safe_open(sys.argv[1], "np") as file:
    metadata = file.metadata()
save_file(load_file(sys.argv[1]), sys.argv[1], metadata=metadata)`;
    const { success, stderr } = await new Deno.Command(python!, { args: ["-c", script, path] })
      .output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const bytes = await Deno.readFile(path);
    assert.notDeepEqual(bytes, inFile(weights));
    const model = await parseModel(bytes, path);
    assert.equal(model.weightsDigest, digest);
    assert.deepEqual(model.weights, weights);
  },
);
