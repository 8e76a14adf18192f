/**
 * Every model, three steps on 7 samples, for any JavaScript host, and the digests that they must give
 * everywhere. A decoder is only evaluated, with its initial weights.
 * @module
 */
import { sliceSamples, type Splits } from "../../src/data/dataset.ts";
import { embeddedSplits } from "../../src/data/embedded.ts";
import { drawStrokes } from "../../src/data/strokes.ts";
import { ExactEngine } from "../../src/engines/exact/exact_engine.ts";
import type { CompiledKernels } from "../../src/engines/exact/kernels.ts";
import { ae, decoderOf, lae, mildVae, strictVae, vae } from "../../src/models/autoencoder.ts";
import { conv } from "../../src/models/conv.ts";
import { fc } from "../../src/models/fc.ts";
import type { ModelSpec } from "../../src/models/spec.ts";
import { wideDeep } from "../../src/models/wide_deep.ts";
import { Stream } from "../../src/random/stream.ts";
import { AdamRate } from "../../src/training/adam_rate.ts";
import { digestOfOutputs, digestOfWeights } from "../../src/training/digests.ts";

const PIXELS = { kind: "pixels", width: 784 } as const;
const DECODER: ModelSpec = { ...decoderOf(ae(PIXELS, 20), 20), name: "decoder" };
export const MODELS = [
  ...[fc(PIXELS), conv(PIXELS), ae(PIXELS, 5), vae(PIXELS, 20), lae(PIXELS, 5)],
  ...[mildVae(PIXELS, 20), strictVae(PIXELS, 20), wideDeep(784, 20), DECODER],
];
const SAMPLES = drawStrokes();

/** What a model sees: the drawn digits, with latents drawn beside them, or the latents alone. */
export function samplesOf(spec: ModelSpec): Splits {
  if (spec.input.kind === "pixels") return SAMPLES;
  const latents = (role: string, count: number) => new Stream(2, role).uniform(count * 20, 2);
  const values = {
    train: latents("test/train", SAMPLES.train.count),
    validation: latents("test/validation", SAMPLES.validation.count),
    test: latents("test/test", SAMPLES.test.count),
  };
  return embeddedSplits(
    SAMPLES,
    { latents: 20, values },
    (train) => sliceSamples(train, 0, 100),
    spec !== DECODER,
  );
}

/** Three steps on 7 samples: an odd number leaves half a block of the convolutions. */
export async function shortSteps(
  kernels: CompiledKernels,
  spec: ModelSpec,
  threads = 1,
): Promise<string[]> {
  const session = await new ExactEngine(kernels, threads, 0).open(spec, samplesOf(spec), 2);
  try {
    const rate = new AdamRate();
    for (let step = 0; step < 3 && spec.loss !== null; step++) {
      session.step(Uint32Array.from({ length: 7 }, (_, i) => step * 7 + i), rate.next(), 1);
    }
    const { outputs } = session.evaluate("test", 5, 1);
    return [await digestOfWeights(session.weights()), await digestOfOutputs(outputs)];
  } finally {
    session.close();
  }
}

/** Known since numeric version 1; `lae`, `mild-vae` and `strict-vae` were added to it later. */
export const GOLDEN_STEPS: { readonly [model: string]: readonly string[] } = {
  fc: [
    "081903eec7e7114961f480af8d564d20f0f04b599d62239e812b67bb54824824",
    "b2a2f2afcab72d3ba943a3ba1937fe9f1a9a52d01f489225351d856cbafe6762",
  ],
  conv: [
    "e5b6412ed746eba180eb450741f8630f49b0c766e8d7da6b68fe8ecc02224b02",
    "1e90e8c2c6f708294b4ae8e983ca58de200d59f1859187d9088ac687ccf6fabd",
  ],
  ae: [
    "b2e0259759351e0704f6c6d717fc391da4e86829f46024820f9e4ec57d8f2824",
    "51dd1e11405298fed70dc9758fe153c2bf3693adb4bf13466cbbbc1258c56fca",
  ],
  vae: [
    "e9551309fec0d23ea47435ceaeaa953a66d95273c4758467f3033c69f28f5190",
    "41d2a7e1881aa76488e137d132675bb7cb2c0d46ca6380ed56f5b90a31a9c5bf",
  ],
  lae: [
    "ef48526b7e5285975481e52dff9cbae8368bc9fb2e8bdc2a3fd974b659f57cb2",
    "fdb83a9e6e953117efa0418bd0848cce35643d0700403705b58536a50207fea8",
  ],
  "mild-vae": [
    "adbd42f8ff8d4068fad73ed66c6ae0a2e27ca89fc4dd6845eda4660354397ee7",
    "c2850b13bf588a21a7c99c399f52c05ee779421c76bd205560d0d5ac99f65507",
  ],
  "strict-vae": [
    "3b9b99e4aeecf9d864048099f53dfccd371afc5657460780c5ab2263bdc0fc97",
    "c3cc96842233e8bf7eb6fb51ac9a4c5f9fa726e211ae11a452469906525d65cd",
  ],
  "wide-deep": [
    "847f078439b4d7b299bb93bc515f41044e47b874bd768c24a7a270c5addf9ba1",
    "88db1724faa1eac0cc665f5d953a8b1209d057655fe0b47f267ebd8ee73db04b",
  ],
  decoder: [
    "64880b8e03523072251d64514b1a79a1bc0fa4f8594c7b44ef98941b2da3528c",
    "50259adda44e9bfeb46e23da687276e41cdec8b08edb6937d9152ca180233958",
  ],
};
