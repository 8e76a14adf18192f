/**
 * The record of one case, as stored: what was run, what came out, and where. Only `result` and
 * the identity fields are promised to repeat; `provenance` says how this one came about. A record
 * of another schema, or a broken one, is rejected with the reason.
 * @module
 */
import { z } from "zod";
import { ENGINE_NAMES } from "../engines/engine_name.ts";
import { type Case, formatCase, metricOf, parseCase } from "../matrix/case.ts";
import { MODEL_NAMES } from "../matrix/models.ts";
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
  /** The build or library that ran, e.g. `wasm` or `libtensorflow 2.21.0`. */
  backend: z.string().max(40),
  /** SHA-256 of the compiled plan and of the kernels' bytes; null of an engine that has none. */
  plan: sha256.nullable(),
  kernels: sha256.nullable(),
  /** Commit of the working copy, where there is one. */
  commit: z.string().regex(/^[0-9a-f]{40}$/).nullable(),
  machine: z.strictObject({
    os: z.string().max(40),
    arch: z.string().max(40),
    cpu: z.string().max(200).nullable(),
    cores: z.int().positive(),
  }),
  versions: z.record(z.string().max(40), z.string().max(80)),
  threads: z.int().positive(),
  /** Start of the case, ISO 8601, UTC. */
  startedAt: z.iso.datetime(),
  seconds,
});

export const epochSchema = z.strictObject({
  /** From 1. */
  epoch: z.int().positive(),
  /** Mean over the epoch's steps of the batch's mean loss. */
  trainLoss: z.number(),
  validationScore: z.number(),
});

/** A float32 tensor in a file beside the record, and the SHA-256 of its little-endian bytes. */
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
    /** The test score: a fraction for accuracy, nats a sample for a loss. */
    score: z.number(),
    validationScore: z.number(),
    epochs: z.int().positive(),
    bestEpoch: z.int().positive(),
    curve: z.array(epochSchema).min(1).max(200),
    /** SHA-256 of the best weights and of the test outputs, little-endian float32, canonical layout. */
    digests: z.strictObject({ weights: sha256, outputs: sha256 }),
    /** Of a head: the digest of the weights of the encoder whose embeddings it learned from. */
    encoder: sha256.optional(),
    /** Of an encoder: the tensors that it leaves beside its record. */
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
);

export type Record = z.infer<typeof recordSchema>;
export type OkRecord = z.infer<typeof ok>;
export type FailedRecord = z.infer<typeof failed>;
export type EpochScore = z.infer<typeof epochSchema>;
export type Provenance = z.infer<typeof provenance>;

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
