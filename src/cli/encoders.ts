/** Where heads get what they learn from: encoders of the store, or one saved model. */
import { POOL } from "../data/draw.ts";
import type { LoadedDataset } from "../data/load_dataset.ts";
import type { Engine } from "../engines/engine.ts";
import type { EngineName } from "../engines/engine_name.ts";
import { type Case, dependencyOf, formatCase, isEncoder } from "../matrix/case.ts";
import { MODELS } from "../matrix/models.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectParameters } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { EncodedDataset } from "../runner/run_case.ts";
import { identityOf, type Store, StoreError } from "../store/store.ts";
import type { SavedModel } from "../store/saved_model.ts";
import { readModel } from "../store/tensor_files.ts";
import { embed, embeddingsIn, type TrainedModel } from "../training/encode.ts";
import { UsageError } from "./exit_codes.ts";

/** What heads of an encoder learn from; a StoreError says why there is nothing. */
export type EncodedBy = (encoder: Case) => Promise<EncodedDataset>;

/** What the engine's encoders left in the store, beside their records. */
export function storedEncoders(
  dataset: LoadedDataset,
  engine: EngineName,
  store: Store,
): EncodedBy {
  return async (encoder) => {
    const name = formatCase(encoder);
    const stored = await store.read(identityOf(encoder, dataset, engine));
    if (stored === null) throw new StoreError(`Cannot find a record of its encoder, ${name}`);
    const { record } = stored;
    if (record.status === "failed") {
      throw new StoreError(`Cannot use its encoder, ${name}: it failed`);
    }
    return {
      embeddings: embeddingsIn(await store.readEmbeddings(record)),
      encoder: record.result.digests.weights,
    };
  };
}

/**
 * The selected cases but their encoders, and the published embeddings that they learn from: those of
 * the exact engine, whatever engine trains the heads. Throws a UsageError if those of one of them are
 * not published.
 */
export async function publishedEncoders(
  selected: readonly Case[],
  dataset: LoadedDataset,
  reference: Store,
): Promise<{ readonly cases: readonly Case[]; readonly encodedBy: EncodedBy }> {
  const encodedBy = storedEncoders(dataset, "exact", reference);
  const cases = selected.filter((c) => !isEncoder(c));
  const encoders = new Map<string, Case>();
  for (const c of cases) {
    const encoder = dependencyOf(c);
    if (encoder === null) continue;
    encoders.set(formatCase(encoder), encoder);
    if (c.labels! > POOL) {
      throw new UsageError(
        `Cannot use the published encoders for ${formatCase(c)}: codes of the first ${POOL} ` +
          "training images are published; choose fewer --labels",
      );
    }
  }
  for (const encoder of encoders.values()) {
    try {
      await encodedBy(encoder);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      throw new UsageError(
        `Cannot use the published encoders: ${error.message}; without --published-encoders the ` +
          "encoders are trained",
        { cause: error },
      );
    }
  }
  return { cases, encodedBy };
}

/** A saved encoder in place of training it, and the cases that are its heads. */
export interface SavedEncoder {
  readonly path: string;
  readonly case: Case;
  readonly model: TrainedModel;
  readonly weightsDigest: string;
  readonly heads: readonly Case[];
}

/** Reads a saved encoder. Throws a UsageError where what was selected cannot learn from it. */
export async function readSavedEncoder(
  path: string,
  selected: readonly Case[],
  dataset: LoadedDataset,
): Promise<SavedEncoder> {
  const saved = await readModel(path);
  const name = formatCase(saved.case);
  const refuse = (reason: string) => new UsageError(`Cannot use the encoder ${path}: ${reason}`);
  if (saved.datasetSha256 !== dataset.sha256) {
    throw refuse(
      `it was trained on a dataset with SHA-256 ${saved.datasetSha256.slice(0, 12)}..., not on ` +
        `${dataset.name}`,
    );
  }
  if (saved.numericVersion !== NUMERIC_VERSION) {
    throw refuse(`it is of numeric version ${saved.numericVersion}, not ${NUMERIC_VERSION}`);
  }
  if (MODELS[saved.case.model].encoder === null || !isEncoder(saved.case)) {
    throw refuse(`it is ${name}, a classifier; give the encoder that its heads are to learn from`);
  }
  const select = `select its heads, as in --only '${name.replace("#", "@2000#")}'`;
  const encoderOfHead = (c: Case) => {
    const encoder = dependencyOf(c);
    return encoder && formatCase(encoder);
  };
  // Encoders that came with their heads were not asked for.
  const implied = new Set([name, ...selected.map(encoderOfHead)]);
  const stray = selected.find((c) => encoderOfHead(c) !== name && !implied.has(formatCase(c)));
  if (stray) {
    throw refuse(`it is ${name}, and ${formatCase(stray)} is no head of it; ${select}`);
  }
  const heads = selected.filter((c) => encoderOfHead(c) === name);
  if (heads.length === 0) throw refuse(`it is ${name}, and no head of it is selected; ${select}`);
  try {
    const model = trainedModel(saved, dataset);
    return { path, case: saved.case, model, weightsDigest: saved.weightsDigest, heads };
  } catch (error) {
    if (error instanceof TypeError) throw refuse(error.message);
    throw error;
  }
}

function trainedModel(saved: SavedModel, { splits }: LoadedDataset): TrainedModel {
  const spec = modelOf(saved.case, splits.train.width);
  return { spec, weights: selectParameters(spec, saved.weights) };
}

/** What a saved encoder makes of the dataset, once the first of its heads asks. */
export function encodedBySaved(
  { path, case: c, model, weightsDigest }: SavedEncoder,
  dataset: LoadedDataset,
  engine: Engine,
  say: (line: string) => void,
): EncodedBy {
  const embedAll = async () => {
    say(`Embedding ${dataset.name} with ${formatCase(c)} of ${path}`);
    return { embeddings: await embed(engine, model, dataset.splits), encoder: weightsDigest };
  };
  let encoded: Promise<EncodedDataset> | null = null;
  return () => encoded ??= embedAll();
}
