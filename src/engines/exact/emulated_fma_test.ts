import assert from "node:assert/strict";
import { fma, fmaByDefinition } from "../../../tests/helpers/exact_fma.ts";
import { buildProbe, type Probe } from "../../../tests/helpers/probe_kernels.ts";
import { testWith } from "../../../tests/needs.ts";
import { Stream } from "../../random/stream.ts";

type Triple = readonly [number, number, number];

const SMALLEST = 2 ** -149;
const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = 2 ** 128 - 2 ** 104;
const EPSILON = 2 ** -23;

/** Values at the edges of float32, of both signs. */
const EDGES = [
  0,
  SMALLEST,
  3 * SMALLEST,
  SMALLEST_NORMAL - SMALLEST,
  SMALLEST_NORMAL,
  SMALLEST_NORMAL * (1 + EPSILON),
  2 ** -75,
  2 ** -24,
  0.5,
  1 - 2 ** -24,
  1,
  1 + EPSILON,
  1 + 2 * EPSILON,
  1.5,
  4097, // its square has 25 bits
  2 ** 24 - 1,
  2 ** 63,
  2 ** 64,
  LARGEST / 2,
  LARGEST,
  Infinity,
].flatMap((value) => [value, -value]);

/** Each edge with each, and with NaN: 79,507 triples. */
function edgeTriples(): Triple[] {
  const values = [...EDGES, NaN];
  return values.flatMap((a) => values.flatMap((b) => values.map((c): Triple => [a, b, c])));
}

/** Random bit patterns; in each kind c is made so that something nasty happens. */
function randomTriples(count: number): Triple[] {
  const stream = new Stream(5, "test/fma");
  const floats = new Float32Array(4), words = new Uint32Array(floats.buffer);
  const triples: Triple[] = [];
  for (let i = 0; i < count; i++) {
    words.set(stream.words(0, i, 0));
    const [pattern0, pattern1, pattern2, choice] = words as unknown as [
      number,
      number,
      number,
      number,
    ];
    // Near 1, so that products and sums meet; the exponent of c as far off as 2^63.
    const nearOne = (pattern: number) => (pattern & 0x80ffffff) | 0x3f000000;
    const kind = i % 6;
    if (kind > 0) {
      words[0] = nearOne(pattern0);
      words[1] = nearOne(pattern1);
      words[2] = nearOne(pattern2);
    }
    let [a, b, c] = floats as unknown as [number, number, number];
    // 1: nothing more.
    // 2: c cancels the rounded product.
    if (kind === 2) c = Math.fround(-a * b);
    // 3: c is larger or smaller than the product by any power of two.
    if (kind === 3) c = Math.fround(c * 2 ** (choice % 127 - 63));
    // 4: the product is half a unit of c's last place, or a little more or less: ties.
    if (kind === 4) {
      b = 2 ** -24 * (1 + (choice % 3 - 1) * EPSILON);
      a = 1 + (choice >>> 8) % 3 * EPSILON;
      c = 1 + (choice >>> 16) % 64 * EPSILON;
      if (choice >>> 31) a = -a;
    }
    // 5: subnormal results, ties among them.
    if (kind === 5) {
      a = Math.fround(a * 2 ** -70);
      b = Math.fround(b * 2 ** (-70 - choice % 12));
      c = Math.fround(SMALLEST * (choice >>> 8) % 16);
    }
    triples.push([a, b, c]);
  }
  return triples;
}

/** What a build gives for each triple, bit for bit (NaN as one pattern). */
function run(probe: Probe, triples: readonly Triple[]): Uint32Array {
  const length = Math.ceil(triples.length / 4) * 4;
  const { inputs, output, run } = probe.arrays("fma_array", length);
  for (const [i, triple] of triples.entries()) {
    for (const [j, value] of triple.entries()) inputs[j]![i] = value;
  }
  run();
  return bits(output.slice(0, triples.length));
}

function bits(values: Float32Array): Uint32Array {
  const patterns = new Uint32Array(values.buffer as ArrayBuffer);
  for (const [i, value] of values.entries()) if (Number.isNaN(value)) patterns[i] = 0x7fc00000;
  return patterns;
}

function assertSame(
  got: Uint32Array,
  expected: Uint32Array,
  triples: readonly Triple[],
  what: string,
): void {
  const at = got.findIndex((pattern, i) => pattern !== expected[i]);
  if (at < 0) return;
  const float = (pattern: number) => new Float32Array(Uint32Array.of(pattern).buffer)[0];
  assert.fail(
    `${what}: fma(${triples[at]!.join(", ")}) is ${float(got[at]!)}, not ${float(expected[at]!)}`,
  );
}

Deno.test("fmaByDefinition() rounds once, ties to even", () => {
  const cases: [...Triple, number][] = [
    [1, 1, 2 ** -24, 1],
    [1, 1 + EPSILON, 2 ** -24, 1 + 2 * EPSILON],
    [1 + EPSILON, 1 + EPSILON, -(1 + 2 * EPSILON), 2 ** -46],
    [4097, 4097, -16785408, 1],
    [SMALLEST, 0.5, 0, 0],
    [3 * SMALLEST, 0.5, 0, 2 * SMALLEST],
    [SMALLEST, 0.5, SMALLEST, 2 * SMALLEST],
    [LARGEST, 1, 2 ** 103, Infinity],
    [LARGEST, 1, 2 ** 103 - 2 ** 79, LARGEST],
    [-1, 0, -0, -0],
    [-1, 0, 0, 0],
    [1, 1, -1, 0],
    [Infinity, 0, 1, NaN],
    [Infinity, 1, -Infinity, NaN],
    [LARGEST, LARGEST, -Infinity, -Infinity],
  ];
  for (const [a, b, c, expected] of cases) {
    assert.ok(Object.is(fmaByDefinition(a, b, c), expected), `fma(${a}, ${b}, ${c})`);
  }
});

Deno.test("the fast fma() of the tests equals the definition where all is finite", () => {
  const triples = [...edgeTriples(), ...randomTriples(60_000)].filter((triple) =>
    triple.every(Number.isFinite)
  );
  assert.ok(triples.length > 100_000);
  for (const triple of triples) {
    assert.ok(Object.is(fma(...triple), fmaByDefinition(...triple)), `fma(${triple.join(", ")})`);
  }
});

testWith("zig", "v_fma rounds once in both builds: edges, ties, cancellation", async (zig) => {
  const triples = [...edgeTriples(), ...randomTriples(120_000)];
  const expected = bits(Float32Array.from(triples, (triple) => fmaByDefinition(...triple)));
  // A fused multiply-add differs from two roundings in many of these.
  const twice = bits(Float32Array.from(triples, ([a, b, c]) => Math.fround(a * b) + c));
  const differing = expected.filter((pattern, i) => pattern !== twice[i]).length;
  assert.ok(differing > 20_000, `${differing}`);
  // So does rounding the float64 sum: the ties are nasty enough to need rounding to odd.
  const unprotected = bits(Float32Array.from(triples, ([a, b, c]) => a * b + c));
  assert.ok(expected.filter((pattern, i) => pattern !== unprotected[i]).length > 1_000);

  for (const build of ["wasm", "wasm-emulated"] as const) {
    assertSame(run(await buildProbe(zig, build), triples), expected, triples, build);
  }
});

testWith("zig", "v_fma is the same bits in both builds for a million patterns", async (zig) => {
  const length = 2 ** 18;
  const stream = new Stream(6, "test/fma");
  const fused = (await buildProbe(zig, "wasm")).arrays("fma_array", length);
  const emulated = (await buildProbe(zig, "wasm-emulated")).arrays("fma_array", length);
  for (let epoch = 0; epoch < 4; epoch++) {
    for (const [j, input] of fused.inputs.entries()) {
      const words = new Uint32Array(input.buffer as ArrayBuffer, input.byteOffset, length);
      for (let i = 0; i < length; i += 4) words.set(stream.words(epoch, j, i), i);
      // In every second epoch exponents near that of 1, where products and sums meet.
      if (epoch % 2 === 1) words.forEach((word, i) => words[i] = (word & 0x83ffffff) | 0x3c000000);
      emulated.inputs[j]!.set(input);
    }
    fused.run();
    emulated.run();
    const triples = () =>
      Array.from(
        { length },
        (_, i): Triple => [fused.inputs[0]![i]!, fused.inputs[1]![i]!, fused.inputs[2]![i]!],
      );
    const [got, expected] = [bits(emulated.output.slice()), bits(fused.output.slice())];
    if (got.some((pattern, i) => pattern !== expected[i])) {
      assertSame(got, expected, triples(), "emulated");
    }
  }
});
