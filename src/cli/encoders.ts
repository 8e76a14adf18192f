/** Where heads get what they learn from: encoders of the store, or one saved model. */
import type { LoadedDataset } from "../data/load_dataset.ts";
import type { Engine } from "../engines/engine.ts";
import { type Case, dependencyOf, ENCODER_OF, formatCase, isEncoder } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectParameters, type Tensor } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { EncodedDataset } from "../runner/run_case.ts";
import { type Store, StoreError } from "../store/store.ts";
import { readModel } from "../store/tensor_files.ts";
import { embeddingsIn, encode } from "../training/encode.ts";
import { UsageError } from "./exit_codes.ts";
import { identityOf } from "./todo.ts";

/** What heads of an encoder learn from; a StoreError says why there is nothing. */
export type EncodedBy = (encoder: Case) => Promise<EncodedDataset>;

/** What the encoders of the store left beside their records. */
export function storedEncoders(dataset: LoadedDataset, store: Store): EncodedBy {
  return async (encoder) => {
    const name = formatCase(encoder);
    const stored = await store.read(identityOf(encoder, dataset));
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
 * A saved encoder takes the place of training it: the cases must be its heads. It embeds when the
 * first of them asks.
 */
export async function useSavedEncoder(
  path: string,
  selected: readonly Case[],
  dataset: LoadedDataset,
  engine: Engine,
  say: (line: string) => void,
): Promise<{ cases: readonly Case[]; encodedBy: EncodedBy }> {
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
  if (ENCODER_OF[saved.case.model] === null || !isEncoder(saved.case)) {
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
  const cases = selected.filter((c) => encoderOfHead(c) === name);
  if (cases.length === 0) throw refuse(`it is ${name}, and no head of it is selected; ${select}`);
  const spec = modelOf(saved.case, dataset.splits.train.width);
  let weights: Tensor[];
  try {
    weights = selectParameters(spec, saved.weights);
  } catch (error) {
    if (error instanceof TypeError) throw refuse(error.message);
    throw error;
  }
  const embed = async () => {
    say(`Embedding ${dataset.name} with ${name} of ${path}`);
    const artifacts = await encode(engine, { spec, weights }, dataset.splits);
    return { embeddings: embeddingsIn(artifacts), encoder: saved.weightsDigest };
  };
  let encoded: Promise<EncodedDataset> | null = null;
  return { cases, encodedBy: () => encoded ??= embed() };
}
