/**
 * A model that was saved here is the same model in PyTorch. Slow: it needs PyTorch, MNIST (MNIST_DIR)
 * and `deno task test:slow`.
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { loadDataset } from "../src/data/load_dataset.ts";
import { readKernelBytes } from "../src/engines/exact/kernels.ts";
import { loadExactEngine } from "../src/engines/exact/load_exact_engine.ts";
import { type Case, parseCase } from "../src/matrix/case.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { runCase } from "../src/runner/run_case.ts";
import { Store } from "../src/store/store.ts";
import { testOnMnist, testSlowly } from "./needs.ts";

const SCRIPT = fileURLToPath(new URL("../fixtures/score_saved_conv.py", import.meta.url));

testSlowly(
  "a saved conv model scores the same test digits in PyTorch, within 2",
  (name) =>
    testOnMnist(
      name,
      async (directory, [python]) => {
        const dataset = await loadDataset({
          dataset: "mnist",
          directory,
          environment: {},
          notify: () => {},
        });
        const engine = await loadExactEngine(await readKernelBytes(), null, () => {});
        const c: Case = { ...parseCase("conv@2000"), seed: 0 };
        const environment = await captureEnvironment();
        const { record, weights } = await runCase(c, dataset, engine, environment, {
          maxEpochs: 2,
        });
        assert.ok(record.status === "ok" && weights !== null);
        const folder = await Deno.makeTempDir();
        try {
          const model = await new Store(folder).writeModel(record, weights);
          const files = [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`);
          const test = (kind: string) => files.find((path) => path.includes(`t10k-${kind}`))!;
          const { stdout, success } = await new Deno.Command(python!, {
            args: [SCRIPT, model, test("images"), test("labels")],
            stderr: "inherit",
          }).output();
          assert.ok(success);
          const right = Number(new TextDecoder().decode(stdout));
          const here = Math.round(record.result.score * 10_000);
          assert.ok(here > 9000, `${here} of 10,000 are right here`);
          assert.ok(Math.abs(right - here) <= 2, `${right} are right there, ${here} here`);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      },
      "python-torch",
    ),
);
