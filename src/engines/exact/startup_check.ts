/**
 * The self-test of a build: a short case whose digest is known. A build that gives any other digest
 * is not used. It also warms the kernels up.
 * @module
 */
import type { Samples } from "../../data/dataset.ts";
import { fc } from "../../models/fc.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { Stream } from "../../random/stream.ts";
import { sha256Hex } from "../../sha256.ts";
import { ExactEngine } from "./exact_engine.ts";
import type { CompiledKernels } from "./kernels.ts";

/** Moves only with a new numeric version. */
export const SELF_TEST_DIGEST = "d8ac54cc69e85fd6e24286582e0153084776bb57ef98e53751640dc18b7bbc45";

const SAMPLES = 70;
const STEPS = 6;

/** Digest of what a build makes of both kinds of input: losses, outputs and weights. */
export async function selfTestDigest(kernels: CompiledKernels): Promise<string> {
  const pixels = await runShortCase(kernels, fc({ kind: "pixels", width: 784 }), drawPixels(784));
  const features = await runShortCase(
    kernels,
    fc({ kind: "features", width: 421 }),
    drawFeatures(421),
  );
  return await sha256Hex(concatenate([...pixels, ...features]));
}

export async function passesSelfTest(kernels: CompiledKernels): Promise<boolean> {
  return await selfTestDigest(kernels) === SELF_TEST_DIGEST;
}

async function runShortCase(kernels: CompiledKernels, spec: ModelSpec, samples: Samples) {
  const session = await new ExactEngine(kernels).open(
    spec,
    { train: samples, validation: samples, test: samples },
    1,
  );
  const indices = new Uint32Array(spec.batchSize);
  for (let step = 0; step < STEPS; step++) {
    // Batches of different sizes, so that every tail of the kernels runs.
    const count = spec.batchSize - step;
    for (let i = 0; i < count; i++) indices[i] = (step * 29 + i * 7) % SAMPLES;
    session.step(indices.subarray(0, count), 0.01, step + 1);
  }
  const { outputs, losses } = session.evaluate("test", SAMPLES, 1);
  return [losses, outputs, ...session.weights().map(({ values }) => values)];
}

/** Bytes of which one in five is not 0. */
function drawPixels(width: number): Samples {
  const stream = new Stream(0, "self-test/pixels");
  const values = new Uint8Array(SAMPLES * width);
  for (let i = 0; i < values.length; i++) {
    const word = stream.words(0, i, 0)[0]!;
    values[i] = word < 0x33333333 ? word & 255 : 0;
  }
  return { count: SAMPLES, width, values, labels: drawLabels() };
}

function drawFeatures(width: number): Samples {
  const values = new Stream(0, "self-test/features").uniform(SAMPLES * width, 2);
  return { count: SAMPLES, width, values, labels: drawLabels() };
}

function drawLabels(): Uint8Array {
  return Uint8Array.from({ length: SAMPLES }, (_, i) => (i * 3) % 10);
}

function concatenate(arrays: readonly Float32Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, 0, byteLength), offset);
    offset += byteLength;
  }
  return bytes;
}
