/**
 * A checkpoint: where the training of a case stands, as safetensors. It holds the weights, Adam's
 * moments and the best weights, names the case that it is of, and carries a digest of all of it: what
 * is not whole, or of something else, is refused with the reason.
 * @module
 */
import { z } from "zod";
import { ENGINE_NAMES } from "../engines/engine_name.ts";
import { formatCase } from "../matrix/case.ts";
import type { Tensor } from "../models/parameters.ts";
import { sha256HexOfText } from "../sha256.ts";
import { digestOfWeights } from "../training/digests.ts";
import type { TrainingState } from "../training/train.ts";
import type { Record } from "./record.ts";
import { epochSchema } from "./record_schema.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { StoreError } from "./store_error.ts";

const CHECKPOINT_SCHEMA_VERSION = 1;

/** Where the training of a case stands, and how long it took. */
export interface Checkpoint {
  /** Between two epochs. */
  readonly state: TrainingState;
  /** Time that the case took so far. */
  readonly seconds: number;
}

/** What a checkpoint is of: as a record's identity. */
type Identity = Pick<Record, "case" | "dataset" | "engine" | "numericVersion">;

/** The tensors of each kind are named `<kind>/<parameter>`. */
const KINDS = ["weights", "first-moments", "second-moments", "best-weights"] as const;

const metadataSchema = z.strictObject({
  schemaVersion: z.literal(CHECKPOINT_SCHEMA_VERSION),
  case: z.string(),
  dataset: z.string(),
  engine: z.enum(ENGINE_NAMES),
  numericVersion: z.int().positive(),
  bestEpoch: z.int().positive(),
  curve: z.array(epochSchema).min(1).max(200),
  seconds: z.number().nonnegative(),
}).refine(
  ({ bestEpoch, curve }) =>
    bestEpoch <= curve.length && curve.every(({ epoch }, i) => epoch === i + 1),
  {
    message: "its epochs do not agree with each other",
  },
);

type Metadata = z.infer<typeof metadataSchema>;

export async function encodeCheckpoint(
  identity: Identity,
  { state: { curve, best, model }, seconds }: Checkpoint,
): Promise<Uint8Array> {
  const groups = [model.weights, model.firstMoments, model.secondMoments, best.weights];
  const tensors = KINDS.flatMap((kind, k) =>
    groups[k]!.map((tensor) => ({ ...tensor, name: `${kind}/${tensor.name}` }))
  );
  const metadata: Metadata = {
    schemaVersion: CHECKPOINT_SCHEMA_VERSION,
    case: formatCase(identity.case),
    dataset: identity.dataset.sha256,
    engine: identity.engine,
    numericVersion: identity.numericVersion,
    bestEpoch: best.epoch,
    curve: [...curve],
    seconds,
  };
  const state = JSON.stringify(metadata);
  return encodeSafetensors(tensors, { state, digest: await digestOf(state, tensors) });
}

/** Reads a checkpoint of a case. Throws a StoreError where the bytes are not one; `path` names them. */
export async function decodeCheckpoint(
  bytes: Uint8Array,
  identity: Identity,
  path: string,
): Promise<Checkpoint> {
  const refuse = (reason: string) => new StoreError(`Cannot use the checkpoint ${path}: ${reason}`);
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const { state = "", digest } = metadata;
  let parsed: Metadata;
  try {
    parsed = metadataSchema.parse(JSON.parse(state));
  } catch {
    throw refuse("its metadata is not that of a checkpoint of this program");
  }
  const { bestEpoch, curve, seconds } = parsed;
  const isMine = parsed.case === formatCase(identity.case) &&
    parsed.dataset === identity.dataset.sha256 && parsed.engine === identity.engine &&
    parsed.numericVersion === identity.numericVersion;
  if (!isMine) {
    throw refuse(
      `it is of ${parsed.case} by ${parsed.engine}, numeric version ${parsed.numericVersion}, on ` +
        `the dataset ${parsed.dataset.slice(0, 12)}`,
    );
  }
  const finite = tensors.every(({ values }) => values.every(Number.isFinite));
  if (!finite || await digestOf(state, tensors) !== digest) throw refuse("it is damaged");
  const of = (kind: typeof KINDS[number]): Tensor[] =>
    tensors.filter(({ name }) => name.startsWith(`${kind}/`))
      .map((tensor) => ({ ...tensor, name: tensor.name.slice(kind.length + 1) }));
  const shapes = (kind: typeof KINDS[number]) =>
    of(kind).map(({ name, shape }) => `${name} [${shape}]`).join();
  const isWhole = tensors.length > 0 && tensors.length === KINDS.length * of("weights").length;
  if (!isWhole || KINDS.some((kind) => shapes(kind) !== shapes("weights"))) {
    throw refuse("its tensors do not belong together");
  }
  const { validationScore: score } = curve[bestEpoch - 1]!;
  const model = {
    weights: of("weights"),
    firstMoments: of("first-moments"),
    secondMoments: of("second-moments"),
  };
  const best = { epoch: bestEpoch, score, weights: of("best-weights") };
  return { state: { curve, best, model }, seconds };
}

async function digestOf(state: string, tensors: readonly Tensor[]): Promise<string> {
  const names = JSON.stringify(tensors.map(({ name, shape }) => [name, shape]));
  return await sha256HexOfText([state, names, await digestOfWeights(tensors)].join("\n"));
}
