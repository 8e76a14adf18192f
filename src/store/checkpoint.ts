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
import { sha256 } from "../data/digest.ts";
import { finiteBytes } from "../training/digests.ts";
import type { TrainingState } from "../training/train.ts";
import type { CaseRecord } from "./record.ts";
import { epochSchema } from "./record_schema.ts";
import { decodeSafetensors, safetensorsParts } from "./safetensors.ts";
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
type Identity = Pick<CaseRecord, "case" | "dataset" | "engine" | "numericVersion">;

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

/**
 * A checkpoint's file in parts, a tensor each. A session's state may be twice as large as all else
 * that training holds: its tensors are read out one by one, and never held together.
 */
export function checkpointParts(
  identity: Identity,
  { state: { curve, best, model }, seconds }: Checkpoint,
): Iterable<Uint8Array> {
  const groups = [model.weights, model.firstMoments, model.secondMoments, best.weights];
  const tensors = KINDS.flatMap((kind, k) =>
    groups[k]!.map((tensor): Tensor => ({
      name: `${kind}/${tensor.name}`,
      shape: tensor.shape,
      get values() {
        return tensor.values;
      },
    }))
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
  return safetensorsParts(tensors, { state, digest: digestOf(state, tensors) });
}

/** Reads a checkpoint of a case. Throws a StoreError where the bytes are not one; `path` names them. */
export function decodeCheckpoint(
  bytes: Uint8Array,
  identity: Identity,
  path: string,
): Checkpoint {
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
  if (!finite || digestOf(state, tensors) !== digest) throw refuse("it is damaged");
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
  // Training holds them for long: copies, lest they hold the whole file.
  const bestWeights = of("best-weights")
    .map((tensor) => ({ ...tensor, values: tensor.values.slice() }));
  const best = { epoch: bestEpoch, score, weights: bestWeights };
  return { state: { curve, best, model }, seconds };
}

function digestOf(state: string, tensors: readonly Tensor[]): string {
  const names = JSON.stringify(tensors.map(({ name, shape }) => [name, shape]));
  const values = sha256(tensors.values().map(({ name, values }) => finiteBytes(name, values)));
  return sha256([new TextEncoder().encode([state, names, values].join("\n"))]);
}
