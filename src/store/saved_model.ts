/**
 * A saved model as its file's bytes say it: which case, dataset and numeric version it is of, and its
 * weights, which have the digest that the file states. Reads no disk, so that a page can use it.
 * @module
 */
import { IMAGE_SIDE } from "../data/dataset.ts";
import { type Case, type Configuration, parseCase } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectParameters, type Tensor } from "../models/parameters.ts";
import { digestOfWeights } from "../training/digests.ts";
import { decodeSafetensors } from "./safetensors.ts";
import { StoreError } from "./store_error.ts";

/** A model as it was saved. */
export interface SavedModel {
  readonly case: Case;
  readonly datasetSha256: string;
  readonly numericVersion: number;
  readonly weights: readonly Tensor[];
  /** SHA-256 of the weights, computed from what was read. */
  readonly weightsDigest: string;
}

/** The model in the bytes of a file that `--save-models` wrote; `path` is for messages. */
export async function parseModel(bytes: Uint8Array, path: string): Promise<SavedModel> {
  const { tensors: found, metadata } = decodeSafetensors(bytes, path);
  const refuse = (reason: string) =>
    new StoreError(
      `Cannot use the model ${path}: ${reason}; give one that reproduce --save-models wrote`,
    );
  const { "case": name, dataset, "numeric-version": version, weights } = metadata;
  if (!name || !dataset || !version || !weights) {
    throw refuse("its metadata does not say of which case, dataset and numeric version it is");
  }
  let c;
  try {
    c = parseCase(name);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  if (c.seed === null) throw refuse(`"${name}" has no seed`);
  if (!/^[1-9][0-9]{0,8}$/.test(version)) {
    throw refuse(`its metadata has the numeric version "${version}", which is no number`);
  }
  const tensors = inModelOrder(c, found);
  const broken = tensors.find(({ values }) => !values.every(Number.isFinite));
  if (broken) throw refuse(`its ${broken.name} has a value that is not finite`);
  const weightsDigest = await digestOfWeights(tensors);
  if (weightsDigest !== weights) {
    throw refuse(`its weights have digest ${weightsDigest}, its metadata says ${weights}`);
  }
  return {
    case: { ...c, seed: c.seed },
    datasetSha256: dataset,
    numericVersion: Number(version),
    weights: tensors,
    weightsDigest,
  };
}

/**
 * The tensors in the order of their digest. The order of a safetensors file means nothing: Python's
 * library sorts by name. Tensors that are not those of the model stay as they are.
 */
function inModelOrder(c: Configuration, tensors: readonly Tensor[]): readonly Tensor[] {
  try {
    const ordered = selectParameters(modelOf(c, IMAGE_SIDE * IMAGE_SIDE), tensors);
    return ordered.length === tensors.length ? ordered : tensors;
  } catch (error) {
    if (error instanceof TypeError) return tensors;
    throw error;
  }
}
