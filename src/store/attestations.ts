/**
 * Attestations: independent runs that came to published digests. An entry says which case was
 * repeated, by which build, on what platform and when. `verify --attest` writes entries, and nothing
 * else does: each has a seal, the digest of all that it says, so an entry that was edited is refused.
 * The seal keeps mistakes out, not forgers: whoever doubts an entry runs its case again.
 * @module
 */
import { parseJson } from "../parse_json.ts";
import { z } from "zod";
import { ENGINE_NAMES } from "../engines/engine_name.ts";
import { formatCase, parseCase } from "../matrix/case.ts";
import { sha256HexOfText } from "../sha256.ts";
import type { OkRecord } from "./record.ts";
import { StoreError } from "./store_error.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const attestationSchema = z.strictObject({
  /** For example `fc@250#0`. */
  case: z.string().refine(isCase, { message: "there is no such case" }),
  dataset: z.strictObject({ name: z.enum(["mnist", "strokes"]), sha256 }),
  engine: z.enum(ENGINE_NAMES),
  numericVersion: z.int().positive(),
  digests: z.strictObject({ weights: sha256, outputs: sha256 }),
  /** The engine's build, for example `wasm-emulated` or `native-avx2`. */
  build: z.string().min(1).max(40),
  /** What compiled native code, as it names itself; null for WebAssembly. */
  compiler: z.string().min(1).max(120).nullable(),
  /** SHA-256 of the kernels' bytes, and of the sources that decide numbers. */
  kernels: sha256,
  sources: sha256.nullable(),
  platform: z.strictObject({ os: z.string().max(40), arch: z.string().max(40) }),
  /** What ran it, for example `Deno 2.9.6, V8 15.0.245.2` or a browser and its version. */
  runtime: z.string().min(1).max(120),
  /** The day of the run, UTC. */
  date: z.iso.date(),
  /** SHA-256 of the JSON of all fields above. */
  seal: sha256,
});

const fileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  attestations: z.array(attestationSchema).max(100_000),
});

/** One run that repeated published digests. */
export type Attestation = z.infer<typeof attestationSchema>;

/** What a record does not say of its run. */
interface Unrecorded {
  /** What compiled native code. */
  readonly compiler?: string | null;
  /** What its runtime cannot see, such as an emulator. */
  readonly runtimeNote?: string | null;
}

/** The entry of a run, from its record. Throws a TypeError for a run that says too little. */
export async function attest(
  record: OkRecord,
  { compiler = null, runtimeNote = null }: Unrecorded = {},
): Promise<Attestation> {
  const { case: c, dataset: { name, sha256 }, engine, numericVersion, result, provenance } = record;
  const { backend, kernels, sources = null, machine: { os, arch }, versions, startedAt } =
    provenance;
  if (name === "idx" || kernels === null) {
    throw new TypeError(`Cannot attest ${formatCase(c)}: nothing of its kind is published`);
  }
  const { weights, outputs } = result.digests;
  const runtime = versions["browser"] ?? `Deno ${versions["deno"]}, V8 ${versions["v8"]}`;
  return await seal({
    case: formatCase(c),
    dataset: { name, sha256 },
    engine,
    numericVersion,
    digests: { weights, outputs },
    build: backend,
    compiler,
    kernels,
    sources,
    platform: { os, arch },
    runtime: runtimeNote === null ? runtime : `${runtime}, ${runtimeNote}`,
    date: startedAt.slice(0, 10),
  });
}

/** An entry with its seal, in the order of the schema. */
export async function seal(entry: Omit<Attestation, "seal">): Promise<Attestation> {
  return { ...entry, seal: await sealOf(entry) };
}

async function sealOf(entry: Omit<Attestation, "seal">): Promise<string> {
  const { dataset, digests, platform, ...fields } = entry;
  const sorted = (value: object) => Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return await sha256HexOfText(
    JSON.stringify([fields, dataset, digests, platform].map((part) => sorted(part))),
  );
}

/** The text of a file of attestations, one entry per line. */
export function formatAttestations(attestations: readonly Attestation[]): string {
  const lines = attestations.map((attestation) => JSON.stringify(attestation));
  return `{"schemaVersion":1,"attestations":[\n${lines.join(",\n")}\n]}\n`;
}

/** Reads a file's text. Throws a StoreError if it is none, or an entry was edited. */
export async function parseAttestations(text: string, path: string): Promise<Attestation[]> {
  const refuse = (reason: string) =>
    new StoreError(
      `Cannot use the attestations in ${path}: ${reason}; verify --attest writes them`,
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
