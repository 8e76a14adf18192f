/**
 * A saved encoder with two latents that nobody trained, and what fresh sessions of the engine make of
 * digits and points with it: the way that a run takes, without the page's shortcuts.
 * @module
 */
import type { Samples } from "../../../data/dataset.ts";
import { ExactEngine } from "../../../engines/exact/exact_engine.ts";
import { compileKernels, readKernelBytes } from "../../../engines/exact/kernels.ts";
import { modelOf } from "../../../matrix/model_of.ts";
import { parseCase } from "../../../matrix/case.ts";
import { decoderOf, encoderOf } from "../../../models/autoencoder.ts";
import { initialParameters, selectParameters, type Tensor } from "../../../models/parameters.ts";
import type { ModelSpec } from "../../../models/spec.ts";
import { NUMERIC_VERSION } from "../../../numeric_version.ts";
import { encodeSafetensors } from "../../../store/safetensors.ts";
import { digestOfWeights } from "../../../training/digests.ts";
import type { TrainedModel } from "../../../training/encode.ts";

/** Initial weights, enlarged so that places on the plane differ clearly. */
export function plainModel(name = "ae2#0"): TrainedModel {
  const spec = modelOf(parseCase(name), 784);
  const weights = initialParameters(spec, 0).map((tensor): Tensor => ({
    ...tensor,
    values: tensor.values.map((value) => value * 2),
  }));
  return { spec, weights };
}

/** As `--save-models` would have written it. */
export async function savedModel(
  name = "ae2#0",
  changes: { readonly [key: string]: string } = {},
  { weights }: TrainedModel = plainModel(name),
): Promise<Uint8Array<ArrayBuffer>> {
  return encodeSafetensors(weights, {
    "case": name,
    "dataset": "0".repeat(64),
    "numeric-version": `${NUMERIC_VERSION}`,
    "weights": await digestOfWeights(weights),
    ...changes,
  });
}

export async function exactEngine(): Promise<ExactEngine> {
  return new ExactEngine((await compileKernels("wasm", await readKernelBytes()))!);
}

/** Where digits of 784 bytes lie. */
export async function freshlyEncoded(model: TrainedModel, digits: Uint8Array) {
  return await evaluated(encoderOf(model.spec), model, digits, 784);
}

/** The digits at points [n, 2]. */
export async function freshlyDecoded(model: TrainedModel, points: Float32Array) {
  return await evaluated(decoderOf(model.spec, 2), model, points, 2);
}

async function evaluated(
  part: ModelSpec,
  { weights }: TrainedModel,
  values: Uint8Array | Float32Array,
  width: number,
): Promise<Float32Array> {
  const count = values.length / width;
  const samples: Samples = { count, width, values, labels: new Uint8Array(count) };
  const splits = { train: samples, validation: samples, test: samples };
  const session = await (await exactEngine()).open(part, splits, 0);
  session.setWeights(selectParameters(part, weights));
  return session.evaluate("test", count, 1).outputs;
}
