import assert from "node:assert/strict";
import {
  ae,
  decoderOf,
  encoderOf,
  lae,
  mildVae,
  stddevOf,
  strictVae,
  vae,
} from "../../models/autoencoder.ts";
import { conv } from "../../models/conv.ts";
import { fc } from "../../models/fc.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { wideDeep } from "../../models/wide_deep.ts";
import { sha256HexOfText } from "../../sha256.ts";
import { compile } from "./compile.ts";
import { ExactEngine } from "./exact_engine.ts";
import { extentsOf } from "./kernel_table.ts";
import { compileKernels, readKernelBytes } from "./kernels.ts";
import { padded } from "./kernel_table.ts";
import type { Plan, PlannedBuffer, Program } from "./plan.ts";

const PIXELS = fc({ kind: "pixels", width: 784 });
const FEATURES = fc({ kind: "features", width: 20 });

/** A model that is not fc: three layers, each activation, widths that need padding. */
const DEEP: ModelSpec = {
  name: "deep",
  input: { kind: "features", width: 21 },
  layers: [
    { kind: "dense", name: "one", units: 37, activation: "leaky-relu", initialBias: 0 },
    { kind: "dense", name: "two", units: 5, activation: "linear", initialBias: 0.5 },
    { kind: "dense", name: "three", units: 3, activation: "linear", initialBias: 0 },
  ],
  loss: "softmax-cross-entropy",
  output: "three",
  batchSize: 7,
};

const IMAGES = { kind: "pixels", width: 784 } as const;
/** First half of the SHA-256 of each plan: a plan that changes is a change to look at. */
const GOLDEN_PLANS: readonly string[] = [
  "7dd8eeb455c984fb",
  "049972eec41b1e93",
  "9cac099859043b19",
  "c46abf116bbac10a",
  "5a2f94802dcc2b5c",
  "a35cb3ad7022fcf7",
  "e9859b619d69739c",
  "24ba225be5c30ea1",
  "111fbbac25e0c6f8",
  "c2a2ea580d032b79",
  "8b9b862df6074712",
  "98f91396abac38da",
  "acc46bd3e4db7310",
  "134ccf1073943510",
];
const TRAINED = [
  ...[PIXELS, FEATURES, DEEP, conv(IMAGES), ae(IMAGES, 5), vae(IMAGES, 20)],
  wideDeep(784, 20),
  lae(IMAGES, 5),
  mildVae(IMAGES, 20),
  strictVae(IMAGES, 20),
];
/** Parts of trained models, which are only evaluated. */
const PARTS = [
  encoderOf(ae(IMAGES, 5)),
  encoderOf(vae(IMAGES, 20)),
  decoderOf(vae(IMAGES, 20), 20),
  stddevOf(vae(IMAGES, 20))!,
];
const ALL = [...TRAINED, ...PARTS];

/** The programs of a plan; of a model without a loss the one that evaluates. */
function programsOf({ step, evaluate }: Plan): Program[] {
  return step === null ? [evaluate] : [step, evaluate];
}

/** The step of a model that has a loss. */
function stepOf({ step }: Plan): Program {
  assert.ok(step !== null);
  return step;
}

/** The first pointer that leaves its buffer, or null; counts the pointers looked at. */
function strayPointer(plan: Plan): { stray: string | null; looked: number } {
  const buffers = new Map(plan.buffers.map((buffer) => [buffer.name, buffer]));
  let looked = 0, stray: string | null = null;
  for (const { batchSize, calls } of programsOf(plan)) {
    for (const { kernel, pointers, sizes } of calls) {
      const most = sizes.map((size) => size === "count" ? batchSize : size);
      const extents = extentsOf(kernel, most);
      assert.equal(extents.length, pointers.length, kernel);
      for (const [i, { buffer, offset }] of pointers.entries()) {
        looked++;
        if (buffer === "samples" || buffer === "labels") continue;
        const [name, extent] = extents[i]!;
        const { floats } = buffers.get(buffer)!;
        if (offset < 0 || offset + extent.floats > floats) stray ??= `${name} of ${kernel}`;
      }
    }
  }
  return { stray, looked };
}

/** Buffers that a call reads while another call has written over them in between, or null. */
function clobbered(plan: Plan, program: Program): string | null {
  const buffers = new Map(plan.buffers.map((buffer) => [buffer.name, buffer]));
  const uses = new Map<string, { first: number; last: number }>();
  for (const [at, { pointers }] of program.calls.entries()) {
    for (const { buffer } of pointers) {
      if (!buffers.has(buffer)) continue;
      uses.set(buffer, { first: uses.get(buffer)?.first ?? at, last: at });
    }
  }
  const overlap = (a: PlannedBuffer, b: PlannedBuffer) =>
    a.offset < b.offset + b.floats && b.offset < a.offset + a.floats;
  for (const [one, a] of uses) {
    for (const [other, b] of uses) {
      if (one >= other || a.first > b.last || b.first > a.last) continue;
      if (overlap(buffers.get(one)!, buffers.get(other)!)) return `${one} and ${other}`;
    }
  }
  return null;
}

Deno.test("compile() is a pure function of the spec", () => {
  for (const spec of [PIXELS, FEATURES, DEEP, wideDeep(784, 20), ...PARTS]) {
    const before = JSON.stringify(spec);
    const first = JSON.stringify(compile(spec));
    compile(DEEP);
    assert.equal(JSON.stringify(compile(structuredClone(spec))), first);
    assert.equal(JSON.stringify(spec), before);
  }
  assert.notEqual(JSON.stringify(compile(PIXELS)), JSON.stringify(compile(FEATURES)));
  assert.notDeepEqual(compile(PIXELS), compile({ ...PIXELS, batchSize: 31 }));
});

Deno.test("compile() gives every model its known plan", async () => {
  const digests = [];
  for (const spec of ALL) digests.push(await sha256HexOfText(JSON.stringify(compile(spec))));
  assert.deepEqual(digests.map((digest) => digest.slice(0, 16)), GOLDEN_PLANS);
});

Deno.test("compile() keeps every pointer's reach within its buffer, and buffers in memory", () => {
  for (const spec of ALL) {
    const plan = compile(spec);
    const { stray, looked } = strayPointer(plan);
    assert.equal(stray, null, spec.name);
    assert.ok(looked > (plan.step === null ? 20 : 40), `${looked}`);
    for (const { name, offset, floats } of plan.buffers) {
      assert.ok(offset >= 0 && offset % 16 === 0 && offset + floats <= plan.floats, name);
    }
    assert.equal(new Set(plan.buffers.map(({ name }) => name)).size, plan.buffers.length);
  }
});

Deno.test("compile() lets no call write over what a later one reads", () => {
  for (const spec of ALL) {
    const plan = compile(spec);
    for (const program of programsOf(plan)) assert.equal(clobbered(plan, program), null);
    // Losses are read after the step, outputs, losses and KL terms after an evaluation: nothing shares
    // them.
    const divergences = plan.buffers.map(({ name }) => name)
      .filter((name) => name === "evaluate/latent/divergence");
    for (const name of ["step/losses", "evaluate/losses", plan.output.buffer, ...divergences]) {
      const program = name.startsWith("step/") ? plan.step : plan.evaluate;
      if (program === null) continue;
      const kept = plan.buffers.find((buffer) => buffer.name === name)!;
      const at = program.calls.findIndex(({ pointers }) =>
        pointers.some(({ buffer }) => buffer === name)
      );
      for (const other of plan.buffers) {
        const used = program.calls.findLastIndex(({ pointers }) =>
          pointers.some(({ buffer }) => buffer === other.name)
        );
        if (other === kept || used < at) continue;
        const apart = other.offset + other.floats <= kept.offset ||
          kept.offset + kept.floats <= other.offset;
        assert.ok(apart, `${name} and ${other.name}`);
      }
    }
  }
});

Deno.test("compile() updates each parameter from a gradient that some call has written", () => {
  for (const spec of TRAINED) {
    const plan = compile(spec);
    const { parameters } = plan, step = stepOf(plan);
    const written = step.calls.filter(({ kernel }) => kernel.endsWith("_gradient"))
      .flatMap(({ pointers }) => pointers)
      .filter(({ buffer }) => buffer === "step/parameter-gradients")
      .map(({ offset }) => offset).sort((a, b) => a - b);
    // The pixel layer's weights are updated with their gradient, before it is stored.
    const updated = step.calls.filter(({ kernel }) => kernel === "pixel_dense_adam")
      .flatMap(({ pointers }) => pointers)
      .filter(({ buffer }) => buffer === "parameters").map(({ offset }) => offset);
    assert.deepEqual([...updated, ...written], parameters.map(({ offset }) => offset));
    assert.equal(updated.length, spec.input.kind === "pixels" && spec.name === "fc" ? 1 : 0);
    const adam = step.calls.at(-1)!;
    assert.equal(adam.kernel, "adam");
    const end = parameters.at(-1)!, start = written[0]!;
    assert.deepEqual(adam.sizes, [end.offset + padded(end.shape[0]!) - start]);
    assert.ok(adam.pointers.slice(0, 4).every(({ offset }) => offset === start));
  }
});

Deno.test("compile() gives a model without a loss no step, no loss and no gradient", () => {
  for (const spec of PARTS) {
    const plan = compile(spec);
    assert.equal(plan.step, null);
    const kernels = plan.evaluate.calls.map(({ kernel }) => kernel);
    const trains = /gradient|adam|cross_entropy/;
    assert.deepEqual(kernels.filter((kernel) => trains.test(kernel)), [], spec.name);
    assert.deepEqual(plan.buffers.filter(({ name }) => name.startsWith("step/")), []);
    // Its losses are a buffer that nothing writes: they stay 0.
    assert.equal(plan.evaluate.losses, "evaluate/losses");
    const pointers = plan.evaluate.calls.flatMap(({ pointers }) => pointers);
    assert.ok(pointers.every(({ buffer }) => buffer !== "evaluate/losses"));
    const { offset, floats } = plan.buffers.find(({ name }) => name === "evaluate/losses")!;
    for (const other of plan.buffers) {
      const apart = other.offset + other.floats <= offset || offset + floats <= other.offset;
      assert.ok(apart || other.name === "evaluate/losses", other.name);
    }
  }
  assert.equal(compile(encoderOf(ae(IMAGES, 5))).output.width, 5);
  assert.equal(compile(encoderOf(vae(IMAGES, 20))).output.width, 20);
  assert.equal(compile(decoderOf(vae(IMAGES, 20), 20)).output.width, 784);
});

Deno.test("a session of a model without a loss evaluates, with losses of 0, and cannot step", async () => {
  const kernels = await compileKernels("wasm", await readKernelBytes());
  const features = {
    count: 3,
    width: 20,
    values: Float32Array.from({ length: 60 }, (_, i) => (i % 9) / 9 - 0.4),
    labels: new Uint8Array(3),
  };
  const splits = { train: features, validation: features, test: features };
  const session = await new ExactEngine(kernels!).open({ ...FEATURES, loss: null }, splits, 1);
  const trained = await new ExactEngine(kernels!).open(FEATURES, splits, 1);
  const [plain, scored] = [session, trained].map((s) => s.evaluate("test", 3, 1));
  const { outputs, losses, width } = await plain!;
  assert.equal(width, 10);
  assert.deepEqual(outputs, (await scored!).outputs);
  assert.deepEqual(losses, new Float32Array(3));
  assert.throws(() => session.step(Uint32Array.of(0), 0.001, 1), {
    name: "TypeError",
    message: "Cannot step: the model has no loss",
  });
});

Deno.test("the checks of pointers and of shared memory can fail", () => {
  const plan = structuredClone(compile(PIXELS)) as unknown as {
    buffers: { name: string; offset: number; floats: number }[];
  };
  const find = (name: string) => plan.buffers.find((buffer) => buffer.name === name)!;
  find("step/losses").floats = 31;
  assert.equal(
    strayPointer(plan as unknown as Plan).stray,
    "losses of softmax_cross_entropy",
  );
  find("step/dense1").offset = find("step/dense2").offset;
  const step = stepOf(plan as unknown as Plan);
  assert.match(clobbered(plan as unknown as Plan, step)!, /step\/dense1/);
});

Deno.test("compile() refuses sizes that the kernels do not know, before any work", () => {
  const wide = conv(IMAGES);
  const layers = wide.layers.map((layer) =>
    layer.kind === "conv" && layer.name === "conv2" ? { ...layer, channels: 128 } : layer
  );
  assert.throws(() => compile({ ...wide, layers }), {
    name: "TypeError",
    message: 'Cannot compile the layer "conv2": from 14x14x32 to 128 channels, where the exact ' +
      "engine has kernels from 14x14x32 to 64",
  });
});

Deno.test("compile() scales for the weight of a KL term, if it has one, and takes powers of two alone", () => {
  const scales = (spec: ModelSpec) => {
    const plan = compile(spec);
    return programsOf(plan).map(({ calls }) =>
      calls.filter(({ kernel }) => kernel === "scale").map(({ sizes }) => sizes.at(-1))
    );
  };
  assert.deepEqual(scales(vae(IMAGES, 20)), [[], []]);
  assert.deepEqual(scales(weighted(1)), [[], []]);
  assert.deepEqual(scales(mildVae(IMAGES, 20)), [[-2, 2, -2, -2], [-2]]);
  assert.deepEqual(scales(strictVae(IMAGES, 20)), [[2, -2, 2, 2], [2]]);
  // A part that gives codes has no loss to weight.
  assert.deepEqual(compile(encoderOf(strictVae(IMAGES, 20))), compile(encoderOf(vae(IMAGES, 20))));
  for (const exponent of [-30, -1, 1, 30]) {
    assert.deepEqual(scales(weighted(2 ** exponent))[1], [exponent]);
  }
  for (const weight of [3, 0.3, 0, -1, -4, 2 ** 31, 2 ** -31, NaN, Infinity]) {
    assert.throws(() => compile(weighted(weight)), {
      name: "TypeError",
      message: `Cannot compile the layer "latent": the weight of its KL term is ${weight}, where ` +
        "the exact engine needs a power of two from 2^-30 to 2^30",
    });
  }
});

/** The VAE with another weight of its KL term. */
function weighted(klWeight: number): ModelSpec {
  const spec = vae(IMAGES, 20);
  const layers = spec.layers.map((layer) =>
    layer.kind === "sampled-latent" ? { ...layer, klWeight } : layer
  );
  return { ...spec, layers };
}
