/**
 * What a stored record must satisfy (`record.ts` says what it means). A record of another schema,
 * or a broken one, is rejected with the reason.
 * @module
 */
import { z } from "zod";
import { ENGINE_NAMES } from "../engines/engine_name.ts";
import { READINGS } from "../data/embedded.ts";
import {
  type Case,
  formatCase,
  LARGEST_LATENTS,
  metricOf,
  ORIGINAL,
  parseCase,
} from "../matrix/case.ts";
import { MODEL_NAMES } from "../matrix/models.ts";
import type { CaseRecord } from "./record.ts";
import { RECORD_SCHEMA_VERSION } from "./record_schema_version.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

const oldCase = {
  model: z.enum(MODEL_NAMES),
  latents: z.int().positive().nullable(),
  labels: z.int().positive().nullable(),
  seed: z.int().min(0).max(0xffffffff),
};
const newCase = {
  ...oldCase,
  unlabelled: z.int().positive().nullable(),
  reading: z.enum(READINGS).nullable(),
  draw: z.int().positive().nullable(),
};

const oldProvenance = {
  backend: z.string().max(40),
  plan: sha256.nullable(),
  kernels: sha256.nullable(),
  commit: z.string().regex(/^[0-9a-f]{40}$/).nullable(),
  machine: z.strictObject({
    os: z.string().max(40),
    arch: z.string().max(40),
    cpu: z.string().max(200).nullable(),
    cores: z.int().positive(),
  }),
  versions: z.record(z.string().max(40), z.string().max(80)),
  threads: z.int().positive(),
  startedAt: z.iso.datetime(),
  seconds,
};
const newProvenance = {
  ...oldProvenance,
  sources: sha256.nullable(),
  trainingImages: z.int().positive(),
};

const oldEpoch = {
  epoch: z.int().positive(),
  trainLoss: z.number(),
  validationScore: z.number(),
};
export const epochSchema = z.strictObject({
  ...oldEpoch,
  validationRate: z.number().optional(),
});

const measurements = z.strictObject({
  klPerLatent: z.array(z.number()).max(LARGEST_LATENTS).nullable(),
  activeByVariance: count,
  activeByKl: count.nullable(),
  offsetOverSd: z.number().nonnegative().nullable(),
  medianSd: z.number().nonnegative(),
  conditionNumber: z.number().positive().nullable(),
  effectiveRank: z.number().positive().nullable(),
  positiveShare: z.number().min(0).max(1),
  nearestNeighbours: z.array(
    z.strictObject({ labels: z.int().positive(), accuracy: z.number().min(0).max(1) }),
  ).max(10),
});

const artifact = z.strictObject({
  name: z.string().regex(/^[a-z-]+$/).max(40),
  shape: z.array(count).min(1).max(4),
  sha256,
});

const oldDigests = { weights: sha256, outputs: sha256 };
const oldResult = {
  metric: z.enum(["accuracy", "loss"]),
  score: z.number(),
  validationScore: z.number(),
  epochs: z.int().positive(),
  bestEpoch: z.int().positive(),
  curve: z.array(z.strictObject(oldEpoch)).min(1).max(200),
  digests: z.strictObject(oldDigests),
  encoder: sha256.optional(),
  artifacts: z.array(artifact).max(10).optional(),
};
const newResult = {
  ...oldResult,
  curve: z.array(epochSchema).min(1).max(200),
  rate: z.number().optional(),
  predictions: z.string().regex(/^[0-9]+$/).max(1_000_000).optional(),
  digests: z.strictObject({
    ...oldDigests,
    predictions: sha256.optional(),
    labels: sha256.optional(),
  }),
  measurements: measurements.optional(),
};

/** Records of one version, told apart by their status. */
function recordsOf<
  Version extends number,
  C extends z.ZodRawShape,
  R extends z.ZodRawShape,
  P extends z.ZodRawShape,
>(version: Version, c: C, result: R, provenance: P) {
  const identity = {
    schemaVersion: z.literal(version),
    case: z.strictObject(c).refine(
      (value) => exists({ ...ORIGINAL, ...value } as unknown as Case),
      { message: "there is no such case" },
    ),
    dataset: z.strictObject({ name: z.enum(["mnist", "strokes", "idx"]), sha256 }),
    engine: z.enum(ENGINE_NAMES),
    numericVersion: z.int().positive(),
  };
  return z.discriminatedUnion("status", [
    z.strictObject({
      ...identity,
      status: z.literal("ok"),
      result: z.strictObject(result),
      provenance: z.strictObject(provenance),
    }),
    z.strictObject({
      ...identity,
      status: z.literal("failed"),
      failure: z.strictObject({
        message: z.string().max(2000),
        epoch: z.int().positive().nullable(),
        step: count.nullable(),
      }),
      provenance: z.strictObject(provenance),
    }),
  ]);
}

const version1 = recordsOf(1, oldCase, oldResult, oldProvenance);
const version2 = recordsOf(RECORD_SCHEMA_VERSION, newCase, newResult, newProvenance);

export const recordSchema = z.discriminatedUnion("schemaVersion", [version1, version2]).refine(
  (record) =>
    record.status === "failed" ||
    record.result.epochs === record.result.curve.length &&
      record.result.bestEpoch <= record.result.epochs,
  { path: ["result"], message: "the epochs do not agree with the curve" },
).refine(
  (record) =>
    record.status === "failed" ||
    record.result.metric === metricOf({ ...ORIGINAL, ...record.case }),
  { path: ["result", "metric"], message: "it is not what the case is measured by" },
).refine(
  (record) => {
    if (record.status === "failed" || record.result.metric === "loss") return true;
    const { score, validationScore, curve } = record.result;
    return [score, validationScore, ...curve.map((epoch) => epoch.validationScore)]
      .every((accuracy) => accuracy >= 0 && accuracy <= 1);
  },
  { path: ["result"], message: "an accuracy is a fraction, from 0 to 1" },
).refine(
  (record) => {
    if (record.status === "failed" || record.schemaVersion === 1) return true;
    const { metric, digests: { predictions, labels }, measurements } = record.result;
    return metric === "loss"
      ? measurements !== undefined
      : predictions !== undefined && labels !== undefined;
  },
  { path: ["result"], message: "it lacks what records of this version hold of such a case" },
);

/** The record of a stored value that satisfies the schema, as this program holds it. */
export function fromStored(stored: z.infer<typeof recordSchema>): CaseRecord {
  return stored.schemaVersion === 1 ? { ...stored, case: { ...ORIGINAL, ...stored.case } } : stored;
}

/** A record as its version is stored. */
export function toStored(record: CaseRecord): object {
  if (record.schemaVersion > 1) return record;
  const { model, latents, labels, seed } = record.case;
  return { ...record, case: { model, latents, labels, seed } };
}

type Stored = z.infer<typeof version2>;

type Newest = CaseRecord & { readonly schemaVersion: typeof RECORD_SCHEMA_VERSION };

/** Readonly and without optional properties, all the way down. */
type Complete<T> = { readonly [key in keyof T]-?: Complete<Exclude<T[key], undefined>> };

/** Does not compile where the schema lacks, or refuses, what a `CaseRecord` may hold. */
true satisfies [Complete<Newest>, Complete<Stored>] extends [Complete<Stored>, Complete<Newest>]
  ? true
  : never;

/** Whether a case has what its model needs, and nothing else: whether it can be named. */
function exists(c: Case): boolean {
  try {
    parseCase(formatCase(c));
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
