/**
 * One epoch of every family gives the digests that were noted for numeric version 1: on the drawn
 * dataset in every run of the tests, on MNIST (MNIST_DIR) in `deno task test:slow`.
 * @module
 */
import assert from "node:assert/strict";
import type { Dataset } from "../src/data/dataset.ts";
import { loadDataset } from "../src/data/load_dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../src/data/strokes.ts";
import { readKernelBytes } from "../src/engines/exact/kernels.ts";
import { loadExactEngine } from "../src/engines/exact/load_exact_engine.ts";
import { formatConfiguration } from "../src/matrix/case.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { type EncodedDataset, runCase } from "../src/runner/run_case.ts";
import { embeddingsIn } from "../src/training/encode.ts";
import { caseOf } from "./helpers/case_of.ts";

/** Of weights and of test outputs, by configuration. */
type Golden = { readonly [configuration: string]: readonly [weights: string, outputs: string] };

const STROKES: Golden = {
  "fc@2000": [
    "58b70714c6cded7130105cdf029b63e156726cbec28896a8a4bcf331e915f9ef",
    "cf0c47f1fa923f1d14069b8d6c021a7738b52c1589923651c4275e851caf72a7",
  ],
  "conv@2000": [
    "44ea10fda5c4363a369ef9b5c02e2fcc5a83286c65bd6f7c06012de221424870",
    "d13bf4342e06f9cf94c88e8ce62469c83b1f0bb938684f19f55483454becf7d0",
  ],
  "ae5": [
    "d7c65a1c2c79873be6aba4544fccd704b9b5f7136e6f58c475d7c0e8dd7f204b",
    "b9538afb75ba98c3467dca3df913b734d61dcf84c5bc308045d56fa3473868a1",
  ],
  "ae5@2000": [
    "29ae69fe3a1710e3c0973a7af87ebfa20a48a39223b8cf438bc9c43637907251",
    "2f90431bc00bb7f9b7f10f2d2e6369b23e6931240a0d3feff509ccd663dad7ec",
  ],
  "wide-ae5@2000": [
    "6dadd17972c384438cea010c6d6576b7e850f587074b883a8509ad276c1a74bc",
    "f34e677ac89026d573f4a9e136c539d4d67ca69a9c9acbb3406d128a25e5fca1",
  ],
  "vae2": [
    "6a94f0841618fbc27af804add948b3cd68db8a04070279ebf17484138704c117",
    "1ae204cd9d4bfabd7bc925104a7f8d99acafe4d83fdc88d0a8206c36dfe315e5",
  ],
};

const MNIST: Golden = {};

/** Runs an encoder, and then the cases that are heads of it, or the cases alone. */
async function runFamily(dataset: Dataset, names: readonly string[], golden: Golden) {
  const engine = await loadExactEngine(await readKernelBytes(), null, () => {});
  const environment = await captureEnvironment();
  let encoded: EncodedDataset | null = null;
  for (const name of names) {
    const c = caseOf(name);
    const { record, artifacts } = await runCase(c, dataset, engine, environment, {
      maxEpochs: 1,
      encoded,
    });
    assert.ok(record.status === "ok", name);
    const { weights, outputs } = record.result.digests;
    assert.deepEqual([weights, outputs], golden[formatConfiguration(c)], name);
    if (artifacts.length > 0) encoded = { embeddings: embeddingsIn(artifacts), encoder: weights };
  }
}

const FAMILIES = [["fc@2000"], ["conv@2000"], ["ae5", "ae5@2000", "wide-ae5@2000"], ["vae2"]];

for (const names of FAMILIES) {
  Deno.test(`one epoch of ${names.join(", ")} on strokes gives the known digests`, async () => {
    const dataset: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: drawStrokes() };
    await runFamily(dataset, names, STROKES);
  });
}

const directory = Deno.env.get("MNIST_DIR");
if (Deno.env.get("LATENTBENCH_SLOW") && directory) {
  for (const names of FAMILIES) {
    Deno.test(`one epoch of ${names.join(", ")} on MNIST gives the known digests`, async () => {
      const dataset = await loadDataset({
        dataset: "mnist",
        directory,
        environment: {},
        notify: () => {},
      });
      await runFamily(dataset, names, MNIST);
    });
  }
}
