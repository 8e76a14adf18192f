/**
 * What lies beside the records, as safetensors under the record's name: `embeddings/`, what an
 * encoder's heads learn from; `artifacts/`, what the report draws, also as PNG; `models/`, trained
 * weights, where they were asked for. Metadata says which case a file is of.
 * @module
 */
import { gunzip } from "../data/gunzip.ts";
import { formatCase, parseCase } from "../matrix/case.ts";
import type { Case } from "../matrix/case.ts";
import type { Tensor } from "../models/parameters.ts";
import { digestOfTensor, digestOfWeights } from "../training/digests.ts";
import { encodeDigitGrid, encodePairs } from "./digit_png.ts";
import type { OkRecord } from "./record.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { StoreError } from "./store_error.ts";

/** A file's place within the results folder, and its bytes. */
export interface NamedBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A model as it was saved. */
export interface SavedModel {
  readonly case: Case;
  readonly datasetSha256: string;
  readonly numericVersion: number;
  readonly weights: readonly Tensor[];
  /** SHA-256 of the weights, computed from what was read. */
  readonly weightsDigest: string;
}

const PICTURE_COLUMNS = 20;

/** The files of an encoder's artifacts, by the record's name without its ending. */
export function artifactFiles(
  name: string,
  record: OkRecord,
  artifacts: readonly Tensor[],
): NamedBytes[] {
  if (artifacts.length === 0) return [];
  const metadata = metadataOf(record);
  const embeddings = artifacts.filter(isEmbeddings);
  const plane = embeddings.filter(({ name, shape }) => name.startsWith("test") && shape[1] === 2);
  const digits = artifacts.filter((tensor) => !isEmbeddings(tensor));
  const [originals, reconstructions, map] = ["originals", "reconstructions", "digit-map"]
    .map((name) => digits.find((tensor) => tensor.name === name)?.values);
  return [
    {
      path: `embeddings/${name}.safetensors`,
      bytes: encodeSafetensors(embeddings, metadata),
    },
    {
      path: `artifacts/${name}.safetensors`,
      bytes: encodeSafetensors([...plane, ...digits], metadata),
    },
    ...originals && reconstructions
      ? [{
        path: `artifacts/${name}-reconstructions.png`,
        bytes: encodePairs(originals, reconstructions, PICTURE_COLUMNS),
      }]
      : [],
    ...map
      ? [{
        path: `artifacts/${name}-digit-map.png`,
        bytes: encodeDigitGrid(map, PICTURE_COLUMNS),
      }]
      : [],
  ];
}

/** The file of a case's trained weights: people name it on the command line, so it says what it is. */
export function modelFile(name: string, record: OkRecord, weights: readonly Tensor[]): NamedBytes {
  return {
    path: `models/${formatCase(record.case)}-${name.slice(0, 12)}.safetensors`,
    bytes: encodeSafetensors(weights, metadataOf(record)),
  };
}

/** Reads an encoder's embeddings, and holds them against the digests in its record. */
export async function readEmbeddings(path: string, record: OkRecord): Promise<Tensor[]> {
  const tensors = await readOwn(path, record, await readFile(path));
  if (tensors.length !== (record.result.artifacts ?? []).filter(isEmbeddings).length) {
    throw notOfRecord(path, record, "tensors");
  }
  return tensors;
}

/**
 * Reads what the report draws of an encoder, likewise, where there is no such file from one with
 * `.gz` behind its name; null where neither is there.
 */
export async function readArtifacts(path: string, record: OkRecord): Promise<Tensor[] | null> {
  const plain = await readIfThere(path);
  if (plain !== null) return await readOwn(path, record, plain);
  const packed = await readIfThere(`${path}.gz`);
  if (packed === null) return null;
  const bytes = await gunzip(packed, `${path}.gz`, LARGEST_ARTIFACTS).catch((error) => {
    throw new StoreError(`${error.message}; remove the file`, { cause: error });
  });
  return await readOwn(`${path}.gz`, record, bytes);
}

/** In bytes, unpacked; those of an encoder with two latents are 4 MB. */
const LARGEST_ARTIFACTS = 64 * 2 ** 20;

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof StoreError && error.cause instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The tensors in a file, each of which has the shape and digest that the record states. */
async function readOwn(path: string, record: OkRecord, bytes: Uint8Array): Promise<Tensor[]> {
  const { tensors } = decodeSafetensors(bytes, path);
  for (const tensor of tensors) {
    const published = record.result.artifacts?.find(({ name }) => name === tensor.name);
    if (
      tensor.shape.join() !== published?.shape.join() || !tensor.values.every(Number.isFinite) ||
      await digestOfTensor(tensor) !== published.sha256
    ) throw notOfRecord(path, record, tensor.name);
  }
  return tensors;
}

function notOfRecord(path: string, record: OkRecord, what: string): StoreError {
  return new StoreError(
    `Cannot use ${path}: its ${what} are not those of the record of ${formatCase(record.case)}; ` +
      "remove the file, and the encoder runs again",
  );
}

/** Reads a model that `--save-models` wrote. */
export async function readModel(path: string): Promise<SavedModel> {
  const { tensors, metadata } = decodeSafetensors(await readFile(path), path);
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

function isEmbeddings({ name }: { readonly name: string }): boolean {
  return name.endsWith("-embeddings");
}

function metadataOf({ case: c, dataset, numericVersion, result }: OkRecord) {
  return {
    "case": formatCase(c),
    "dataset": dataset.sha256,
    "numeric-version": `${numericVersion}`,
    "weights": result.digests.weights,
  };
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(`Cannot read ${path}: ${reason}`, { cause: error });
  }
}
