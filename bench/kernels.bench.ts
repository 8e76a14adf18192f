/**
 * Times the kernels on the layers of fc (784-100-10) at the batch sizes of training and of scoring,
 * and what they make up: a step, an evaluation, an epoch's order. Images are those of `strokes`.
 * Every result is checked before it is timed.
 *
 * Usage: deno bench --allow-read bench/
 * @module
 */
import assert from "node:assert/strict";
import { drawStrokes } from "../src/data/strokes.ts";
import { ExactEngine } from "../src/engines/exact/exact_engine.ts";
import { compileKernels, readKernelBytes } from "../src/engines/exact/kernels.ts";
import { padded, PANEL } from "../src/engines/exact/kernel_table.ts";
import { fc } from "../src/models/fc.ts";
import { permutation } from "../src/random/permutation.ts";
import { Stream } from "../src/random/stream.ts";
import { KernelArena } from "../tests/helpers/kernel_arena.ts";
import { naiveGradients, naiveLoss, toNaive, toNaiveBatch } from "../tests/helpers/naive_fc.ts";
import { boundedSum, UNIT_ROUNDOFF } from "../tests/helpers/running_error.ts";

const PIXELS = 784, HIDDEN = 100, CLASSES = 10;
const TRAINING_BATCH = 32, SCORING_BATCH = 100;
const RELU = 1, LINEAR = 0;

const KERNELS = (await compileKernels("wasm", await readKernelBytes())) ??
  (await compileKernels("wasm-emulated", await readKernelBytes()))!;
const ARENA = new KernelArena(KERNELS.instantiate());
const STROKES = drawStrokes();

Deno.bench("nothing", () => {});

/** Random values in padded rows. */
function randomRows(rows: number, columns: number, role: string): Float32Array {
  const values = new Stream(1, `bench/${role}`).uniform(rows * columns, 0.1);
  const result = new Float32Array(rows * padded(columns));
  for (let i = 0; i < rows; i++) {
    result.set(values.subarray(i * columns, (i + 1) * columns), i * padded(columns));
  }
  return result;
}

/** The same weights as a dense layer reads them, [outputs / 16][inputs][16]. */
function toPanels(rows: Float32Array, inputs: number, outputs: number): Float32Array {
  const row = padded(outputs), panels = new Float32Array(rows.length);
  for (let k = 0; k < inputs; k++) {
    for (let n = 0; n < row; n++) {
      panels[(Math.floor(n / PANEL) * inputs + k) * PANEL + n % PANEL] = rows[k * row + n]!;
    }
  }
  return panels;
}

/** Asserts that value `at` of a result is the sum of products that it should be. */
function checkSum(
  name: string,
  result: Float32Array,
  at: number,
  start: number,
  products: number[],
  finish = (x: number) => x,
): void {
  const { value, tolerance } = boundedSum(start, products, 1);
  const expected = finish(value), got = result[at]!;
  assert.ok(Math.abs(got - expected) <= tolerance, `${name}: ${got}, not ${expected}`);
}

function relu(x: number): number {
  return Math.max(0, x);
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

// The layer on pixels.
const w1Rows = randomRows(PIXELS, HIDDEN, "w1"), b1Row = randomRows(1, HIDDEN, "b1");
const w1 = ARENA.place(w1Rows), b1 = ARENA.place(b1Row);
const w1Panels = ARENA.place(toPanels(w1Rows, PIXELS, HIDDEN));
const images = ARENA.place(STROKES.train.values as Uint8Array);
const labels = ARENA.place(STROKES.train.labels);

for (const count of [TRAINING_BATCH, SCORING_BATCH]) {
  const order = permutation(0, 1, 6_000).slice(0, count);
  const x = new Float32Array(count * padded(PIXELS));
  for (const [i, index] of order.entries()) {
    for (let k = 0; k < PIXELS; k++) {
      x[i * padded(PIXELS) + k] = STROKES.train.values[index * PIXELS + k]! / 255;
    }
  }
  const group = `784x100, batch ${count}`;
  const indices = ARENA.place(order);
  const bySample = ARENA.floats(count * PIXELS * 2, 0);
  const sampleCounts = ARENA.place(new Uint32Array(count));
  const gather = ARENA.bind("gather_pixels", [images, indices, bySample, sampleCounts], [
    count,
    PIXELS,
  ]);
  gather();
  const listed = sampleCounts.read().reduce((a, b) => a + b);
  assert.equal(listed, x.filter((value) => value !== 0).length);
  Deno.bench(`gather_pixels, batch ${count}`, gather);

  const hidden = ARENA.floats(count * padded(HIDDEN), 0);
  const forward = ARENA.bind("pixel_dense_forward", [bySample, sampleCounts, w1, b1, hidden], [
    count,
    PIXELS,
    HIDDEN,
    RELU,
  ]);
  forward();
  const dense = ARENA.floats(count * padded(HIDDEN), 0);
  const denseX = ARENA.place(x);
  const denseForward = ARENA.bind("dense_forward", [denseX, w1Panels, b1, dense], [
    count,
    PIXELS,
    HIDDEN,
    RELU,
  ]);
  denseForward();
  assert.deepEqual(hidden.read(), dense.read());
  for (const [i, n] of [[0, 0], [count - 1, 99]] as const) {
    const products = range(PIXELS).map((k) =>
      x[i * padded(PIXELS) + k]! * w1Rows[k * padded(HIDDEN) + n]!
    );
    checkSum(group, hidden.read(), i * padded(HIDDEN) + n, b1Row[n]!, products, relu);
  }
  Deno.bench(`pixel_dense_forward, batch ${count}`, { group, baseline: true }, forward);
  Deno.bench(`dense_forward (for comparison), batch ${count}`, { group }, denseForward);
  if (count !== TRAINING_BATCH) continue;

  const byInput = ARENA.floats(count * PIXELS * 2, 0);
  const inputCounts = ARENA.place(new Uint32Array(PIXELS));
  const transpose = ARENA.bind(
    "transpose_pixels",
    [bySample, sampleCounts, byInput, inputCounts],
    [count, PIXELS, count],
  );
  transpose();
  assert.equal(inputCounts.read().reduce((a, b) => a + b), listed);
  Deno.bench(`transpose_pixels, batch ${count}`, transpose);

  const dyRows = randomRows(count, HIDDEN, "dy1"), dy = ARENA.place(dyRows);
  const [m, v] = [0, 0].map((zero) => ARENA.floats(PIXELS * padded(HIDDEN), zero));
  const db = ARENA.floats(padded(HIDDEN), 0), rate = ARENA.floats(1, 1e-6);
  const weightGradient = ARENA.bind(
    "pixel_dense_adam",
    [byInput, inputCounts, dy, ARENA.place(w1Rows), m!, v!, rate],
    [PIXELS, HIDDEN, count],
  );
  const biasGradient = ARENA.bind("dense_bias_gradient", [dy, db], [count, HIDDEN]);
  weightGradient();
  biasGradient();
  for (const [k, n] of [[14 * 28 + 14, 0], [14 * 28 + 13, 99]] as const) {
    const products = range(count).map((i) =>
      x[i * padded(PIXELS) + k]! * dyRows[i * padded(HIDDEN) + n]!
    );
    // From moments of 0, the first moment is a tenth of the gradient.
    checkSum("dw", m!.read(), k * padded(HIDDEN) + n, 0, products, (sum) => sum * Math.fround(0.1));
    checkSum("db", db.read(), n, 0, range(count).map((i) => dyRows[i * padded(HIDDEN) + n]!));
  }
  Deno.bench(`pixel_dense_adam, batch ${count}`, weightGradient);
  Deno.bench(`dense_bias_gradient 100, batch ${count}`, biasGradient);
}

// The layer of classes.
const w2Rows = randomRows(HIDDEN, CLASSES, "w2"), b2Row = randomRows(1, CLASSES, "b2");
const w2 = ARENA.place(w2Rows), b2 = ARENA.place(b2Row); // one panel: rows are panels

for (const count of [TRAINING_BATCH, SCORING_BATCH]) {
  const hiddenRows = randomRows(count, HIDDEN, "hidden").map(relu);
  const hidden = ARENA.place(hiddenRows);
  const logits = ARENA.floats(count * PANEL, 0);
  const forward = ARENA.bind("dense_forward", [hidden, w2, b2, logits], [
    count,
    HIDDEN,
    CLASSES,
    LINEAR,
  ]);
  forward();
  const hiddenAt = (i: number, n: number) => hiddenRows[i * padded(HIDDEN) + n]!;
  for (const [i, c] of [[0, 0], [count - 1, 9]] as const) {
    const products = range(HIDDEN).map((n) => hiddenAt(i, n) * w2Rows[n * PANEL + c]!);
    checkSum("logits", logits.read(), i * PANEL + c, b2Row[c]!, products);
  }
  Deno.bench(`dense_forward 100x10, batch ${count}`, forward);

  const indices = ARENA.place(permutation(0, 1, 6_000).slice(0, count));
  const losses = ARENA.floats(count, 0), dLogits = ARENA.floats(count * PANEL, 0);
  const softmax = ARENA.bind(
    "softmax_cross_entropy",
    [logits, labels, indices, losses, dLogits],
    [count, CLASSES],
  );
  softmax();
  for (const i of [0, count - 1]) {
    const z = [...logits.read().subarray(i * PANEL, i * PANEL + CLASSES)];
    const label = STROKES.train.labels[indices.read()[i]!]!;
    const loss = Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0)) - z[label]!;
    const error = Math.abs(losses.read()[i]! - loss);
    assert.ok(error <= 20 * UNIT_ROUNDOFF * loss, `loss: ${losses.read()[i]}, not ${loss}`);
  }
  Deno.bench(`softmax_cross_entropy, batch ${count}`, softmax);
  if (count !== TRAINING_BATCH) continue;

  const dLogitRows = dLogits.read();
  const dw = ARENA.floats(HIDDEN * PANEL, 0);
  const packed = ARENA.floats(padded(count) * (240 + 32), 0);
  const weightGradient = ARENA.bind("dense_weight_gradient", [hidden, dLogits, dw, packed], [
    count,
    HIDDEN,
    CLASSES,
  ]);
  weightGradient();
  checkSum(
    "dw",
    dw.read(),
    99 * PANEL + 9,
    0,
    range(count).map((i) => hiddenAt(i, 99) * dLogitRows[i * PANEL + 9]!),
  );
  Deno.bench(`dense_weight_gradient 100x10, batch ${count}`, weightGradient);

  const dHidden = ARENA.floats(count * padded(HIDDEN), 0);
  const scratch = ARENA.floats(Math.max(256 * 32, (HIDDEN + CLASSES) * padded(count)), 0);
  const inputGradient = ARENA.bind(
    "dense_input_gradient",
    [dLogits, w2, hidden, dHidden, scratch],
    [count, HIDDEN, CLASSES, RELU],
  );
  inputGradient();
  const products = range(CLASSES).map((c) => dLogitRows[5 * PANEL + c]! * w2Rows[7 * PANEL + c]!);
  checkSum(
    "dx",
    dHidden.read(),
    5 * padded(HIDDEN) + 7,
    0,
    products,
    (sum) => hiddenAt(5, 7) > 0 ? sum : 0,
  );
  Deno.bench(`dense_input_gradient 100x10, batch ${count}`, inputGradient);
}

// Adam over all parameters of fc, pads included.
{
  const length = PIXELS * padded(HIDDEN) + padded(HIDDEN) + HIDDEN * PANEL + PANEL;
  const g = new Stream(1, "bench/gradients").uniform(length, 0.01);
  const w = ARENA.place(new Stream(1, "bench/weights").uniform(length, 0.1));
  const before = w.read();
  // A rate of 0 while it is timed would drop work; so small a one keeps weights in their range.
  const rate = ARENA.floats(1, 1e-6);
  const m = ARENA.floats(length, 0), v = ARENA.floats(length, 0);
  const adam = ARENA.bind("adam", [w, ARENA.place(g), m, v, rate], [length]);
  adam();
  for (const i of [0, 12_345, length - 1]) {
    const update = 1e-6 * 0.1 * g[i]! / (Math.sqrt(0.001 * g[i]! * g[i]!) + 1e-8);
    const error = Math.abs(w.read()[i]! - (before[i]! - update));
    assert.ok(error <= UNIT_ROUNDOFF * (Math.abs(before[i]!) + 12 * Math.abs(update)));
  }
  Deno.bench(`adam, ${length} parameters`, adam);
}

// What the kernels make up.
{
  const spec = fc({ kind: "pixels", width: PIXELS });
  const session = await new ExactEngine(KERNELS).open(spec, STROKES, 0);
  const order = permutation(0, 1, 6_000);
  const indices = order.slice(0, TRAINING_BATCH);
  const batch = toNaiveBatch(STROKES.train, indices);
  const parameters = toNaive(session.weights());
  const { loss, lossTolerance } = naiveGradients(parameters, batch);
  assert.ok(Math.abs(session.step(indices, 1e-4, 1) - loss) <= lossTolerance, "loss of a step");
  let at = 0;
  Deno.bench("one step of fc, batch 32", () => {
    session.step(order.subarray(at, at + TRAINING_BATCH), 1e-5, 1);
    at = (at + TRAINING_BATCH) % (6_000 - TRAINING_BATCH);
  });

  const scored = await new ExactEngine(KERNELS).open(spec, STROKES, 0);
  const one = toNaiveBatch(STROKES.validation, Uint32Array.of(999));
  const { lossTolerance: tolerance } = naiveGradients(parameters, one);
  const got = scored.evaluate("validation", 1_000, 1).losses[999]!;
  assert.ok(Math.abs(got - naiveLoss(parameters, one)) <= tolerance, "loss of a scored sample");
  Deno.bench("scoring 1,000 samples with fc", () => {
    scored.evaluate("validation", 1_000, 1);
  });
}

for (const count of [6_000, 55_000]) {
  const order = permutation(0, 1, count);
  assert.deepEqual(order.toSorted(), Uint32Array.from({ length: count }, (_, i) => i));
  let epoch = 0;
  Deno.bench(`an epoch's order of ${count} samples`, () => {
    permutation(0, epoch++, count);
  });
}
