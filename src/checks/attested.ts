/**
 * What attestations say of a published record. A run counts only if it can be told apart from the run
 * that made the record: a record never attests itself.
 * @module
 */
import { countOf, formatCount } from "../figures.ts";
import { type Attestation, UNKNOWN } from "../store/attest.ts";
import type { CaseRecord, CaseResult, Provenance } from "../store/record.ts";
import { describeDifference, differencesOf } from "./compare_results.ts";

/** What the attestations of a published record come to. */
export interface Attested {
  /** Independent runs with the record's digests, each once. */
  readonly repeatedBy: readonly Attestation[];
  /** How attestations contradict the record, in words. */
  readonly contradictions: readonly string[];
}

/** Whether two records are of one run: copies of one another, whatever was edited since. */
export function isSameRun(one: CaseRecord, other: CaseRecord): boolean {
  return one.provenance.startedAt === other.provenance.startedAt;
}

/**
 * Whether an attested run is another one than the run of a record: by another build, on another
 * platform, in another runtime, or on another day. If all of these are the same it may be the very
 * run that made the record. What is unknown counts as the same.
 */
export function isIndependent(entry: Attestation, provenance: Provenance): boolean {
  const { backend, kernels, machine: { os, arch }, versions, startedAt } = provenance;
  const differs = (theirs: string | null | undefined, ours: string | null) =>
    theirs != null && theirs !== UNKNOWN && ours !== null && ours !== UNKNOWN && theirs !== ours;
  return differs(entry.build, backend) || differs(entry.kernels, kernels) ||
    differs(entry.platform.os, os) || differs(entry.platform.arch, arch) ||
    differs(entry.runtime, runtimeOf(versions)) || differs(entry.date, startedAt.slice(0, 10));
}

/** The runtime that versions name, as an attestation says it. */
function runtimeOf(versions: Provenance["versions"]): string | null {
  const { browser, deno, v8 } = versions;
  if (browser !== undefined) return browser;
  return deno === undefined || v8 === undefined ? null : `Deno ${deno}, V8 ${v8}`;
}

/**
 * What the entries on a case say of what is published.
 *
 * @param published null if nothing is
 * @param provenance of the published record; null if only its digests were kept
 */
export function attestedBy(
  published: Pick<CaseResult, "digests"> | null,
  provenance: Provenance | null,
  entries: readonly Attestation[],
): Attested {
  const distinct = [...new Map(entries.map((entry) => [entry.seal, entry])).values()];
  const contradictions = distinct.map((entry) => contradictionBy(entry, published));
  return {
    repeatedBy: distinct.filter((entry, i) =>
      contradictions[i] === null && (provenance === null || isIndependent(entry, provenance))
    ),
    contradictions: contradictions.filter((words) => words !== null),
  };
}

/** Null if an entry does not contradict what is published. */
function contradictionBy(
  entry: Attestation,
  published: Pick<CaseResult, "digests"> | null,
): string | null {
  const of = `the attestation of ${sayRun(entry)}`;
  if (published === null) return `${of} is of a case that is not published`;
  const { weights, outputs } = published.digests;
  const [first] = differencesOf({ digests: { weights, outputs } }, { digests: entry.digests });
  if (first === undefined) return null;
  return `${of} contradicts it: ${describeDifference(first, "the record")}`;
}

/** Which run an entry is of: `native-avx2, clang version 22.1.8, linux x86_64, Deno 2.9.6, 2026-11-27`. */
export function sayRun(entry: Attestation): string {
  const { build, compiler, runtime, date } = entry;
  return [build, ...compiler === null ? [] : [compiler], platformOf(entry), runtime, date].join(
    ", ",
  );
}

/** `linux x86_64`, or `linux` if the browser does not tell the processor. */
export function platformOf({ platform: { os, arch } }: Attestation): string {
  return arch === UNKNOWN ? os : `${os} ${arch}`;
}

/** How many of the cases that are published records were repeated, and by what. */
export interface AttestedCount {
  readonly published: number;
  readonly repeated: number;
  /** Builds of the engine, each compiler's for itself. */
  readonly builds: number;
  readonly platforms: number;
  readonly runtimes: number;
}

/** Null if none of the cases is a published record. */
export function countAttested(
  cases: readonly { readonly attested: Attested | null }[],
): AttestedCount | null {
  const published = cases.flatMap(({ attested }) => attested === null ? [] : [attested]);
  if (published.length === 0) return null;
  const entries = published.flatMap(({ repeatedBy }) => repeatedBy);
  const distinct = (of: (entry: Attestation) => string) => new Set(entries.map(of)).size;
  return {
    published: published.length,
    repeated: published.filter(({ repeatedBy }) => repeatedBy.length > 0).length,
    builds: distinct(({ build, compiler }) => `${build} ${compiler}`),
    platforms: distinct(platformOf),
    runtimes: distinct(({ runtime }) => runtime),
  };
}

/** `2 of 266 published cases were repeated bit for bit by 7 builds`. */
export function sayAttested({ published, repeated, builds }: AttestedCount): string {
  const by = `bit for bit by ${countOf(builds, "build")}`;
  if (published === 1) {
    return repeated === 1
      ? `The one published case was repeated ${by}`
      : "No other run has repeated the one published case yet";
  }
  if (repeated === 0) {
    return `No other run has repeated any of the ${formatCount(published)} published cases yet`;
  }
  return repeated === published
    ? `All ${formatCount(published)} published cases were repeated ${by}`
    : `${formatCount(repeated)} of ${formatCount(published)} published cases ${
      repeated === 1 ? "was" : "were"
    } repeated ${by}`;
}
