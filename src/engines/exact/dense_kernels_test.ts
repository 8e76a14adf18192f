/** The dense kernels against loops that are written from their formulas alone. */
import assert from "node:assert/strict";
import { fma } from "../../../tests/helpers/exact_fma.ts";
import { BUILDS, hex, type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { boundedSum } from "../../../tests/helpers/running_error.ts";
import { Stream } from "../../random/stream.ts";
import { padded, PANEL } from "./kernel_table.ts";

const COUNTS = [1, 2, 3, 4, 5, 6, 7, 32, 33];
const INPUTS = [1, 5, 20, 100, 393, 784, 785];
const OUTPUTS = [1, 3, 4, 10, 16, 17, 100];
const PARTS = [1, 2, 3, 7];
const ACTIVATIONS = ["linear", "relu", "leaky-relu"] as const;

type Activation = (typeof ACTIVATIONS)[number];

interface Shape {
  readonly count: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
}

/** Every two sizes together, in a third of all combinations; activations take turns. */
const SHAPES: readonly Shape[] = COUNTS.flatMap((count, i) =>
  INPUTS.flatMap((inputs, j) =>
    OUTPUTS.flatMap((outputs, k) =>
      (i + j + k) % 3 === 0
        ? [{ count, inputs, outputs, activation: ACTIVATIONS[(i + 2 * j) % 3]! }]
        : []
    )
  )
);

/** A row-major matrix without padding. */
class Matrix {
  constructor(readonly rows: number, readonly columns: number, readonly values: Float32Array) {}

  static random(rows: number, columns: number, role: string): Matrix {
    return new Matrix(rows, columns, new Stream(9, `test/${role}`).uniform(rows * columns, 1));
  }

  at(row: number, column: number): number {
    return this.values[row * this.columns + column]!;
  }

  /** Rows padded to 16 values. */
  rowsPadded(pad = 0): Float32Array {
    return this.#packed(
      padded(this.columns) * this.rows,
      pad,
      (i, j) => i * padded(this.columns) + j,
    );
  }

  /** [columns / 16][rows][16]. */
  panels(pad = 0): Float32Array {
    return this.#packed(
      padded(this.columns) * this.rows,
      pad,
      (i, j) => (Math.floor(j / PANEL) * this.rows + i) * PANEL + j % PANEL,
    );
  }

  #packed(length: number, pad: number, place: (i: number, j: number) => number): Float32Array {
    const packed = new Float32Array(length).fill(pad);
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < this.columns; j++) packed[place(i, j)] = this.at(i, j);
    }
    return packed;
  }
}

/** What a kernel wrote, with NaN where `shape` has NaN. */
function withoutPads(got: Float32Array, shape: Float32Array): Float32Array {
  return got.map((value, i) => Number.isNaN(shape[i]!) ? NaN : value);
}

const LEAK = Math.fround(0.2);

function activate(x: number, activation: Activation): number {
  if (activation === "linear" || !(x < 0)) return x;
  return activation === "relu" ? 0 : Math.fround(x * LEAK);
}

function activateGradient(gradient: number, output: number, activation: Activation): number {
  if (activation === "linear" || output > 0) return gradient;
  return activation === "relu" ? 0 : Math.fround(gradient * LEAK);
}

interface Expected {
  /** The documented chain of fused multiply-adds: every bit. */
  readonly exact: Matrix;
  /** The formula in float64, with its tolerance, in the order of `exact`. */
  readonly check: (i: number, got: number) => void;
  /** The most that a tolerance may be of the largest value. */
  readonly summary: () => { tolerance: number; largest: number };
}

/** One element of an output: what it starts from, its products, what is done at the end. */
interface Element {
  readonly start: number;
  readonly length: number;
  readonly factors: (k: number) => readonly [number, number];
  readonly finish: (sum: number) => number;
}

function expectElements(
  rows: number,
  columns: number,
  element: (row: number, column: number) => Element,
): Expected {
  const exact = new Float32Array(rows * columns);
  const values = new Float64Array(rows * columns), tolerances = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const { start, length, factors, finish } = element(i, j);
      const products = new Float64Array(length);
      let chain = start;
      for (let k = 0; k < length; k++) {
        const [a, b] = factors(k);
        chain = fma(a, b, chain);
        products[k] = a * b;
      }
      const at = i * columns + j;
      exact[at] = finish(chain);
      const { value, tolerance } = boundedSum(start, products, 1);
      // One more rounding in leaky relu.
      values[at] = finish(value);
      tolerances[at] = tolerance + Math.abs(value) * 2 ** -24;
    }
  }
  return {
    exact: new Matrix(rows, columns, exact),
    check: (at, got) => {
      const error = Math.abs(got - values[at]!);
      assert.ok(error <= tolerances[at]!, `${got} is ${error} off ${values[at]}`);
    },
    summary: () => ({ tolerance: max(tolerances), largest: max(values.map(Math.abs)) }),
  };
}

function max(values: Float64Array): number {
  return values.reduce((a, b) => a > b ? a : b, 0);
}

interface KernelCase {
  readonly kernel: string;
  readonly expected: Expected;
  /** How the output lies in memory. */
  readonly pack: "rowsPadded" | "panels";
  /** Pointers before and behind the output's. */
  readonly before: readonly Float32Array[];
  readonly after: readonly Float32Array[];
  readonly sizes: readonly number[];
}

const COMPARED = { values: 0, kernels: 0 };

/** What dense_weight_gradient transposes and packs, in each of the parts. */
function weightGradientScratch(count: number): Float32Array {
  return new Float32Array(Math.max(...PARTS) * padded(count) * (240 + 32)).fill(NaN);
}

/** What dense_input_gradient transposes: rows of few samples, or weights in each of the parts. */
function inputGradientScratch(count: number, rows: number): Float32Array {
  const floats = count > 64 ? Math.max(...PARTS) * 256 * 32 : rows * padded(count);
  return new Float32Array(floats).fill(NaN);
}

/** Values within tolerance, every bit as documented, for any number of parts and dirty memory. */
function checkKernel(arena: KernelArena, test: KernelCase): void {
  const { kernel, expected, pack, sizes } = test;
  const shape = expected.exact[pack](NaN), clean = expected.exact[pack](0);
  for (const fill of [0, NaN]) {
    for (const parts of fill === 0 ? PARTS : [1]) {
      arena.clear();
      const before = test.before.map((values) => arena.place(values));
      const output = arena.floats(shape.length, fill);
      const after = test.after.map((values) => arena.place(values));
      arena.call(kernel, [...before, output, ...after], sizes, parts);
      const got = output.read();
      const what = `${kernel}(${sizes}) in ${parts} parts`;
      if (fill === 0) {
        if (hex(got) === hex(clean)) continue;
        const at = got.findIndex((value, i) => !Object.is(value, clean[i]));
        assert.fail(`${what}: ${got[at]} at ${at}, not ${clean[at]}`);
      } else {
        const values = withoutPads(got, shape);
        assert.equal(hex(values), hex(shape), `${what}, on memory that was used before`);
      }
    }
  }
  let at = 0;
  for (const value of expected.exact.values) expected.check(at++, value);
  COMPARED.values += at;
  COMPARED.kernels++;
  const { tolerance, largest } = expected.summary();
  // Sums of one sample or output may be tiny: nothing to compare a tolerance with.
  if (at >= 30) assert.ok(tolerance < 1e-4 * largest, `${kernel}(${sizes}): ${tolerance}`);
}

function testDense(
  name: string,
  makeCase: (shape: Shape) => KernelCase,
  shapes: readonly Shape[] = SHAPES,
): void {
  Deno.test(name, async () => {
    const arenas = await Promise.all(BUILDS.map(openArena));
    COMPARED.values = COMPARED.kernels = 0;
    for (const shape of shapes) {
      const test = makeCase(shape);
      for (const arena of arenas) checkKernel(arena, test);
    }
    assert.equal(COMPARED.kernels, shapes.length * 2);
    assert.ok(COMPARED.values > 2_000);
  });
}

testDense(
  "dense_forward is activation(bias + sum over k, upwards, of x w), bit for bit",
  ({ count, inputs, outputs, activation }) => {
    const x = Matrix.random(count, inputs, "x"), w = Matrix.random(inputs, outputs, "w");
    const bias = Matrix.random(1, outputs, "bias");
    return {
      kernel: "dense_forward",
      expected: expectElements(count, outputs, (i, n) => ({
        start: bias.at(0, n),
        length: inputs,
        factors: (k) => [x.at(i, k), w.at(k, n)],
        finish: (sum) => activate(sum, activation),
      })),
      pack: "rowsPadded",
      before: [x.rowsPadded(), w.panels(), bias.rowsPadded()],
      after: [],
      sizes: [count, inputs, outputs, ACTIVATIONS.indexOf(activation)],
    };
  },
);

testDense(
  "dense_weight_gradient is the sum over samples, upwards, of x dy, bit for bit",
  ({ count, inputs, outputs }) => {
    const x = Matrix.random(count, inputs, "x"), dy = Matrix.random(count, outputs, "dy");
    return {
      kernel: "dense_weight_gradient",
      expected: expectElements(inputs, outputs, (k, n) => ({
        start: 0,
        length: count,
        factors: (i) => [x.at(i, k), dy.at(i, n)],
        finish: (sum) => sum,
      })),
      pack: "panels",
      before: [x.rowsPadded(), dy.rowsPadded()],
      after: [weightGradientScratch(count)],
      sizes: [count, inputs, outputs],
    };
  },
);

testDense(
  "dense_bias_gradient is the sum over samples, upwards, of dy, bit for bit",
  ({ count, outputs }) => {
    const dy = Matrix.random(count, outputs, "dy");
    return {
      kernel: "dense_bias_gradient",
      expected: expectElements(1, outputs, (_, n) => ({
        start: 0,
        length: count,
        factors: (i) => [1, dy.at(i, n)],
        finish: (sum) => sum,
      })),
      pack: "rowsPadded",
      before: [dy.rowsPadded()],
      after: [],
      sizes: [count, outputs],
    };
  },
  // The kernel knows no inputs.
  SHAPES.filter(({ inputs }) => inputs <= INPUTS[2]!),
);

testDense(
  "dense_input_gradient is activation'(x) times the sum over n, upwards, of dy w, bit for bit",
  ({ count, inputs, outputs, activation }) => {
    const dy = Matrix.random(count, outputs, "dy"), w = Matrix.random(inputs, outputs, "w");
    const x = Matrix.random(count, inputs, "x");
    for (let i = 0; i < x.values.length; i++) x.values[i] = activate(x.values[i]!, activation);
    return {
      kernel: "dense_input_gradient",
      expected: expectElements(count, inputs, (i, k) => ({
        start: 0,
        length: outputs,
        factors: (n) => [dy.at(i, n), w.at(k, n)],
        finish: (sum) => activateGradient(sum, x.at(i, k), activation),
      })),
      pack: "rowsPadded",
      before: [dy.rowsPadded(), w.panels(), x.rowsPadded()],
      after: [inputGradientScratch(count, inputs + outputs)],
      sizes: [count, inputs, outputs, ACTIVATIONS.indexOf(activation)],
    };
  },
  // More than 64 samples are computed another way, and more than 256 outputs in blocks.
  [
    ...SHAPES,
    { count: 64, inputs: 20, outputs: 17, activation: "relu" },
    { count: 65, inputs: 1, outputs: 17, activation: "linear" },
    { count: 65, inputs: 41, outputs: 10, activation: "relu" },
    { count: 71, inputs: 77, outputs: 257, activation: "leaky-relu" },
    { count: 100, inputs: 48, outputs: 300, activation: "relu" },
  ],
);

Deno.test("dense_forward does not swallow NaN, and gives relu(-infinity) = 0", async () => {
  const arena = await openArena("wasm");
  for (const [i, activation] of ACTIVATIONS.entries()) {
    const bias = new Float32Array(16);
    bias.set([NaN, Infinity, -Infinity, -0]);
    const x = arena.place(new Float32Array(16)), w = arena.place(new Float32Array(16));
    const y = arena.floats(16, 5), b = arena.place(bias);
    arena.call("dense_forward", [x, w, b, y], [1, 1, 4, i], 1);
    const below = { "linear": -Infinity, "relu": 0, "leaky-relu": -Infinity }[activation];
    assert.deepEqual([...y.read().subarray(0, 4)], [NaN, Infinity, below, 0]);
  }
});
