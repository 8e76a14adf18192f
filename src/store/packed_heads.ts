/**
 * Drawn heads, packed: thousands of small results in one file, each with its case, scores and digests
 * but without its curve and provenance. They are of one dataset, the exact engine and one numeric
 * version.
 * @module
 */
import { z } from "zod";
import { type Case, formatCase, parseCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { CaseResult, OkRecord } from "./record.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store_error.ts";

/** The file's name in the folder of the reference run. */
export const PACKED_HEADS_FILE = "drawn-heads.json";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fraction = z.number().min(0).max(1);

const headSchema = z.strictObject({
  case: z.string().transform((name, context): Case => {
    try {
      const { seed, ...configuration } = parseCase(name);
      if (seed !== null && configuration.draw !== null) return { ...configuration, seed };
      context.addIssue({ code: "custom", message: `${name} is not a drawn head with its seed` });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
    return z.NEVER;
  }),
  score: fraction,
  validationScore: fraction,
  epochs: z.int().positive(),
  bestEpoch: z.int().positive(),
  digests: z.strictObject({
    weights: sha256,
    outputs: sha256,
    predictions: sha256,
    labels: sha256,
  }),
  encoder: sha256.optional(),
});

const fileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  numericVersion: z.literal(NUMERIC_VERSION),
  dataset: z.strictObject({ name: z.enum(["mnist", "strokes"]), sha256 }),
  heads: z.array(headSchema),
});

/** What is kept of a drawn head's result. */
export interface PackedHead
  extends Pick<CaseResult, "score" | "validationScore" | "epochs" | "bestEpoch" | "encoder"> {
  readonly case: Case;
  readonly digests: Required<CaseResult["digests"]>;
}

/** The drawn heads of a dataset. */
export interface PackedHeads {
  readonly dataset: OkRecord["dataset"];
  readonly heads: readonly PackedHead[];
}

/** What is kept of the record of a drawn head. Throws a TypeError for another record. */
export function packHead({ case: c, result }: OkRecord): PackedHead {
  const { score, validationScore, epochs, bestEpoch, digests, encoder } = result;
  const { weights, outputs, predictions, labels } = digests;
  if (c.draw === null || predictions === undefined || labels === undefined) {
    throw new TypeError(`Cannot pack ${formatCase(c)}: it is not a drawn head`);
  }
  return {
    case: c,
    score,
    validationScore,
    epochs,
    bestEpoch,
    digests: { weights, outputs, predictions, labels },
    ...encoder !== undefined && { encoder },
  };
}

/** The text of a file, one head per line. */
export function formatPackedHeads({ dataset, heads }: PackedHeads): string {
  const head = JSON.stringify({ schemaVersion: 1, numericVersion: NUMERIC_VERSION, dataset });
  const lines = heads.map((head) => JSON.stringify({ ...head, case: formatCase(head.case) }));
  return `${head.slice(0, -1)},"heads":[\n${lines.join(",\n")}\n]}\n`;
}

/** The packed heads of a results folder; null if it has none. */
export async function readPackedHeads(store: Store): Promise<PackedHeads | null> {
  const text = await store.readText(PACKED_HEADS_FILE);
  return text === null ? null : parsePackedHeads(text, `${store.directory}/${PACKED_HEADS_FILE}`);
}

/** Reads the text of a file. Throws a StoreError if it is not one; `path` is for the message. */
export function parsePackedHeads(text: string, path: string): PackedHeads {
  const refuse = (reason: string) =>
    new StoreError(`Cannot use the heads in ${path}: ${reason}; get the file from the repository`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`it is not JSON (${error instanceof Error ? error.message : error})`);
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refuse(`${issue.path.join(".") || "whole file"}: ${issue.message}`);
  }
  return { dataset: parsed.data.dataset, heads: parsed.data.heads };
}
