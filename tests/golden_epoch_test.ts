/**
 * One epoch of every family gives the digests that were noted for numeric version 1: on the drawn
 * dataset in every run of the tests, on MNIST (MNIST_DIR), by WebAssembly and by native code, in
 * `deno task test:slow`. The epoch is the first one of the published record, if there is one.
 * @module
 */
import assert from "node:assert/strict";
import { readPublished } from "../src/checks/check_store.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { loadDataset } from "../src/data/load_dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../src/data/strokes.ts";
import { temporaryFolder } from "../src/data/test_files.ts";
import type { Engine } from "../src/engines/engine.ts";
import { readKernelBytes } from "../src/engines/exact/kernels.ts";
import { loadExactEngine } from "../src/engines/exact/load_exact_engine.ts";
import { dependencyOf, formatCase } from "../src/matrix/case.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { findEngine } from "../src/runner/find_engine.ts";
import { type EncodedDataset, runCase } from "../src/runner/run_case.ts";
import { embeddingsIn } from "../src/training/encode.ts";
import { caseOf } from "./helpers/case_of.ts";
import { testOnMnist, testSlowly } from "./needs.ts";

/** Each time an encoder and then the heads that learn from it, or a case alone. */
const FAMILIES = [
  ["fc@2000"],
  ["conv@2000"],
  ["ae5", "ae5@2000", "wide-ae5@2000"],
  ["vae2"],
] as const;

/** Digests of weights and of test outputs, of every case above: a table that lacks one has no type. */
type Golden = {
  readonly [name in (typeof FAMILIES)[number][number]]: readonly [weights: string, outputs: string];
};

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

const MNIST: Golden = {
  "fc@2000": [
    "88a532262c1e62d76a5eb42d1ef28b26c882e8fc6e9f085268613d6f2511a39a",
    "334d70b4d09e237ccecc4d4f9f8de5420ff5a14e7f6107b19267a0ed3e50dd0a",
  ],
  "conv@2000": [
    "3deaf4c8f948eb9d41226bf1ffc6f3e2fa2e3e77993136658f02a40beb195b63",
    "d6520e3e69b4659c187f45533321b5e8c2abf206083b27190f75c419a1fe64a9",
  ],
  "ae5": [
    "09a677a8e8a13c9e2a8d92069cd198e2219c320815db15bc2b9c1e9a1832c04b",
    "94a29902a6a2a5bebb98e4ab16dc95663c4e201cafa14f27bb6d98803e6c6692",
  ],
  "ae5@2000": [
    "ef57062a63775b3fae540c96ce480e80e1a95efd2b16671b2b632943b7258949",
    "8576bb557120b90850b3efca4623b4551c8b23bbff591b0ce9fdf4191d267937",
  ],
  "wide-ae5@2000": [
    "b67e491e5ee148393f425c6144dcf8e859f739679c5a3d39751a63462bbbb0f8",
    "f1ea9854c557c397c49987ce0de281458f7789ca5f248c6b5ab2bb27197ef73c",
  ],
  "vae2": [
    "ad8bdd3ffa22dd906e6873dab9a3f2c673378b85b732bf25177d9cc49b04795e",
    "f726473dcec8f30ad00d4ccab9c4bab5e47b4a5fe89bb881a0fe417a6a664db2",
  ],
};

const PUBLISHED = (await readPublished()).records.map(({ record }) => record);

/**
 * Runs a family for one epoch.
 *
 * @returns the cases whose epoch was compared with that of a published record
 */
async function runFamily(
  dataset: Dataset,
  engine: Engine,
  names: (typeof FAMILIES)[number],
  golden: Golden,
): Promise<string[]> {
  const environment = await captureEnvironment();
  const compared: string[] = [];
  let encoded: EncodedDataset | null = null;
  for (const name of names) {
    const c = caseOf(name);
    const { record, artifacts } = await runCase(c, dataset, engine, environment, {
      maxEpochs: 1,
      encoded,
    });
    assert.ok(record.status === "ok", name);
    const { weights, outputs } = record.result.digests;
    assert.deepEqual([weights, outputs], golden[name], name);
    // A published head learned from an encoder that was trained to its end.
    const published = dependencyOf(c) === null
      ? PUBLISHED.find((other) =>
        other.dataset.sha256 === dataset.sha256 && formatCase(other.case) === formatCase(c)
      )
      : undefined;
    if (published?.status === "ok") {
      assert.deepEqual(record.result.curve[0], published.result.curve[0], name);
      compared.push(name);
    }
    if (artifacts.length > 0) encoded = { embeddings: embeddingsIn(artifacts), encoder: weights };
  }
  return compared;
}

for (const names of FAMILIES) {
  Deno.test(`one epoch of ${names.join(", ")} on strokes gives the known digests`, async () => {
    const dataset: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: drawStrokes() };
    const engine = await loadExactEngine(await readKernelBytes(), null, () => {});
    const compared = await runFamily(dataset, engine, names, STROKES);
    assert.deepEqual(compared, /^(fc|conv)/.test(names[0]) ? [...names] : []);
  });
}

for (const backend of ["wasm", "native"] as const) {
  for (const names of FAMILIES) {
    const name = `one epoch of ${names.join(", ")} on MNIST gives the known digests by ${backend}`;
    testSlowly(name, (name) =>
      testOnMnist(name, async (directory) => {
        const dataset = await loadDataset({
          dataset: "mnist",
          directory,
          environment: {},
          notify: () => {},
        });
        await using cache = await temporaryFolder();
        const found = await findEngine({ engine: "exact", backend }, cache.path, assert.fail);
        const engine = await found.open();
        assert.deepEqual(await runFamily(dataset, engine, names, MNIST), [names[0]]);
      }, backend === "native" ? "cc" : null));
  }
}
