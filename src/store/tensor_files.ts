/**
 * What lies beside the records, as safetensors under the record's name: `embeddings/`, what an
 * encoder's heads learn from; `artifacts/`, what the report draws, also as PNG; `models/`, trained
 * weights, where they were asked for. Metadata says which case a file is of.
 * @module
 */
import { POOL } from "../data/draw.ts";
import { HEAD_VALIDATION } from "../data/embedded.ts";
import { gunzip } from "../data/gunzip.ts";
import { formatCase } from "../matrix/case.ts";
import type { Tensor } from "../models/parameters.ts";
import { digestOfTensor } from "../training/digests.ts";
import { encodeDigitGrid, encodePairs } from "./digit_png.ts";
import type { OkRecord } from "./record.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { parseModel, type SavedModel } from "./saved_model.ts";
import { StoreError } from "./store_error.ts";

/** A file's place within the results folder, and its bytes. */
export interface NamedBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
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

/**
 * The file of the part of an encoder's embeddings that is published, to be packed: the codes of the
 * first 10,000 training images, of the first 1,000 validation images and of all test images.
 */
export function publishedEmbeddingsFile(
  name: string,
  record: OkRecord,
  embeddings: readonly Tensor[],
): NamedBytes {
  const first = { "train-embeddings": POOL, "validation-embeddings": HEAD_VALIDATION };
  const parts = embeddings.map((tensor) => {
    const rows = first[tensor.name as keyof typeof first];
    return rows === undefined ? tensor : firstRows(tensor, rows);
  });
  return {
    path: `embeddings/${name}.safetensors`,
    bytes: encodeSafetensors(parts, metadataOf(record)),
  };
}

function firstRows({ name, shape, values }: Tensor, rows: number): Tensor {
  const [count, width] = shape as [number, number];
  const kept = Math.min(rows, count);
  return { name, shape: [kept, width], values: values.slice(0, kept * width) };
}

/**
 * Reads an encoder's embeddings, and holds them against the digests in its record. If there is no
 * such file but a packed one, `.gz`, it is the part that is published: only its test embeddings are
 * whole, and have a digest in the record.
 */
export async function readEmbeddings(path: string, record: OkRecord): Promise<Tensor[]> {
  const plain = await readIfThere(path);
  if (plain === null) return await readPublishedEmbeddings(path, record);
  const wayOut = "remove the file, and the encoder runs again";
  const { tensors } = decodeSafetensors(plain, path);
  if (tensors.length !== (record.result.artifacts ?? []).filter(isEmbeddings).length) {
    throw notOfRecord(path, record, "tensors", wayOut);
  }
  for (const tensor of tensors) {
    if (!await isOfRecord(tensor, record)) throw notOfRecord(path, record, tensor.name, wayOut);
  }
  return tensors;
}

async function readPublishedEmbeddings(path: string, record: OkRecord): Promise<Tensor[]> {
  const wayOut = "get the file from the repository";
  const packed = await readIfThere(`${path}.gz`) ?? await readFile(path);
  const bytes = await gunzip(packed, `${path}.gz`, LARGEST_ARTIFACTS).catch((error) => {
    throw new StoreError(`${error.message}; ${wayOut}`, { cause: error });
  });
  const { tensors, metadata } = decodeSafetensors(bytes, `${path}.gz`);
  const test = tensors.find(({ name }) => name === "test-embeddings");
  if (metadata["weights"] !== record.result.digests.weights || !test) {
    throw notOfRecord(`${path}.gz`, record, "tensors", wayOut);
  }
  if (!await isOfRecord(test, record)) throw notOfRecord(`${path}.gz`, record, test.name, wayOut);
  return tensors;
}

/**
 * Reads what the report draws of an encoder, likewise, where there is no such file from one with
 * `.gz` behind its name; null where neither is there. Tensors that the record does not know of, as
 * those of a newer program, are left out.
 */
export async function readArtifacts(path: string, record: OkRecord): Promise<Tensor[] | null> {
  const plain = await readIfThere(path);
  if (plain !== null) return await artifactsIn(plain, path, record);
  const packed = await readIfThere(`${path}.gz`);
  if (packed === null) return null;
  const bytes = await gunzip(packed, `${path}.gz`, LARGEST_ARTIFACTS).catch((error) => {
    throw new StoreError(`${error.message}; ${WITHOUT_FILE}`, { cause: error });
  });
  return await artifactsIn(bytes, `${path}.gz`, record);
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

const WITHOUT_FILE = "remove the file, and the report does without it";

async function artifactsIn(bytes: Uint8Array, path: string, record: OkRecord): Promise<Tensor[]> {
  const known = new Set((record.result.artifacts ?? []).map(({ name }) => name));
  const tensors = decodeSafetensors(bytes, path).tensors.filter(({ name }) => known.has(name));
  for (const tensor of tensors) {
    if (await isOfRecord(tensor, record)) continue;
    throw notOfRecord(path, record, tensor.name, WITHOUT_FILE);
  }
  return tensors;
}

/** Whether a tensor has the shape and digest that the record states. */
async function isOfRecord(tensor: Tensor, record: OkRecord): Promise<boolean> {
  const published = record.result.artifacts?.find(({ name }) => name === tensor.name);
  return tensor.shape.join() === published?.shape.join() &&
    tensor.values.every(Number.isFinite) && await digestOfTensor(tensor) === published.sha256;
}

function notOfRecord(path: string, record: OkRecord, what: string, wayOut: string): StoreError {
  return new StoreError(
    `Cannot use ${path}: its ${what} are not those of the record of ${formatCase(record.case)}; ` +
      wayOut,
  );
}

/** Reads a model that `--save-models` wrote. */
export async function readModel(path: string): Promise<SavedModel> {
  return (await readModelFile(path)).model;
}

/** The same with the file's bytes, as they are. */
export async function readModelFile(
  path: string,
): Promise<{ model: SavedModel; bytes: Uint8Array<ArrayBuffer> }> {
  const bytes = await readFile(path, "; name a file that can be read");
  return { model: await parseModel(bytes, path), bytes };
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

async function readFile(path: string, wayOut = ""): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(`Cannot read ${path}: ${reason}${wayOut}`, { cause: error });
  }
}
