/** The sparse layer on pixels, against dense loops and against the dense kernels. */
import assert from "node:assert/strict";
import { fma } from "../../../tests/helpers/exact_fma.ts";
import { BUILDS, hex, type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { padRows } from "../../../tests/helpers/padded_rows.ts";
import { boundedSum } from "../../../tests/helpers/running_error.ts";
import { Stream } from "../../random/stream.ts";
import { padded } from "./kernel_table.ts";

const PARTS = [1, 2, 3, 7];
const COUNTS = [1, 2, 5, 7, 32, 33];
/** A multiple of 8, as for the images of IDX files. */
const INPUTS = [8, 104, 784];
/** Up to 13 vectors of 4 are one group of accumulators; 52, 53 and 105 outputs are at its edges. */
const OUTPUTS = [1, 3, 4, 10, 16, 17, 52, 53, 100, 105];
const SAMPLES = 40;

const ACTIVATIONS = ["linear", "relu", "leaky-relu"] as const;

interface Batch {
  readonly images: Uint8Array;
  readonly indices: Uint32Array;
  readonly count: number;
  readonly inputs: number;
  /** f32(pixel / 255), [count][inputs]. */
  readonly x: Float32Array;
}

/** Images of which one pixel in five is not 0; image 1 is black, image 2 has no 0. */
function drawBatch(count: number, inputs: number): Batch {
  const stream = new Stream(1, "test/pixels");
  const images = new Uint8Array(SAMPLES * inputs);
  for (let i = 0; i < images.length; i++) {
    const word = stream.words(0, i, 0)[0]!, image = Math.floor(i / inputs);
    if (image === 2) images[i] = 1 + word % 255;
    else if (image !== 1) images[i] = word % 5 === 0 ? word >>> 24 : 0;
  }
  const indices = Uint32Array.from({ length: count }, (_, i) => (i * 7 + 1) % SAMPLES);
  const x = new Float32Array(count * inputs);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < inputs; k++) {
      x[i * inputs + k] = images[indices[i]! * inputs + k]! / 255;
    }
  }
  return { images, indices, count, inputs, x };
}

/** Canonical [inputs][outputs] as [outputs / 16][inputs][16]. */
function panels(values: Float32Array, inputs: number, outputs: number): Float32Array {
  const result = new Float32Array(inputs * padded(outputs));
  for (let k = 0; k < inputs; k++) {
    for (let n = 0; n < outputs; n++) {
      result[(Math.floor(n / 16) * inputs + k) * 16 + n % 16] = values[k * outputs + n]!;
    }
  }
  return result;
}

/** The lists of a batch, made by the kernels. */
function gather(arena: KernelArena, { images, indices, count, inputs }: Batch, parts: number) {
  const bySample = arena.floats(count * inputs * 2, NaN);
  const sampleCounts = arena.place(new Uint32Array(count).fill(99));
  arena.call(
    "gather_pixels",
    [
      arena.place(images),
      arena.place(indices),
      bySample,
      sampleCounts,
    ],
    [count, inputs],
    parts,
  );
  const byInput = arena.floats(inputs * BATCH * 2, NaN);
  const inputCounts = arena.place(new Uint32Array(inputs).fill(99));
  arena.call(
    "transpose_pixels",
    [bySample, sampleCounts, byInput, inputCounts],
    [count, inputs, BATCH],
    parts,
  );
  return { bySample, sampleCounts, byInput, inputCounts };
}

/** The batch that lists by input are laid out for: at least any count. */
const BATCH = 33;

/** Batches of all sizes with their lists, made in any number of parts, by both builds. */
async function* gathered() {
  for (const build of BUILDS) {
    const arena = await openArena(build);
    for (const count of COUNTS) {
      for (const inputs of INPUTS) {
        const batch = drawBatch(count, inputs);
        for (const parts of PARTS) {
          arena.clear();
          yield { batch, lists: gather(arena, batch, parts) };
        }
      }
    }
  }
}

/** The entry `at` of a list: of which pixel or sample it is, and its value. */
function entryOf(list: Float32Array, at: number): { place: number; value: number } {
  return { place: new Uint32Array(list.buffer)[at * 2]!, value: list[at * 2 + 1]! };
}

Deno.test("gather_pixels lists each pixel that is not 0, in order, as f32(pixel / 255)", async () => {
  for await (const { batch: { count, inputs, x }, lists } of gathered()) {
    const bySample = lists.bySample.read(), lengths = lists.sampleCounts.read();
    for (let i = 0; i < count; i++) {
      const listed = new Float32Array(inputs);
      let last = -1;
      for (let e = 0; e < lengths[i]!; e++) {
        const { place, value } = entryOf(bySample, i * inputs + e);
        assert.ok(place > last && place < inputs);
        last = place;
        listed[place] = value;
        assert.notEqual(value, 0);
      }
      assert.deepEqual(listed, x.subarray(i * inputs, (i + 1) * inputs));
    }
  }
});

Deno.test("transpose_pixels lists the same pixels by input, samples upwards", async () => {
  for await (const { batch: { count, inputs, x }, lists } of gathered()) {
    const byInput = lists.byInput.read(), lengths = lists.inputCounts.read();
    for (let k = 0; k < inputs; k++) {
      const listed = new Float32Array(count);
      let last = -1;
      for (let e = 0; e < lengths[k]!; e++) {
        const { place, value } = entryOf(byInput, k * BATCH + e);
        assert.ok(place > last && place < count);
        last = place;
        listed[place] = value;
      }
      for (let i = 0; i < count; i++) assert.equal(listed[i], x[i * inputs + k]);
    }
  }
});

Deno.test("the sparse pixel layer gives the bits of the dense kernels, and of the formula", async () => {
  let compared = 0, largest = 0, widest = 0;
  for (const build of BUILDS) {
    const arena = await openArena(build);
    for (const [c, count] of COUNTS.entries()) {
      for (const inputs of INPUTS) {
        const batch = drawBatch(count, inputs);
        for (const [o, outputs] of OUTPUTS.entries()) {
          const activation = (c + o) % 3;
          const draw = (role: string, length: number) => new Stream(2, role).uniform(length, 1);
          const w = draw("test/w", inputs * outputs), bias = draw("test/bias", outputs);
          const dy = draw("test/dy", count * outputs);
          const row = padded(outputs);

          arena.clear();
          const x = arena.place(padRows(batch.x, inputs));
          const paddedBias = arena.place(padRows(bias, outputs));
          const paddedDy = arena.place(padRows(dy, outputs));
          const densePanels = arena.place(panels(w, inputs, outputs));
          const denseY = arena.floats(count * row, 0), denseDw = arena.floats(inputs * row, 0);
          const scratch = arena.floats(padded(count) * (240 + 32), NaN);
          const rate = arena.floats(1, 0.002);
          const firstMoments = draw("test/m", inputs * outputs);
          const secondMoments = draw("test/v", inputs * outputs).map(Math.abs);
          const denseState = [w, firstMoments, secondMoments].map((values) =>
            arena.place(panels(values, inputs, outputs))
          );
          const sizes = [count, inputs, outputs];
          arena.call("dense_forward", [x, densePanels, paddedBias, denseY], [
            ...sizes,
            activation,
          ], 1);
          arena.call("dense_weight_gradient", [x, paddedDy, denseDw, scratch], sizes, 1);
          const [denseW, denseM, denseV] = denseState;
          arena.call("adam", [denseW!, denseDw, denseM!, denseV!, rate], [inputs * row], 1);
          const expectedY = hex(denseY.read());
          const expectedState = denseState.map((placed) => hex(placed.read()));

          const sparseW = arena.place(padRows(w, outputs));
          for (const parts of PARTS) {
            const lists = gather(arena, batch, parts);
            const y = arena.floats(count * row, NaN);
            const state = [w, firstMoments, secondMoments].map((values) =>
              arena.place(padRows(values, outputs))
            );
            arena.call(
              "pixel_dense_forward",
              [lists.bySample, lists.sampleCounts, sparseW, paddedBias, y],
              [...sizes, activation],
              parts,
            );
            arena.call(
              "pixel_dense_adam",
              [lists.byInput, lists.inputCounts, paddedDy, ...state, rate],
              [inputs, outputs, BATCH],
              parts,
            );
            const what = `${build}, ${sizes}, ${ACTIVATIONS[activation]}, ${parts} parts`;
            assert.equal(hex(y.read()), expectedY, `forward, ${what}`);
            for (const [s, name] of ["weights", "first", "second moments"].entries()) {
              const got = hex(panels(state[s]!.read(), inputs, row));
              assert.equal(got, expectedState[s], `${name}, ${what}`);
            }
            if (parts > 1) continue;

            // Against float64, for the last sample and the last output.
            const i = count - 1, n = outputs - 1;
            const products = Array.from(
              { length: inputs },
              (_, k) => batch.x[i * inputs + k]! * w[k * outputs + n]!,
            );
            const forward = boundedSum(bias[n]!, products.filter((product) => product !== 0), 1);
            const sum = forward.value;
            const value = sum > 0 || activation === 0 ? sum : activation === 1 ? 0 : sum * 0.2;
            const tolerance = forward.tolerance + Math.abs(value) * 2 ** -23;
            const got = y.read()[i * row + n]!;
            assert.ok(Math.abs(got - value) <= tolerance, `${what}: ${got}, not ${value}`);
            largest = Math.max(largest, Math.abs(value));
            widest = Math.max(widest, tolerance);
            compared++;
          }
        }
      }
    }
  }
  assert.equal(compared, BUILDS.length * COUNTS.length * INPUTS.length * OUTPUTS.length);
  assert.ok(widest < 1e-4 * largest, `tolerance ${widest} of ${largest}`);
});

Deno.test("pixel_dense_forward leaves zero pixels out: a NaN weight under them is not read", async () => {
  const arena = await openArena("wasm");
  const batch = drawBatch(1, 8);
  batch.images.fill(0, batch.indices[0]! * 8, batch.indices[0]! * 8 + 8);
  batch.images[batch.indices[0]! * 8 + 3] = 51;
  const w = new Float32Array(8 * 16).fill(NaN);
  w.fill(0.5, 3 * 16, 4 * 16);
  const { bySample, sampleCounts } = gather(arena, batch, 1);
  const y = arena.floats(16, 0);
  arena.call(
    "pixel_dense_forward",
    [bySample, sampleCounts, arena.place(w), arena.floats(16, 0.25), y],
    [1, 8, 16, 0],
    1,
  );
  assert.deepEqual([...y.read()], Array(16).fill(fma(Math.fround(51 / 255), 0.5, 0.25)));
});

Deno.test("gather_features copies the rows of the batch and pads them with 0", async () => {
  for (const build of BUILDS) {
    const arena = await openArena(build);
    for (const width of [1, 2, 16, 20, 21, 784]) {
      const features = new Stream(3, "test/features").uniform(SAMPLES * width, 2);
      for (const count of COUNTS) {
        const indices = Uint32Array.from({ length: count }, (_, i) => (i * 11 + 5) % SAMPLES);
        const expected = new Float32Array(count * padded(width));
        for (const [i, index] of indices.entries()) {
          expected.set(features.subarray(index * width, (index + 1) * width), i * padded(width));
        }
        for (const parts of PARTS) {
          arena.clear();
          const out = arena.floats(expected.length, NaN);
          arena.call("gather_features", [arena.place(features), arena.place(indices), out], [
            count,
            width,
          ], parts);
          assert.equal(hex(out.read()), hex(expected), `${count} x ${width} in ${parts} parts`);
        }
      }
    }
  }
});
