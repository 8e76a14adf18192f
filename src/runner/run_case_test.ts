import assert from "node:assert/strict";
import os from "node:os";
import { sliceSamples } from "../data/dataset.ts";
import type { Dataset } from "../data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../data/strokes.ts";
import type { Engine, Session } from "../engines/engine.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import type { Case } from "../matrix/case.ts";
import { permutation } from "../random/permutation.ts";
import { recordSchema } from "../store/record.ts";
import type { EpochResult } from "../training/train.ts";
import { captureEnvironment } from "./environment.ts";
import { runCase } from "./run_case.ts";

const STROKES: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: drawStrokes() };
const ENGINE = await loadExactEngine(await readKernelBytes(), null, () => {});
const ENVIRONMENT = await captureEnvironment();
const CASE: Case = { model: "fc", latents: null, labels: 250, seed: 3 };

/** The engine with parts of its sessions changed; counts the sessions that were closed. */
function spoiled(
  change: (session: Session) => Partial<Session>,
  closed: { sessions: number } = { sessions: 0 },
): Engine {
  return {
    name: "spoiled",
    open: async (spec, splits, seed) => {
      const session = await ENGINE.open(spec, splits, seed);
      const plain: Session = {
        backend: session.backend,
        threads: session.threads,
        digests: session.digests,
        step: (...args) => session.step(...args),
        evaluate: (...args) => session.evaluate(...args),
        weights: () => session.weights(),
        setWeights: (weights) => session.setWeights(weights),
        state: () => session.state(),
        setState: (state) => session.setState(state),
        close: () => {
          closed.sessions++;
          return session.close();
        },
      };
      return { ...plain, ...change(plain) };
    },
  };
}

/** All strings in a value. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

Deno.test("runCase() gives a record that the schema takes, with the curve it told of", async () => {
  const told: EpochResult[] = [];
  const record = await runCase(CASE, STROKES, ENGINE, ENVIRONMENT, {
    maxEpochs: 2,
    onEpoch: (result) => told.push(result),
  });
  assert.deepEqual(recordSchema.parse(record), record);
  assert.ok(record.status === "ok");
  assert.deepEqual(record.case, CASE);
  assert.deepEqual(record.dataset, { name: "strokes", sha256: STROKES_SHA256 });
  assert.equal(record.result.epochs, 2);
  assert.equal(told.length, 2);
  assert.deepEqual(record.result.curve, told);
  assert.ok(record.result.score > 0.2 && record.result.score < 1);
});

Deno.test("runCase() gives the same result twice, and another one for another seed", async () => {
  const run = async (c: Case) => {
    const record = await runCase(c, STROKES, ENGINE, ENVIRONMENT, { maxEpochs: 2 });
    return record.status === "ok" ? record.result : null;
  };
  const first = await run(CASE);
  assert.ok(first);
  assert.deepEqual(await run(CASE), first);
  const other = await run({ ...CASE, seed: 4 });
  assert.notEqual(other?.digests.weights, first.digests.weights);
  assert.notEqual(other?.digests.outputs, first.digests.outputs);
});

Deno.test("a record names no host, no user and no folder", async () => {
  const record = await runCase(CASE, STROKES, ENGINE, ENVIRONMENT, { maxEpochs: 1 });
  // Names as short or as common as these would be found in any record.
  const names = [os.hostname(), os.userInfo().username].filter((name) =>
    name.length > 3 && !["linux", "darwin", "windows", "wasm", "deno"].includes(name)
  );
  const folders = [Deno.cwd(), os.homedir(), os.tmpdir(), import.meta.dirname!]
    .filter((folder) => folder !== "/");
  for (const text of stringsIn(record)) {
    for (const secret of [...names, ...folders]) assert.ok(!text.includes(secret), text);
  }
  assert.deepEqual(Object.keys(record.provenance.machine).sort(), ["arch", "cores", "cpu", "os"]);
  assert.deepEqual(Object.keys(record.provenance.versions).sort(), ["deno", "latentbench", "v8"]);
});

Deno.test("runCase() draws the first weights and every shuffle from the case's seed", async () => {
  const seeds: number[] = [];
  const batches: Uint32Array[] = [];
  const watched = spoiled((session) => ({
    step: (indices, ...rest) => {
      batches.push(indices.slice());
      return session.step(indices, ...rest);
    },
  }));
  const engine: Engine = {
    name: "watched",
    open: (spec, splits, seed) => {
      seeds.push(seed);
      return watched.open(spec, splits, seed);
    },
  };
  await runCase(CASE, STROKES, engine, ENVIRONMENT, { maxEpochs: 2 });
  assert.deepEqual(seeds, [3]);
  const order = [1, 2].map((epoch) => permutation(3, epoch, 250));
  assert.equal(batches.length, 14);
  assert.deepEqual(batches[0], order[0]!.slice(0, 32));
  assert.deepEqual(batches[13], order[1]!.slice(6 * 32, 7 * 32));
});

Deno.test("runCase() trains on the first images only: the others change nothing", async () => {
  const { splits } = STROKES;
  const short = { ...STROKES, splits: { ...splits, train: sliceSamples(splits.train, 0, 250) } };
  const [a, b] = await Promise.all(
    [STROKES, short].map((dataset) =>
      runCase(CASE, dataset, ENGINE, ENVIRONMENT, { maxEpochs: 1 })
    ),
  );
  assert.ok(a?.status === "ok" && b?.status === "ok");
  assert.deepEqual(a.result, b.result);
});

for (const value of [NaN, Infinity, -Infinity]) {
  Deno.test(`runCase() fails a case whose loss is ${value}, and names the epoch and step`, async () => {
    let steps = 0;
    const engine = spoiled((session) => ({
      // 250 labels are 7 batches: the tenth step is the third of the second epoch.
      step: (...args) => ++steps === 10 ? value : session.step(...args),
    }));
    const record = await runCase(CASE, STROKES, engine, ENVIRONMENT);
    assert.deepEqual(recordSchema.parse(record), record);
    assert.ok(record.status === "failed");
    assert.deepEqual(record.failure, {
      message: "Cannot go on training: the training loss is not finite in epoch 2, step 3",
      epoch: 2,
      step: 3,
    });
    assert.equal(steps, 10);
  });
}

for (const split of ["validation", "test"] as const) {
  Deno.test(`runCase() fails a case with a ${split} loss that is not finite`, async () => {
    const engine = spoiled((session) => ({
      evaluate: async (which, count, epoch) => {
        const evaluation = await session.evaluate(which, count, epoch);
        if (which === split) evaluation.losses[evaluation.losses.length - 1] = NaN;
        return evaluation;
      },
    }));
    const record = await runCase(CASE, STROKES, engine, ENVIRONMENT, { maxEpochs: 1 });
    assert.ok(record.status === "failed");
    assert.deepEqual(record.failure, {
      message: `Cannot go on training: a ${split} loss is not finite in epoch 1`,
      epoch: 1,
      step: null,
    });
  });
}

Deno.test("runCase() throws what is no failure of training, and closes the session", async () => {
  const closed = { sessions: 0 };
  const engine = spoiled(() => ({
    step: () => {
      throw new TypeError("the device is gone");
    },
  }), closed);
  await assert.rejects(runCase(CASE, STROKES, engine, ENVIRONMENT), {
    name: "TypeError",
    message: "the device is gone",
  });
  assert.equal(closed.sessions, 1);
  await runCase(CASE, STROKES, spoiled(() => ({}), closed), ENVIRONMENT, { maxEpochs: 1 });
  assert.equal(closed.sessions, 2);
});

Deno.test("runCase() refuses more labels than there are images", async () => {
  await assert.rejects(runCase({ ...CASE, labels: 6001 }, STROKES, ENGINE, ENVIRONMENT), {
    name: "RangeError",
    message: "Cannot take samples 0 to 6001: there are 6000",
  });
});
