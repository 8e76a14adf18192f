/**
 * Attestations: independent runs that came to published digests. An entry says which case was
 * repeated, by which build, on what platform and when. `verify --attest` and the live page write
 * entries, and nothing else does: each has a seal, the digest of all that it says, so an entry that
 * was edited is refused. The seal keeps mistakes out, not forgers: whoever doubts an entry runs its
 * case again. `attestations.ts` reads them.
 * @module
 */
import type { EngineName } from "../engines/engine_name.ts";
import { formatCase } from "../matrix/case.ts";
import { sha256HexOfText } from "../sha256.ts";
import type { OkRecord } from "./record.ts";

/** In place of what a run cannot know of its platform, as a browser that keeps it to itself. */
export const UNKNOWN = "unknown";

/** One run that repeated published digests. */
export interface Attestation {
  /** For example `fc@250#0`. */
  readonly case: string;
  readonly dataset: { readonly name: "mnist" | "strokes"; readonly sha256: string };
  readonly engine: EngineName;
  readonly numericVersion: number;
  readonly digests: { readonly weights: string; readonly outputs: string };
  /** The engine's build, for example `wasm-emulated` or `native-avx2`. */
  readonly build: string;
  /** What compiled native code, as it names itself; null for WebAssembly. */
  readonly compiler: string | null;
  /** SHA-256 of the kernels' bytes, and of the sources that decide numbers. */
  readonly kernels: string;
  readonly sources: string | null;
  readonly platform: { readonly os: string; readonly arch: string };
  /** What ran it, for example `Deno 2.9.6, V8 15.0.245.2` or a browser and its version. */
  readonly runtime: string;
  /** The day of the run, UTC. */
  readonly date: string;
  /** SHA-256 of the JSON of all fields above. */
  readonly seal: string;
}

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

/** The digest of all that an entry says. */
export async function sealOf(entry: Omit<Attestation, "seal">): Promise<string> {
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
