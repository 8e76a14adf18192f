import assert from "node:assert/strict";
import os from "node:os";
import { type Dataset, sliceSamples } from "../data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../data/strokes.ts";
import { DeviceError, type Engine, type Session } from "../engines/engine.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { guarded } from "../engines/exact/webgpu/guard.ts";
import { drawLabels, seedOfDraw } from "../data/draw.ts";
import { embeddedSplits, evenOut } from "../data/embedded.ts";
import { joinBytes } from "../join_bytes.ts";
import { sha256Hex } from "../sha256.ts";
import { type Case, formatCase, ORIGINAL, parseCase } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { initialParameters, type Tensor } from "../models/parameters.ts";
import { permutation } from "../random/permutation.ts";
import type { OkRecord } from "../store/record.ts";
import { recordSchema } from "../store/record_schema.ts";
import { digestOfOutputs, digestOfTensor, digestOfWeights } from "../training/digests.ts";
import { embeddingsIn } from "../training/encode.ts";
import { type EpochResult, train } from "../training/train.ts";
import { captureEnvironment } from "./environment.ts";
import { type CaseOptions, type EncodedDataset, type FinishedCase, runCase } from "./run_case.ts";

const STROKES: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: drawStrokes() };
const ENGINE = await loadExactEngine(await readKernelBytes(), null, () => {});
const ENVIRONMENT = await captureEnvironment();
const CASE: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 250, seed: 3 };

/** The engine with parts of its sessions changed; counts the sessions that were closed. */
function spoiled(
  change: (session: Session) => Partial<Session>,
  closed: { sessions: number } = { sessions: 0 },
): Engine {
  return {
    name: "exact",
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

/** Runs a case that does not fail, and holds its record against the schema. */
async function runOk(
  c: Case,
  dataset: Dataset,
  options: CaseOptions,
  engine: Engine = ENGINE,
): Promise<FinishedCase & { record: OkRecord; weights: readonly Tensor[] }> {
  const finished = await runCase(c, dataset, engine, ENVIRONMENT, options);
  const { record } = finished;
  assert.deepEqual(recordSchema.parse(record), record);
  assert.ok(record.status === "ok" && finished.weights !== null);
  return { ...finished, record, weights: finished.weights };
}

/** All strings in a value. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

Deno.test("runCase() gives a record that the schema takes, with the curve it told of", async () => {
  const told: EpochResult[] = [];
  const { record } = await runOk(CASE, STROKES, {
    maxEpochs: 2,
    onEpoch: (result) => told.push(result),
  });
  assert.deepEqual(record.case, CASE);
  assert.deepEqual(record.dataset, { name: "strokes", sha256: STROKES_SHA256 });
  assert.equal(record.result.epochs, 2);
  assert.equal(told.length, 2);
  assert.deepEqual(record.result.curve, told);
  assert.ok(record.result.score > 0.2 && record.result.score < 1);
});

Deno.test("runCase() gives the same result twice, and another one for another seed", async () => {
  const run = async (c: Case) => (await runOk(c, STROKES, { maxEpochs: 2 })).record.result;
  const first = await run(CASE);
  assert.deepEqual(await run(CASE), first);
  const other = await run({ ...CASE, seed: 4 });
  assert.notEqual(other.digests.weights, first.digests.weights);
  assert.notEqual(other.digests.outputs, first.digests.outputs);
});

Deno.test("a clock that jumps back changes no result, and gives no negative time", async () => {
  const run = async () => (await runOk(CASE, STROKES, { maxEpochs: 2 })).record;
  const { result } = await run();
  const RealDate = Date;
  let now = RealDate.now();
  globalThis.Date = class extends RealDate {
    constructor() {
      super(now -= 86_400_000);
    }
  } as unknown as DateConstructor;
  try {
    const [first, second] = [await run(), await run()];
    assert.ok(second.provenance.startedAt < first.provenance.startedAt);
    for (const record of [first, second]) {
      assert.deepEqual(record.result, result);
      assert.ok(record.provenance.seconds > 0);
    }
  } finally {
    globalThis.Date = RealDate;
  }
});

Deno.test("a record names no host, no user and no folder", async () => {
  const { record } = await runCase(CASE, STROKES, ENGINE, ENVIRONMENT, { maxEpochs: 1 });
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
    name: "exact",
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
    [STROKES, short].map((dataset) => runOk(CASE, dataset, { maxEpochs: 1 })),
  );
  assert.deepEqual(a!.record.result, b!.record.result);
});

Deno.test("runCase() fails a case whose loss is not finite, and names the epoch and step", async () => {
  let steps = 0;
  const engine = spoiled((session) => ({
    // 250 labels are 7 batches: the tenth step is the third of the second epoch.
    step: (...args) => ++steps === 10 ? NaN : session.step(...args),
  }));
  const { record } = await runCase(CASE, STROKES, engine, ENVIRONMENT);
  assert.deepEqual(recordSchema.parse(record), record);
  assert.ok(record.status === "failed");
  assert.deepEqual(record.failure, {
    message: "Cannot go on training: the training loss is not finite in epoch 2, step 3",
    epoch: 2,
    step: 3,
  });
  assert.equal(steps, 10);
});

Deno.test("runCase() fails a case with a validation loss that is not finite", async () => {
  const engine = spoiled((session) => ({
    evaluate: async (which, count, epoch) => {
      const evaluation = await session.evaluate(which, count, epoch);
      if (which === "validation") evaluation.losses[evaluation.losses.length - 1] = NaN;
      return evaluation;
    },
  }));
  const { record } = await runCase(CASE, STROKES, engine, ENVIRONMENT, { maxEpochs: 1 });
  assert.ok(record.status === "failed");
  assert.deepEqual(record.failure, {
    message: "Cannot go on training: a validation loss is not finite in epoch 1",
    epoch: 1,
    step: null,
  });
});

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

/** So few digits that an autoencoder is trained in a moment: one batch an epoch. */
const FEW: Dataset = {
  name: "strokes",
  sha256: "f".repeat(64),
  splits: {
    train: sliceSamples(STROKES.splits.train, 0, 130),
    validation: sliceSamples(STROKES.splits.validation, 0, 30),
    test: sliceSamples(STROKES.splits.test, 0, 20),
  },
};

function caseOf(name: string): Case {
  return { ...parseCase(name), seed: 3 };
}

for (const name of ["ae2", "vae3", "lae3"]) {
  Deno.test(`runCase() of ${name} gives a loss, the trained weights, and all that heads and the report need`, async () => {
    const told: EpochResult[] = [];
    const { record, weights, artifacts } = await runOk(caseOf(name), FEW, {
      maxEpochs: 1,
      onEpoch: (result) => told.push(result),
    });
    const { metric, score, curve, digests, encoder } = record.result;
    assert.equal(formatCase(record.case), `${name}#3`);
    assert.equal(metric, "loss");
    assert.deepEqual(curve, told);
    // 784 pixels of which none is known cost ln 2 each.
    assert.ok(score > 100 && score < 784 * Math.LN2, `${score}`);
    assert.equal(encoder, undefined);
    assert.equal(digests.weights, await digestOfWeights(weights));
    const spec = modelOf(record.case, 784);
    const initial = initialParameters(spec, 3);
    assert.deepEqual(weights.map(({ name }) => name), initial.map(({ name }) => name));
    assert.notEqual(digests.weights, await digestOfWeights(initial), "they were trained");

    const latents = record.case.latents!;
    const expected = [
      ["train-embeddings", [130, latents]],
      ["validation-embeddings", [30, latents]],
      ["test-embeddings", [20, latents]],
      ["test-labels", [20]],
      ["test-errors", [20]],
      ["originals", [20, 28, 28]],
      ["reconstructions", [20, 28, 28]],
      ...latents === 2 ? [["test-digits", [20, 28, 28]], ["digit-map", [20, 20, 28, 28]]] : [],
    ];
    assert.deepEqual(artifacts.map(({ name, shape }) => [name, shape]), expected);
    assert.deepEqual(
      record.result.artifacts,
      await Promise.all(artifacts.map(async (tensor) => ({
        name: tensor.name,
        shape: tensor.shape,
        sha256: await digestOfTensor(tensor),
      }))),
    );
    // The outputs of an encoder are the embeddings of the test set.
    assert.equal(digests.outputs, record.result.artifacts![2]!.sha256);
    assert.ok(artifacts.every(({ values }) => values.every(Number.isFinite)));
  });
}

Deno.test("runCase() of an encoder keeps what its best weights make of the data, not its last ones", async () => {
  let epoch = 0;
  // The first epoch is the best by far, so that training ends after the fourth.
  const engine = spoiled((session) => ({
    evaluate: async (split, count, at) => {
      const evaluation = await session.evaluate(split, count, at);
      if (split === "validation") evaluation.losses.fill(++epoch);
      return evaluation;
    },
  }));
  const { record, weights, artifacts } = await runOk(caseOf("ae2"), FEW, {}, engine);
  assert.deepEqual([record.result.epochs, record.result.bestEpoch], [4, 1]);
  const session = await ENGINE.open(modelOf(record.case, 784), FEW.splits, 3);
  await session.setWeights(weights);
  const { outputs } = await session.evaluate("train", 130, 1);
  assert.deepEqual(embeddingsIn(artifacts).values.train, outputs);
  assert.equal(await digestOfWeights(weights), record.result.digests.weights);
});

Deno.test("runCase() of a failed encoder leaves nothing", async () => {
  const engine = spoiled(() => ({ step: () => NaN }));
  const finished = await runCase(caseOf("ae2"), FEW, engine, ENVIRONMENT);
  assert.equal(finished.record.status, "failed");
  assert.deepEqual(recordSchema.parse(finished.record), finished.record);
  assert.deepEqual([finished.weights, finished.artifacts], [null, []]);
});

/** Embeddings of the few digits that say what their labels are. */
const ENCODED: EncodedDataset = {
  encoder: "e".repeat(64),
  embeddings: {
    latents: 10,
    values: {
      train: oneHot(FEW.splits.train.labels),
      validation: oneHot(FEW.splits.validation.labels),
      test: oneHot(FEW.splits.test.labels),
    },
  },
};

function oneHot(labels: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: labels.length * 10 },
    (_, i) => (labels[Math.floor(i / 10)] === i % 10 ? 20 : 0) + (i % 7) / 20,
  );
}

for (const name of ["vae10@120", "ae10@120", "wide-vae10@120", "wide-ae10@120"]) {
  Deno.test(`runCase() of ${name} learns from the embeddings that it is given, and names their encoder`, async () => {
    const options = { maxEpochs: 2, encoded: ENCODED };
    const { record, weights, artifacts } = await runOk(caseOf(name), FEW, options);
    const { result } = record;
    assert.equal(result.metric, "accuracy");
    assert.equal(result.encoder, ENCODED.encoder);
    assert.equal(result.artifacts, undefined);
    assert.deepEqual(artifacts, []);
    assert.equal(result.digests.weights, await digestOfWeights(weights));
    assert.ok(result.score >= 0 && result.score <= 1);

    // The same by hand: the first labels, and pixels before the latents for a wide head.
    const spec = modelOf(record.case, 784);
    const splits = embeddedSplits(
      FEW.splits,
      ENCODED.embeddings,
      (train) => sliceSamples(train, 0, 120),
      name.startsWith("wide-"),
    );
    assert.equal(spec.input.width, name.startsWith("wide-") ? 794 : 10);
    const session = await ENGINE.open(spec, splits, 3);
    const byHand = await train(spec, session, splits, 3, { maxEpochs: 2 });
    const { labels: _, ...digests } = result.digests;
    assert.deepEqual(digests, byHand.digests);
    const { outputs } = await session.evaluate("test", 20, 1);
    assert.equal(result.digests.outputs, await digestOfOutputs(outputs));
  });
}

Deno.test("runCase() of an even head learns from centered and scaled codes, drawn or not", async () => {
  const options = { maxEpochs: 2, encoded: ENCODED };
  for (const name of ["even-vae10@40", "even-wide-lae10@40", "even-ae10@40.2"]) {
    const c = caseOf(name);
    const { record } = await runOk(c, FEW, options);
    const splits = embeddedSplits(
      FEW.splits,
      evenOut(ENCODED.embeddings),
      (train) => c.draw === null ? sliceSamples(train, 0, 40) : drawLabels(train, 40, 3, c.draw),
      name.includes("wide-"),
    );
    const spec = modelOf(c, 784);
    const seed = c.draw === null ? 3 : seedOfDraw(3, c.draw);
    const session = await ENGINE.open(spec, splits, seed);
    const byHand = await train(spec, session, splits, seed, { maxEpochs: 2 });
    await session.close();
    const { labels, ...digests } = record.result.digests;
    assert.deepEqual(digests, byHand.digests, name);
    assert.equal(
      labels,
      await sha256Hex(
        joinBytes([splits.train, splits.validation, splits.test].map(({ labels }) => labels)),
      ),
    );
    const raw = await runOk({ ...c, reading: null }, FEW, options);
    assert.notEqual(raw.record.result.digests.weights, digests.weights);
    assert.equal(raw.record.result.digests.labels, labels);
  }
});

Deno.test("draws of one seed and number share labels and seed, whatever learns from them", async () => {
  const options = { maxEpochs: 1, encoded: ENCODED };
  const labelsOf = async (name: string) =>
    (await runOk(caseOf(name), FEW, options)).record.result.digests.labels;
  const shared = await labelsOf("fc@40.1");
  for (const name of ["ae10@40.1", "even-vae10@40.1", "wide-lae10@40.1"]) {
    const seen = await labelsOf(name);
    // Heads validate on the first 1,000 of the 30 there are: as many as fc does.
    assert.equal(seen, shared, name);
  }
  assert.notEqual(await labelsOf("fc@40.2"), shared);
  assert.notEqual(await labelsOf("fc@40"), shared);
});

Deno.test("runCase() holds predictions that come to the score, and the digest of each byte", async () => {
  const { record } = await runOk(CASE, STROKES, { maxEpochs: 2 });
  const { predictions, score, digests } = record.result;
  const bytes = Uint8Array.from(predictions!, Number);
  const { labels } = STROKES.splits.test;
  assert.equal(bytes.length, labels.length);
  const correct = bytes.filter((prediction, i) => prediction === labels[i]).length;
  assert.equal(correct / labels.length, score);
  assert.equal(digests.predictions, await sha256Hex(bytes));
});

Deno.test("runCase() of an encoder of few images learns from those, and embeds what heads use", async () => {
  const names = ["lae2+100", "lae2"] as const;
  const [few, all] = await Promise.all(
    names.map(async (name) => await runOk(caseOf(name), FEW, { maxEpochs: 1 })),
  );
  assert.notEqual(few!.record.result.digests.weights, all!.record.result.digests.weights);
  const shapes = few!.record.result.artifacts!.slice(0, 3).map(({ shape }) => shape);
  assert.deepEqual(shapes, [[130, 2], [30, 2], [20, 2]]);
  const limited = { ...FEW.splits, train: sliceSamples(FEW.splits.train, 0, 100) };
  const spec = modelOf(few!.record.case, 784);
  const session = await ENGINE.open(spec, limited, 3);
  const byHand = await train(spec, session, limited, 3, { maxEpochs: 1 });
  await session.close();
  assert.deepEqual(few!.record.result.digests, byHand.digests);
});

Deno.test("runCase() of a VAE records the KL term, without its weight, beside each score, and of an AE none", async () => {
  for (const [name, weight] of [["vae2", 1], ["mild-vae2", 1 / 4], ["strict-vae2", 4]] as const) {
    const { record } = await runOk(caseOf(name), FEW, { maxEpochs: 2 });
    const { rate, score, curve, measurements } = record.result;
    assert.ok(rate! > 0 && weight * rate! < score);
    const total = measurements!.klPerLatent!.reduce((sum, kl) => sum + kl, 0);
    assert.ok(Math.abs(total - rate!) < 1e-4 * rate!, `${name}: ${total} and ${rate}`);
    for (const { validationRate, validationScore } of curve) {
      assert.ok(validationRate! > 0 && weight * validationRate! < validationScore);
    }
  }
  const plain = await runOk(caseOf("ae2"), FEW, { maxEpochs: 1 });
  assert.equal(plain.record.result.rate, undefined);
  assert.equal(plain.record.result.curve[0]!.validationRate, undefined);
});

Deno.test("runCase() trains a head on nothing but its first labels and 1,000 validation samples", async () => {
  const { splits } = STROKES;
  const counts: string[] = [];
  const engine: Engine = {
    name: "exact",
    open: async (spec, splits, seed) => {
      counts.push(
        `${splits.train.count}/${splits.validation.count}/${splits.test.count} of ` +
          `${splits.train.width}`,
      );
      return await ENGINE.open(spec, splits, seed);
    },
  };
  const embed = (count: number) => new Float32Array(count * 2).fill(0.5);
  const values = {
    train: embed(splits.train.count),
    validation: embed(splits.validation.count),
    test: embed(splits.test.count),
  };
  const encoded = { encoder: "e".repeat(64), embeddings: { latents: 2, values } };
  for (const name of ["ae2@250", "wide-ae2@250"]) {
    await runCase(caseOf(name), STROKES, engine, ENVIRONMENT, { maxEpochs: 1, encoded });
  }
  assert.deepEqual(counts, ["250/1000/2000 of 2", "250/1000/2000 of 786"]);
});

Deno.test("runCase() refuses a head without its encoder, and with more labels than there are", async () => {
  for (const name of ["vae10@120", "wide-ae10@120"]) {
    for (const options of [{}, { encoded: null }]) {
      await assert.rejects(runCase(caseOf(name), FEW, ENGINE, ENVIRONMENT, options), {
        name: "TypeError",
        message: `Cannot run ${name}#3 without its encoder`,
      });
    }
  }
  await assert.rejects(
    runCase(caseOf("vae10@131"), FEW, ENGINE, ENVIRONMENT, { encoded: ENCODED }),
    { name: "RangeError", message: "Cannot take samples 0 to 131: there are 130" },
  );
});

/** The engine on a device that spoils its state in the step with this number, from 1. */
function failingIn(failing: number, spoil: (session: Session) => void): Engine {
  return spoiled((session) => {
    let steps = 0;
    return {
      step: async (...args) => {
        const loss = session.step(...args);
        if (++steps === failing) spoil(session);
        return await loss;
      },
      state: () => Promise.resolve(structuredClone(session.state())),
    };
  });
}

function changeWeights(session: Session, change: (values: Float32Array) => void): void {
  const weights = structuredClone(session.weights() as Tensor[]);
  for (const { values } of weights) change(values);
  session.setWeights(weights);
}

Deno.test("a case whose device fails goes on after a confirmed epoch on the substitute, to the same bits", async () => {
  const expected = (await runOk(CASE, STROKES, { maxEpochs: 7 })).record.result;
  const told: string[] = [], kept: number[] = [];
  const addOne = (session: Session) => changeWeights(session, (values) => values[5]! += 1);
  // An epoch has 7 steps. Steps 1, 11, 21 and 31 are checked: 31 is in epoch 5.
  const engine = guarded(failingIn(31, addOne), ENGINE, 10);
  const { record } = await runOk(CASE, STROKES, {
    maxEpochs: 7,
    onDeviceError: ({ message }, epoch) => told.push(`${epoch}: ${message}`),
    onState: async (take) => void kept.push((await take()).state.curve.length),
  }, engine);
  assert.deepEqual(told, [
    "2: step 31, in epoch 5, has other bits on the GPU than on the processor: " +
    "the weights of dense1/weights",
  ]);
  assert.deepEqual(record.result, expected);
  assert.equal(record.provenance.backend, ENGINE.build);
  assert.deepEqual(kept, [1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("a device that is never confirmed again costs the case its start, and no more", async () => {
  const expected = (await runOk(CASE, STROKES, { maxEpochs: 2 })).record.result;
  const epochs: number[] = [];
  const lost = () => {
    throw new DeviceError("the GPU was lost");
  };
  const { record } = await runOk(CASE, STROKES, {
    maxEpochs: 2,
    onDeviceError: (_, epoch) => epochs.push(epoch),
  }, guarded(failingIn(9, lost), ENGINE));
  assert.deepEqual(epochs, [0]);
  assert.deepEqual(record.result, expected);
  // Without a substitute the error is the caller's.
  await assert.rejects(runCase(CASE, STROKES, failingIn(9, lost), ENVIRONMENT), {
    name: "DeviceError",
    message: "the GPU was lost",
  });
});

Deno.test("a loss that is not finite on a doubted device is no failed case", async () => {
  const expected = (await runOk(CASE, STROKES, { maxEpochs: 2 })).record.result;
  const told: string[] = [];
  const poison = (session: Session) => changeWeights(session, (values) => values.fill(Infinity));
  const { record } = await runOk(CASE, STROKES, {
    maxEpochs: 2,
    onDeviceError: ({ message }) => told.push(message),
  }, guarded(failingIn(3, poison), ENGINE));
  assert.deepEqual(told, [
    "Cannot go on training: the training loss is not finite in epoch 1, step 4",
  ]);
  assert.deepEqual(record.result, expected);
});

Deno.test("runCase() gives the classifier on pixels no encoder, whatever it is given", async () => {
  const options = { maxEpochs: 1, encoded: null };
  const { record } = await runOk(caseOf("fc@120"), FEW, options);
  assert.equal("encoder" in record.result || "artifacts" in record.result, false);
});
