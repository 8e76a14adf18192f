/**
 * What a stored record must satisfy (`record.ts` says what it means). A record of another schema,
 * or a broken one, is rejected with the reason.
 * @module
 */
import { z } from "zod";
import { ENGINE_NAMES } from "../engines/engine_name.ts";
import { type Case, formatCase, metricOf, parseCase } from "../matrix/case.ts";
import { MODEL_NAMES } from "../matrix/models.ts";
import type { CaseRecord } from "./record.ts";
import { RECORD_SCHEMA_VERSION } from "./record_schema_version.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

const identity = {
  schemaVersion: z.literal(RECORD_SCHEMA_VERSION),
  case: z.strictObject({
    model: z.enum(MODEL_NAMES),
    latents: z.int().positive().nullable(),
    labels: z.int().positive().nullable(),
    seed: z.int().min(0).max(0xffffffff),
  }).refine(exists, { message: "there is no such case" }),
  dataset: z.strictObject({ name: z.enum(["mnist", "strokes", "idx"]), sha256 }),
  engine: z.enum(ENGINE_NAMES),
  numericVersion: z.int().positive(),
};

const provenance = z.strictObject({
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
});

export const epochSchema = z.strictObject({
  epoch: z.int().positive(),
  trainLoss: z.number(),
  validationScore: z.number(),
});

const artifact = z.strictObject({
  name: z.string().regex(/^[a-z-]+$/).max(40),
  shape: z.array(count).min(1).max(4),
  sha256,
});

const ok = z.strictObject({
  ...identity,
  status: z.literal("ok"),
  result: z.strictObject({
    metric: z.enum(["accuracy", "loss"]),
    score: z.number(),
    validationScore: z.number(),
    epochs: z.int().positive(),
    bestEpoch: z.int().positive(),
    curve: z.array(epochSchema).min(1).max(200),
    digests: z.strictObject({ weights: sha256, outputs: sha256 }),
    encoder: sha256.optional(),
    artifacts: z.array(artifact).max(10).optional(),
  }),
  provenance,
});

const failed = z.strictObject({
  ...identity,
  status: z.literal("failed"),
  failure: z.strictObject({
    message: z.string().max(2000),
    epoch: z.int().positive().nullable(),
    step: count.nullable(),
  }),
  provenance,
});

export const recordSchema = z.discriminatedUnion("status", [ok, failed]).refine(
  (record) =>
    record.status === "failed" ||
    record.result.epochs === record.result.curve.length &&
      record.result.bestEpoch <= record.result.epochs,
  { path: ["result"], message: "the epochs do not agree with the curve" },
).refine(
  (record) => record.status === "failed" || record.result.metric === metricOf(record.case),
  { path: ["result", "metric"], message: "it is not what the case is measured by" },
).refine(
  (record) => {
    if (record.status === "failed" || record.result.metric === "loss") return true;
    const { score, validationScore, curve } = record.result;
    return [score, validationScore, ...curve.map((epoch) => epoch.validationScore)]
      .every((accuracy) => accuracy >= 0 && accuracy <= 1);
  },
  { path: ["result"], message: "an accuracy is a fraction, from 0 to 1" },
) satisfies z.ZodType<CaseRecord>;

type Stored = z.infer<typeof recordSchema>;

/** Readonly and without optional properties, all the way down. */
type Complete<T> = { readonly [key in keyof T]-?: Complete<T[key]> };

/** Does not compile where the schema lacks, or refuses, what a `CaseRecord` may hold. */
true satisfies [Complete<CaseRecord>, Complete<Stored>] extends
  [Complete<Stored>, Complete<CaseRecord>] ? true
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
