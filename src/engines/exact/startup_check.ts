/**
 * The self-test of a build: a short case whose digest is known. A build that gives any other digest
 * is not used. It also warms the kernels up.
 * @module
 */
import type { Samples } from "../../data/dataset.ts";
import { decoderOf, strictVae, vae } from "../../models/autoencoder.ts";
import { conv } from "../../models/conv.ts";
import { wideDeep } from "../../models/wide_deep.ts";
import { fc } from "../../models/fc.ts";
import type { ModelSpec } from "../../models/spec.ts";
import type { Engine } from "../engine.ts";
import { Stream } from "../../random/stream.ts";
import { sha256Hex } from "../../sha256.ts";

/** Moves only with a new numeric version. */
export const SELF_TEST_DIGEST = "50add95df7ef8f31de10bdd285be8948aaf8ccc7ae1635c92972ca5c2eecf6aa";

/** Of the wider self-test; moves only with a new numeric version. */
export const WIDER_SELF_TEST_DIGEST =
  "9c20eee2c7fbd8c43919510970d84aecf546b1f6712db4fc581bbcf35d9a1a43";

const SAMPLES = 70;
const STEPS = 6;
/** An autoencoder's step and evaluation cost more. */
const VAE_STEPS = 3, VAE_SAMPLES = 9;

const PIXELS = { kind: "pixels", width: 784 } as const;

/** Every convolution and the latent, without the large dense layers between them. */
function small(autoencoder: ModelSpec): ModelSpec {
  const layers = autoencoder.layers.filter(({ name }) => name !== "dense1" && name !== "dense2");
  return { ...autoencoder, layers, batchSize: 5 };
}

const SMALL_VAE = small(vae(PIXELS, 3));

/** Digest of what an engine makes of every family of layers: losses, outputs and weights. */
export async function selfTestDigest(engine: Pick<Engine, "open">): Promise<string> {
  const pixels = drawPixels(784);
  return await sha256Hex(concatenate([
    ...await runShortCase(engine, fc(PIXELS), pixels),
    ...await runShortCase(engine, fc({ kind: "features", width: 421 }), drawFeatures(421)),
    ...await runShortCase(engine, SMALL_VAE, pixels, VAE_STEPS, VAE_SAMPLES),
  ]));
}

export async function passesSelfTest(engine: Pick<Engine, "open">): Promise<boolean> {
  return await selfTestDigest(engine) === SELF_TEST_DIGEST;
}

/** Cases that a GPU has to pass besides: with them every kernel has run, and every shape of `conv`. */
export const WIDER_CASES: readonly (readonly [
  spec: ModelSpec,
  samples: () => Samples,
  steps: number,
  evaluated: number,
])[] = [
  [{ ...conv(PIXELS), batchSize: 4 }, () => drawPixels(784), 2, 3],
  [wideDeep(400, 21), () => drawFeatures(421), 3, SAMPLES],
  // Its gradients fall below the smallest normal number, which some devices replace by 0.
  [fc({ kind: "features", width: 20 }), () => drawFeatures(20, 7.52316384526264e-37), 3, SAMPLES],
  [small(strictVae(PIXELS, 3)), () => drawPixels(784), 2, 5],
  [decoderOf(SMALL_VAE, 3), () => drawFeatures(3), 0, 5],
];

/** Digest of what an engine makes of the wider cases. */
export async function widerSelfTestDigest(engine: Pick<Engine, "open">): Promise<string> {
  const made: Float32Array<ArrayBuffer>[] = [];
  for (const [spec, samples, steps, evaluated] of WIDER_CASES) {
    made.push(...await runShortCase(engine, spec, samples(), steps, evaluated));
  }
  return await sha256Hex(concatenate(made));
}

/** The self-test, then the wider one. */
export async function passesWiderSelfTest(engine: Pick<Engine, "open">): Promise<boolean> {
  return await passesSelfTest(engine) &&
    await widerSelfTestDigest(engine) === WIDER_SELF_TEST_DIGEST;
}

async function runShortCase(
  engine: Pick<Engine, "open">,
  spec: ModelSpec,
  samples: Samples,
  steps = STEPS,
  evaluated = SAMPLES,
) {
  const splits = { train: samples, validation: samples, test: samples };
  const session = await engine.open(spec, splits, 1);
  try {
    const indices = new Uint32Array(spec.batchSize);
    for (let step = 0; step < steps; step++) {
      // Batches of different sizes, so that every tail of the kernels runs.
      const count = spec.batchSize - step;
      for (let i = 0; i < count; i++) indices[i] = (step * 29 + i * 7) % SAMPLES;
      await session.step(indices.subarray(0, count), 0.01, step + 1);
    }
    const { outputs, losses } = await session.evaluate("test", evaluated, 1);
    return [losses, outputs, ...(await session.weights()).map(({ values }) => values)];
  } finally {
    await session.close();
  }
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

function drawFeatures(width: number, scale = 1): Samples {
  const values = new Stream(0, "self-test/features").uniform(SAMPLES * width, 2)
    .map((value) => value * scale);
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
