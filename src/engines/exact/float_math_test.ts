/**
 * exp and log of kernels/float_math.h against float64: the bounds that the header states, over the
 * whole domain. With LATENTBENCH_SLOW=1 also for every float32 where the largest errors are.
 *
 * Over all 2^32 patterns the largest errors are 1.0417 ulp (exp, at -5.855902194976807) and 0.8038
 * ulp (log, at 1.399125337600708), and both builds agree in every bit.
 */
import assert from "node:assert/strict";
import { buildProbe, type ProbeArrays } from "../../../tests/helpers/probe_kernels.ts";
import { testSlowly, testWith } from "../../../tests/needs.ts";

/** As the header says, in units of the last place of the exact result. */
const EXP_BOUND = 1.1, LOG_BOUND = 1;

const LOWEST = -87.33654022216797; // float32 -87.33654
const HIGHEST = 88.72283172607422; // float32 88.722835, the largest x with a finite e^x
const SMALLEST_NORMAL = 2 ** -126;

const BLOCK = 2 ** 16;

interface Both {
  readonly fused: ProbeArrays;
  readonly emulated: ProbeArrays;
}

async function probeBoth(zig: readonly string[], name: "exp_array" | "log_array"): Promise<Both> {
  return {
    fused: (await buildProbe(zig, "wasm")).arrays(name, BLOCK),
    emulated: (await buildProbe(zig, "wasm-emulated")).arrays(name, BLOCK),
  };
}

/**
 * Runs both builds on the float32 patterns from `first` up to `end`, `stride` apart, asserts that
 * they give the same bits (NaN for NaN), and hands arguments and results on.
 */
function sweep(
  { fused, emulated }: Both,
  first: number,
  end: number,
  stride: number,
  check: (x: Float32Array, y: Float32Array, length: number) => void,
): number {
  let done = 0;
  const [x] = fused.inputs as [Float32Array];
  const patterns = words(x);
  for (let at = first; at < end;) {
    let length = 0;
    for (; length < BLOCK && at < end; at += stride) patterns[length++] = at;
    emulated.inputs[0]!.set(x);
    words(emulated.inputs[0]!).set(patterns);
    fused.run();
    emulated.run();
    const [one, other] = [words(fused.output), words(emulated.output)];
    for (let i = 0; i < length; i++) {
      if (one[i] === other[i]) continue;
      const both = Number.isNaN(fused.output[i]) && Number.isNaN(emulated.output[i]);
      assert.ok(both, `at ${x[i]}: ${fused.output[i]} and, emulated, ${emulated.output[i]}`);
    }
    check(x, fused.output, length);
    done += length;
  }
  return done;
}

function words(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer as ArrayBuffer, values.byteOffset, values.length);
}

const FLOAT64 = new Float64Array(1);
const FLOAT64_HIGH = new Int32Array(FLOAT64.buffer);

/** The unit of the last place of a float32 of this magnitude, told from the float64's exponent. */
function unit(value: number): number {
  FLOAT64[0] = value;
  const exponent = ((FLOAT64_HIGH[1]! >>> 20) & 0x7ff) - 1023;
  return UNITS[Math.max(exponent, -126) + 126]!;
}

const UNITS = Float64Array.from({ length: 256 }, (_, i) => 2 ** (i - 126 - 23));

/** Largest error in units of the last place, the fixed values asserted. */
class LargestError {
  value = 0;
  at = NaN;
  compared = 0;

  add(x: number, got: number, expected: number): void {
    const error = Math.abs(got - expected) / unit(expected);
    this.compared++;
    if (!(error <= this.value) && this.value === this.value) { // once NaN, it stays NaN
      this.value = error;
      this.at = x;
    }
  }

  readonly exp = (x: Float32Array, y: Float32Array, length: number): void => {
    for (let i = 0; i < length; i++) {
      const argument = x[i]!, got = y[i]!;
      if (argument !== argument) assert.ok(got !== got, `exp(NaN) is ${got}`);
      else if (argument > HIGHEST) assert.equal(got, Infinity, `exp(${argument})`);
      else if (argument < LOWEST) assert.ok(Object.is(got, 0), `exp(${argument}) is ${got}`);
      else this.add(argument, got, Math.exp(argument));
    }
  };

  readonly log = (x: Float32Array, y: Float32Array, length: number): void => {
    for (let i = 0; i < length; i++) {
      const argument = x[i]!, got = y[i]!;
      if (argument > 0 && argument < Infinity) this.add(argument, got, Math.log(argument));
      else if (argument === 0) assert.equal(got, -Infinity);
      else if (argument === Infinity) assert.equal(got, Infinity);
      else assert.ok(got !== got, `log(${argument}) is ${got}`);
    }
  };
}

testWith("zig", "v_exp is within 1.1 ulp on a grid over all float32 patterns", async (zig) => {
  const error = new LargestError();
  const done = sweep(await probeBoth(zig, "exp_array"), 0, 2 ** 32, 4099, error.exp);
  assert.equal(done, Math.ceil(2 ** 32 / 4099));
  assert.ok(error.value <= EXP_BOUND, `${error.value} ulp at ${error.at}`);
  // Not vacuous: half an ulp is the least, and a quarter of all patterns give a normal number.
  assert.ok(error.value > 0.9 && error.compared > done / 4, `${error.value}, ${error.compared}`);
});

testWith("zig", "v_log is within 1 ulp on a grid over all float32 patterns", async (zig) => {
  const error = new LargestError();
  const done = sweep(await probeBoth(zig, "log_array"), 0, 2 ** 32, 4099, error.log);
  assert.equal(done, Math.ceil(2 ** 32 / 4099));
  assert.ok(error.value <= LOG_BOUND, `${error.value} ulp at ${error.at}`);
  assert.ok(error.value > 0.7 && error.compared > done / 3, `${error.value}, ${error.compared}`);
});

/** The pattern of a float32. */
function pattern(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

testWith("zig", "v_exp and v_log keep their bounds next to every edge", async (zig) => {
  const exp = new LargestError(), log = new LargestError();
  const [expBoth, logBoth] = [await probeBoth(zig, "exp_array"), await probeBoth(zig, "log_array")];
  const around = (both: Both, value: number, check: LargestError["exp"]) => {
    const middle = pattern(value);
    return sweep(both, Math.max(0, middle - 5_000), middle + 5_000, 1, check);
  };
  // Where n changes: odd halves of ln 2.
  for (let n = -126; n <= 128; n++) {
    const value = (n - 0.5) * Math.LN2;
    around(expBoth, value, exp.exp);
  }
  for (const value of [0, 1, -1, LOWEST, HIGHEST]) around(expBoth, value, exp.exp);
  // Where the exponent changes: powers of 2 times sqrt(1/2).
  for (let n = -126; n <= 127; n++) {
    around(logBoth, Math.SQRT1_2 * 2 ** n, log.log);
    around(logBoth, 2 ** n, log.log);
  }
  for (const value of [0, 2 ** -149, 2 ** -140, 2 ** 127.99]) around(logBoth, value, log.log);
  assert.ok(exp.value <= EXP_BOUND, `exp: ${exp.value} ulp at ${exp.at}`);
  assert.ok(log.value <= LOG_BOUND, `log: ${log.value} ulp at ${log.at}`);
  assert.ok(exp.compared > 2_000_000 && log.compared > 4_000_000);
});

testWith("zig", "v_exp and v_log of special values, in both builds", async (zig) => {
  const below = (value: number) => {
    const bits = Uint32Array.of(pattern(value) + (value < 0 ? 1 : -1));
    return new Float32Array(bits.buffer)[0]!;
  };
  const above = (value: number) => {
    const bits = Uint32Array.of(pattern(value) + (value < 0 ? -1 : 1));
    return new Float32Array(bits.buffer)[0]!;
  };
  const exps: [number, number][] = [
    [NaN, NaN],
    [Infinity, Infinity],
    [-Infinity, 0],
    [0, 1],
    [-0, 1],
    [2 ** -149, 1],
    [-(2 ** -149), 1],
    [1, Math.fround(Math.E)],
    [above(HIGHEST), Infinity],
    [2 ** 127, Infinity],
    [below(LOWEST), 0],
    [-(2 ** 127), 0],
  ];
  const logs: [number, number][] = [
    [NaN, NaN],
    [-1, NaN],
    [-(2 ** -149), NaN],
    [-Infinity, NaN],
    [Infinity, Infinity],
    [0, -Infinity],
    [-0, -Infinity],
    [1, 0],
    [2, Math.fround(Math.LN2)],
    [2 ** -149, Math.fround(Math.log(2 ** -149))],
  ];
  for (const [name, cases] of [["exp_array", exps], ["log_array", logs]] as const) {
    const { fused, emulated } = await probeBoth(zig, name);
    for (const { inputs, output, run } of [fused, emulated]) {
      for (const [i, [x]] of cases.entries()) inputs[0]![i] = x;
      run();
      for (const [i, [x, expected]] of cases.entries()) {
        assert.ok(Object.is(output[i], expected), `${name} of ${x}: ${output[i]}, not ${expected}`);
      }
      if (name === "log_array") continue;
      inputs[0]!.set([HIGHEST, LOWEST]);
      run();
      assert.ok(Number.isFinite(output[0]!) && output[0]! > 2 ** 127.99, `${output[0]}`);
      assert.ok(output[1]! >= SMALLEST_NORMAL && output[1]! < SMALLEST_NORMAL * 1.001);
    }
  }
});

Deno.test("the measure of these tests notices 2 units of the last place, and NaN", () => {
  for (const wrong of [1 + 2 * 2 ** -23, NaN]) {
    const error = new LargestError();
    error.exp(Float32Array.of(0, 0.5), Float32Array.of(wrong, Math.sqrt(Math.E)), 2);
    assert.ok(!(error.value <= EXP_BOUND), `${wrong}: ${error.value}`);
  }
});

testSlowly(
  "v_exp is within 1.1 ulp for every float32 with a result other than 0, 1 and infinity",
  (name) =>
    testWith("zig", name, async (zig) => {
      const both = await probeBoth(zig, "exp_array");
      const error = new LargestError();
      sweep(both, pattern(2 ** -25), pattern(HIGHEST) + 1, 1, error.exp);
      sweep(both, pattern(-(2 ** -25)), pattern(LOWEST) + 1, 1, error.exp);
      console.log(`v_exp: ${error.value} ulp at ${error.at}, of ${error.compared}`);
      assert.ok(error.value <= EXP_BOUND, `${error.value} ulp at ${error.at}`);
      assert.ok(error.compared > 500_000_000);
    }),
);

testSlowly(
  "v_log is within 1 ulp for every float32 from 1/16 to 16 and every subnormal",
  (name) =>
    testWith("zig", name, async (zig) => {
      const both = await probeBoth(zig, "log_array");
      const error = new LargestError();
      sweep(both, 0, pattern(SMALLEST_NORMAL), 1, error.log);
      sweep(both, pattern(1 / 16), pattern(16), 1, error.log);
      console.log(`v_log: ${error.value} ulp at ${error.at}, of ${error.compared}`);
      assert.ok(error.value <= LOG_BOUND, `${error.value} ulp at ${error.at}`);
      assert.ok(error.compared > 70_000_000);
    }),
);
