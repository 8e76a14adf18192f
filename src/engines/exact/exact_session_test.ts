import assert from "node:assert/strict";
import { hex } from "../../../tests/helpers/kernel_arena.ts";
import { assertNonFinite } from "../../../tests/helpers/non_finite.ts";
import { inSharedMemory, type Samples, type Splits } from "../../data/dataset.ts";
import { drawStrokes } from "../../data/strokes.ts";
import { fc } from "../../models/fc.ts";
import { initialParameters, type Tensor } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { permutation } from "../../random/permutation.ts";
import { Stream } from "../../random/stream.ts";
import { AdamRate } from "../../training/adam_rate.ts";
import { limitLabels, train } from "../../training/train.ts";
import type { ModelState } from "../engine.ts";
import { compile } from "./compile.ts";
import { ExactEngine } from "./exact_engine.ts";
import { compileKernels, readKernelBytes, type WasmBuild } from "./kernels.ts";
import { packTensor, unpackValues } from "./parameter_layout.ts";
import { padded } from "./kernel_table.ts";

const STROKES = drawStrokes();
const SPEC = fc({ kind: "pixels", width: 784 });

async function engine(build: WasmBuild = "wasm"): Promise<ExactEngine> {
  return new ExactEngine((await compileKernels(build, await readKernelBytes()))!);
}

function featureSplits(width: number): Splits {
  const samples: Samples = {
    count: 150,
    width,
    values: new Stream(1, "test/features").uniform(150 * width, 2),
    labels: Uint8Array.from({ length: 150 }, (_, i) => (i * 7) % 10),
  };
  return { train: samples, validation: samples, test: samples };
}

function hexOf(state: ModelState): string {
  return [state.weights, state.firstMoments, state.secondMoments]
    .flatMap((tensors) => tensors.map(({ name, values }) => `${name} ${hex(values)}`)).join("\n");
}

/** Ten batches of the first epoch. */
function batches(spec: ModelSpec, count: number): Uint32Array[] {
  const order = permutation(0, 1, count);
  return Array.from(
    { length: 10 },
    (_, i) =>
      Uint32Array.from(
        { length: spec.batchSize },
        (_, j) => order[(i * spec.batchSize + j) % count]!,
      ),
  );
}

Deno.test("open() starts from the seed's initial weights and from moments of 0", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 5);
  assert.deepEqual(session.weights(), initialParameters(SPEC, 5));
  assert.deepEqual(session.weights().map(({ name, shape }) => [name, shape]), [
    ["dense1/weights", [784, 100]],
    ["dense1/bias", [100]],
    ["dense2/weights", [100, 10]],
    ["dense2/bias", [10]],
  ]);
  const { firstMoments, secondMoments } = session.state();
  for (const { values } of [...firstMoments, ...secondMoments]) {
    assert.ok(values.every((value) => value === 0));
  }
});

Deno.test("a session that stops after 5 steps and goes on in another gives the same bits", async () => {
  for (const build of ["wasm", "wasm-emulated"] as const) {
    for (
      const [spec, splits] of [
        [SPEC, STROKES],
        [fc({ kind: "features", width: 21 }), featureSplits(21)],
      ] as const
    ) {
      const opened = await engine(build);
      const steps = batches(spec, splits.train.count);
      const unbroken = await opened.open(spec, splits, 0);
      const unbrokenRate = new AdamRate();
      const losses = steps.map((indices) => unbroken.step(indices, unbrokenRate.next(), 1));

      const first = await opened.open(spec, splits, 0);
      const rate = new AdamRate();
      const brokenLosses = steps.slice(0, 5).map((indices) => first.step(indices, rate.next(), 1));
      const state = structuredClone(first.state());
      for (const indices of steps) first.step(indices, 0.1, 1);
      const second = await opened.open(spec, splits, 99);
      second.setState(state);
      for (const indices of steps.slice(5)) {
        brokenLosses.push(second.step(indices, rate.next(), 1));
      }
      assert.deepEqual(brokenLosses, losses);
      assert.equal(hexOf(second.state()), hexOf(unbroken.state()));
      assert.notEqual(hexOf(unbroken.state()), hexOf(state));
    }
  }
});

Deno.test("without its moments a session that goes on gives other bits", async () => {
  const opened = await engine();
  const steps = batches(SPEC, STROKES.train.count);
  const [one, other] = [await opened.open(SPEC, STROKES, 0), await opened.open(SPEC, STROKES, 0)];
  one.step(steps[0]!, 0.001, 1);
  other.setWeights(one.weights());
  for (const session of [one, other]) session.step(steps[1]!, 0.001, 1);
  assert.notEqual(hexOf(one.state()), hexOf(other.state()));
});

Deno.test("evaluate() changes nothing, and depends on no batch: 1 sample or 2,000, in any order", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 0);
  const steps = batches(SPEC, STROKES.train.count);
  for (const indices of steps) session.step(indices, 0.001, 1);
  const before = hexOf(session.state());
  const all = session.evaluate("test", 2_000, 1);
  assert.equal(all.width, 10);
  assert.equal(all.outputs.length, 20_000);
  assert.equal(all.losses.length, 2_000);
  for (const count of [1, 2, 99, 100, 101, 1_999]) {
    session.evaluate("validation", 300, 1);
    const { outputs, losses } = session.evaluate("test", count, 1);
    assert.equal(hex(outputs), hex(all.outputs.slice(0, count * 10)));
    assert.equal(hex(losses), hex(all.losses.slice(0, count)));
  }
  assert.equal(hexOf(session.state()), before);
});

Deno.test("evaluate() scores the split that it is asked for", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 0);
  const swapped = await (await engine()).open(SPEC, {
    train: STROKES.test,
    validation: STROKES.train,
    test: STROKES.validation,
  }, 0);
  const outputs = (from: typeof session, split: keyof Splits) =>
    hex(from.evaluate(split, 500, 1).outputs);
  assert.equal(outputs(swapped, "train"), outputs(session, "test"));
  assert.equal(outputs(swapped, "validation"), outputs(session, "train"));
  assert.equal(outputs(swapped, "test"), outputs(session, "validation"));
  assert.notEqual(outputs(session, "test"), outputs(session, "validation"));
});

Deno.test("a state is read before the next step, or kept by structuredClone()", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 0);
  const changes = [
    () => session.step(Uint32Array.of(1, 2), 0.001, 1),
    () => session.setWeights(session.weights()),
    () => session.setState(session.state()),
  ];
  for (const change of changes) {
    const before = session.state();
    const kept = structuredClone(before);
    assert.equal(hexOf(before), hexOf(kept));
    change();
    assert.throws(() => before.secondMoments.map(({ values }) => values), {
      name: "TypeError",
      message: "Cannot read dense1/weights of a state after the next step",
    });
    assert.equal(kept.weights.length, 4);
  }
});

Deno.test("samples that threads share give the same bits, and are not replaced", async () => {
  const shared = inSharedMemory(STROKES);
  const opened = await engine();
  const [own, other] = [await opened.open(SPEC, STROKES, 0), await opened.open(SPEC, shared, 0)];
  for (const indices of batches(SPEC, 6_000)) {
    assert.equal(other.step(indices, 0.001, 1), own.step(indices, 0.001, 1));
  }
  assert.equal(hexOf(other.state()), hexOf(own.state()));
  assert.throws(() => other.replaceSamples("test", STROKES.test.values), {
    name: "TypeError",
    message: "Cannot replace test samples that threads share",
  });
});

Deno.test("a session that is closed refuses to be used, and to be read", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 0);
  const state = session.state();
  session.close();
  session.close();
  const uses = [
    () => session.step(Uint32Array.of(1), 0.001, 1),
    () => session.evaluate("test", 1, 1),
    () => session.weights(),
    () => session.setWeights([]),
    () => session.state(),
    () => session.setState({ weights: [], firstMoments: [], secondMoments: [] }),
    () => state.weights[0]!.values,
  ];
  for (const use of uses) {
    assert.throws(use, { name: "TypeError", message: "Cannot use a session that is closed" });
  }
});

Deno.test("step() on a smaller batch is a step on those samples alone, whatever came before", async () => {
  const opened = await engine();
  const few = Uint32Array.of(7, 3, 11);
  const fresh = await opened.open(SPEC, STROKES, 0);
  const used = await opened.open(SPEC, STROKES, 0);
  const start = structuredClone(used.state());
  for (const indices of batches(SPEC, 6_000)) used.step(indices, 0.01, 1);
  used.evaluate("test", 500, 1);
  used.setState(start);
  assert.equal(used.step(few, 0.001, 1), fresh.step(few, 0.001, 1));
  assert.equal(hexOf(used.state()), hexOf(fresh.state()));
});

Deno.test("step() and evaluate() refuse more samples than there are places", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 0);
  for (const count of [0, 33]) {
    assert.throws(() => session.step(new Uint32Array(count), 0.001, 1), {
      name: "RangeError",
      message: `Cannot step on ${count} samples: the batch size is 32`,
    });
  }
  assert.throws(() => session.evaluate("validation", 1_001, 1), {
    name: "RangeError",
    message: "Cannot evaluate 1001 validation samples: there are 1000",
  });
});

Deno.test("setWeights() refuses tensors of another name or shape", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 0);
  const [first, ...others] = session.weights();
  assert.throws(() => session.setWeights([{ ...first!, shape: [100, 784] }, ...others]), {
    name: "TypeError",
    message: "Cannot set dense1/weights [784,100] from dense1/weights [100,784]",
  });
  assert.throws(() => session.setWeights([...others, first!]), { name: "TypeError" });
});

Deno.test("packTensor() leaves pads 0 and unpackValues() takes back what it packed", () => {
  for (const [inputs, outputs] of [[1, 1], [3, 17], [5, 16], [20, 100]] as const) {
    for (const panel of [16, padded(outputs)]) {
      const slot = {
        name: "w",
        shape: [inputs, outputs],
        offset: 16,
        rows: inputs,
        columns: outputs,
        panel,
      };
      const values = Float32Array.from({ length: inputs * outputs }, (_, i) => i + 1);
      const memory = new Float32Array(32 + inputs * padded(outputs)).fill(NaN);
      packTensor(memory, slot, { name: "w", shape: [inputs, outputs], values });
      assert.deepEqual(unpackValues(memory, slot), values);
      assert.equal(memory.filter(Number.isNaN).length, 32);
      const pads = memory.filter((value) => value === 0).length;
      assert.equal(pads, inputs * (padded(outputs) - outputs));
      // Output n of input k lies in panel n / panel, at row k.
      const at = (k: number, n: number) =>
        memory[16 + Math.floor(n / panel) * inputs * panel + k * panel + n % panel];
      assert.equal(at(inputs - 1, outputs - 1), inputs * outputs);
      assert.equal(at(0, outputs - 1), outputs);
    }
  }
});

/** A tensor list with one value replaced. */
function withValue(weights: readonly Tensor[], name: string, at: number, value: number): Tensor[] {
  return weights.map((tensor) => {
    if (tensor.name !== name) return tensor;
    const values = tensor.values.slice();
    values[at] = value;
    return { ...tensor, values };
  });
}

/** In the middle, where many of the first training samples have ink. */
const BUSY_PIXEL = 14 * 28 + 14;

Deno.test("one weight that is NaN or infinite gives a loss that is not finite, through relu", async () => {
  const opened = await engine();
  const indices = Uint32Array.from({ length: 32 }, (_, i) => i);
  for (
    const [name, at, value] of [
      ["dense1/weights", BUSY_PIXEL * 100 + 7, NaN],
      ["dense1/weights", BUSY_PIXEL * 100 + 7, Infinity],
      ["dense1/bias", 50, NaN],
      ["dense1/bias", 50, Infinity],
      ["dense2/weights", 333, NaN],
      ["dense2/weights", 333, Infinity],
      ["dense2/bias", 9, NaN],
      ["dense2/bias", 9, Infinity],
    ] as const
  ) {
    const session = await opened.open(SPEC, STROKES, 0);
    session.setWeights(withValue(session.weights(), name, at, value));
    const { losses } = session.evaluate("train", 32, 1);
    assert.ok(!losses.every(Number.isFinite), `${name}[${at}] = ${value}`);
    const loss = session.step(indices, 0.001, 1);
    assert.ok(!Number.isFinite(loss), `${name}[${at}] = ${value}: ${loss}`);
  }
});

Deno.test("train() on a NaN or infinite weight throws a NonFiniteError with epoch and step", async () => {
  for (const value of [NaN, Infinity]) {
    const session = await (await engine()).open(SPEC, STROKES, 0);
    session.setWeights(withValue(session.weights(), "dense1/bias", 3, value));
    const training = train(SPEC, session, limitLabels(STROKES, 100), 0);
    await assertNonFinite(training, "the training loss", 1, 1);
  }
});

Deno.test("what 20 steps and an evaluation leave in the pads changes no bit of what follows", async () => {
  for (
    const [spec, splits] of [
      [SPEC, STROKES],
      [fc({ kind: "features", width: 21 }), featureSplits(21)],
      [narrowLinear(), featureSplits(21)],
    ] as const
  ) {
    const opened = await engine();
    const session = await opened.open(spec, splits, 0);
    for (let round = 0; round < 2; round++) {
      for (const indices of batches(spec, splits.train.count)) session.step(indices, 0.01, 1);
      session.evaluate("test", 100, 1);
    }
    // A session that is given the canonical tensors starts from clean pads: the same bits follow
    // only if the pads of the used one count for nothing.
    const clean = await opened.open(spec, splits, 1);
    clean.setState(session.state());
    for (const indices of batches(spec, splits.train.count)) {
      assert.equal(session.step(indices, 0.01, 1), clean.step(indices, 0.01, 1));
    }
    assert.equal(hexOf(session.state()), hexOf(clean.state()));
    assert.equal(
      hex(session.evaluate("test", 100, 1).outputs),
      hex(clean.evaluate("test", 100, 1).outputs),
    );
  }
});

/** Hidden units whose number is no multiple of 4, with no relu to hide what is in the pads. */
function narrowLinear(): ModelSpec {
  return {
    name: "narrow",
    input: { kind: "features", width: 21 },
    layers: [
      { kind: "dense", name: "one", units: 37, activation: "linear", initialBias: 0.1 },
      { kind: "dense", name: "two", units: 10, activation: "linear", initialBias: 0.1 },
    ],
    loss: "softmax-cross-entropy",
    output: "two",
    batchSize: 32,
  };
}

Deno.test("the plan's digest is that of compile(), the kernels' that of their bytes", async () => {
  const session = await (await engine()).open(SPEC, STROKES, 0);
  const hash = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assert.deepEqual(session.digests, {
    plan: await hash(new TextEncoder().encode(JSON.stringify(compile(SPEC)))),
    kernels: await hash((await readKernelBytes()).wasm),
  });
  assert.equal(session.backend, "wasm");
});

Deno.test("replaceSamples() scores what was put in, as a session that was opened on it does", async () => {
  const opened = await engine();
  const { test } = STROKES;
  const few = { ...test, count: 3, values: test.values.subarray(0, 3 * 784) };
  const session = await opened.open(SPEC, { ...STROKES, test: few }, 0);
  const before = session.evaluate("test", 3, 1).outputs;
  const others = Uint8Array.from(test.values.subarray(50 * 784, 52 * 784));
  session.replaceSamples("test", others);
  const whole = (await opened.open(SPEC, STROKES, 0)).evaluate("test", 52, 1).outputs;
  const after = session.evaluate("test", 3, 1).outputs;
  assert.equal(hex(after.subarray(0, 20)), hex(whole.subarray(500, 520)));
  // What was not replaced is as it was.
  assert.equal(hex(after.subarray(20)), hex(before.subarray(20)));
});

Deno.test("replaceSamples() refuses values that are too many, too few, or of another type", async () => {
  const few = { ...STROKES.test, count: 2, values: STROKES.test.values.subarray(0, 2 * 784) };
  const session = await (await engine()).open(SPEC, { ...STROKES, test: few }, 0);
  for (const values of [new Uint8Array(3 * 784), new Uint8Array(783), new Float32Array(784)]) {
    assert.throws(() => session.replaceSamples("test", values), {
      name: "RangeError",
      message: `Cannot replace test samples by ${values.length} values of ` +
        `${values.constructor.name}: they are 1568 of Uint8Array, 784 a sample`,
    });
  }
});
