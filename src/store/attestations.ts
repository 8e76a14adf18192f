/** What a file of attestations must satisfy: `attest.ts` says what they are, and makes them. */
import { z } from "zod";
import { ENGINE_NAMES } from "../engines/engine_name.ts";
import { parseCase } from "../matrix/case.ts";
import { parseJson } from "../parse_json.ts";
import { type Attestation, sealOf } from "./attest.ts";
import { StoreError } from "./store_error.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const attestationSchema: z.ZodType<Attestation> = z.strictObject({
  case: z.string().refine(isCase, { message: "there is no such case" }),
  dataset: z.strictObject({ name: z.enum(["mnist", "strokes"]), sha256 }),
  engine: z.enum(ENGINE_NAMES),
  numericVersion: z.int().positive(),
  digests: z.strictObject({ weights: sha256, outputs: sha256 }),
  build: z.string().min(1).max(40),
  compiler: z.string().min(1).max(120).nullable(),
  kernels: sha256,
  sources: sha256.nullable(),
  platform: z.strictObject({ os: z.string().max(40), arch: z.string().max(40) }),
  runtime: z.string().min(1).max(120),
  date: z.iso.date(),
  seal: sha256,
});

const fileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  attestations: z.array(attestationSchema).max(100_000),
});

/** Reads a file's text. Throws a StoreError if it is none, or an entry was edited. */
export async function parseAttestations(text: string, path: string): Promise<Attestation[]> {
  const refuse = (reason: string) =>
    new StoreError(
      `Cannot use the attestations in ${path}: ${reason}; verify --attest and the live page write them`,
    );
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw refuse(`it is not JSON (${error instanceof Error ? error.message : error})`);
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refuse(`${issue.path.join(".") || "whole file"}: ${issue.message}`);
  }
  for (const { seal, ...entry } of parsed.data.attestations) {
    if (seal !== await sealOf(entry)) throw refuse(`the entry of ${entry.case} was edited`);
  }
  return parsed.data.attestations;
}

function isCase(name: string): boolean {
  try {
    return parseCase(name).seed !== null;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
