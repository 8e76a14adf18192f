/**
 * The verdict on one case. If the published reference holds the same case, seed and numeric version,
 * all of the result must be the published one; of an engine that promises no bits, what it has in
 * common with the published run must agree. The published record itself is never compared with itself:
 * instead no attestation may contradict it. In any case the result must agree with itself, be above
 * the baseline where that is known, and its score must be in the band.
 * @module
 */
import { type EngineName, withEngine } from "../engines/engine_name.ts";
import {
  countOf,
  decimalsThatTell,
  formatExponent,
  formatScore,
  formatScoreRange,
  shortDigest,
} from "../figures.ts";
import { type Case, formatCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { CaseRecord, CaseResult } from "../store/record.ts";
import type { StoredRecord } from "../store/store.ts";
import type { Attested } from "./attested.ts";
import type { Band } from "./bands.ts";
import { describeDifference, differencesOf, type PartOfResult } from "./compare_results.ts";
import type { Baseline } from "./baseline.ts";
import { contradictionIn } from "./self_check.ts";
import { compareWithTwin, type Finding, partingEpoch } from "./twin.ts";
import type { CheckedCase, Verdict } from "./verdict.ts";

/** What a case is held against. */
export interface Expectation {
  readonly band: Band | null;
  /** Who measured the band. */
  readonly origin: string;
  /**
   * What is published of the same case, dataset, engine and numeric version; null if the record is
   * the published one.
   */
  readonly reference: PublishedResult | null;
  /** If the record is the published one: what attestations say of it. */
  readonly attested: Attested | null;
  /** The published weights of the encoder that a head of the exact engine must have learned from. */
  readonly encoder: string | null;
  /** Of an engine that promises no bits: what is published of the same case by the exact engine. */
  readonly twin: PublishedResult | null;
  /** What its score must exceed; null if nothing is known of it. */
  readonly baseline: Baseline | null;
  /** Of the dataset, if they are known: predictions then come to a score. */
  readonly testLabels: Uint8Array | null;
}

/** A published result, or the part of it that was kept. */
export type PublishedResult = PartOfResult & Pick<CaseResult, "digests">;

/** What tells a checked case from all others: its name, and its engine where that is not ours. */
export function checkedId(c: Case, engine: EngineName): string {
  return withEngine(formatCase(c), engine);
}

export function checkCase(
  c: Case,
  engine: EngineName,
  stored: StoredRecord | null,
  expectation: Expectation,
): CheckedCase {
  const { band, origin, reference, attested } = expectation;
  const [verdict, reason] = judge(c, stored?.record ?? null, expectation);
  return {
    id: checkedId(c, engine),
    case: c,
    engine,
    record: stored?.record ?? null,
    file: stored?.file ?? null,
    band: band && {
      lo: band.lo,
      hi: band.hi,
      median: band.median,
      n: band.seeds.length,
      inSample: band.seeds.includes(c.seed),
      origin,
    },
    reference: reference &&
      { weights: reference.digests.weights, outputs: reference.digests.outputs },
    attested,
    verdict,
    reason,
  };
}

const REPEATED: [Verdict, string] = ["pass", "the same bits as the published reference"];
const TWIN = "the published run of the same random numbers";
const WORSE = "worse than this model does";
const BETTER = "too good to be this model";

function judge(
  c: Case,
  record: CaseRecord | null,
  { band, reference, attested, encoder, twin, baseline, testLabels }: Expectation,
): [Verdict, string] {
  const [against] = attested?.contradictions ?? [];
  if (record === null) {
    return against === undefined
      ? ["missing", "there is no record of this case"]
      : ["differs", against];
  }
  if (record.numericVersion !== NUMERIC_VERSION) {
    return [
      "stale",
      `the record is of numeric version ${record.numericVersion}, today's is ${NUMERIC_VERSION}`,
    ];
  }
  if (record.status === "failed") return ["failed", record.failure.message];
  const { metric, score } = record.result;
  const [first] = reference === null ? [] : differencesOf(reference, record.result);
  if (first !== undefined) {
    return ["differs", describeDifference(first, "the published reference")];
  }
  const contradiction = contradictionIn(record.result, testLabels);
  if (contradiction !== null) return ["differs", `it contradicts itself: ${contradiction}`];
  if (encoder !== null && record.result.encoder !== encoder) {
    const [theirs, published] = [record.result.encoder ?? "none", encoder].map(shortDigest);
    return [
      "differs",
      `it learned from an encoder of weights ${theirs}, published are ${published}`,
    ];
  }
  if (against !== undefined) return ["differs", against];
  const findings = twin === null ? [] : compareWithTwin(c, record.result, twin);
  const fault = findings.find(({ agrees }) => !agrees);
  if (fault !== undefined) return ["differs", `beside ${TWIN}: ${fault.words}`];
  if (baseline !== null && score <= baseline.score) {
    return [
      "low",
      `${formatScore(metric, score)} is not above the ${formatScore(metric, baseline.score)} of ` +
      `${baseline.name}, which by published seeds has a probability of ` +
      formatExponent(baseline.chance),
    ];
  }
  const repeats = attested?.repeatedBy.length ?? 0;
  const never = attested === null ? [] : ["no other run has repeated it yet"];
  const beside = findings.length === 0 ? [] : [besideTwin(record.result, twin!, findings)];
  if (band === null) {
    if (reference !== null) return REPEATED;
    if (repeats > 0) return ["pass", sayRepeats(repeats)];
    if (findings.some(({ detector }) => detector === "score")) return ["pass", beside.join()];
    return ["no-band", ["no band was measured for this case", ...beside, ...never].join("; ")];
  }
  const limit = score > band.hi ? band.hi : band.lo;
  const decimals = decimalsThatTell(metric, score, limit);
  const where = `${formatScore(metric, score, decimals)} against the band ` +
    formatScoreRange(metric, band.lo, band.hi, decimals);
  const [low, high] = metric === "accuracy" ? [WORSE, BETTER] : [BETTER, WORSE];
  if (score < band.lo) return ["low", `${where}: ${low}`];
  if (score > band.hi) return ["high", `${where}: ${high}`];
  if (reference !== null) return REPEATED;
  const own = band.seeds.includes(c.seed) ? ", whose sample holds this seed" : "";
  const again = repeats > 0 ? [sayRepeats(repeats)] : never;
  return ["pass", [where + own, ...beside, ...again].join("; ")];
}

function sayRepeats(count: number): string {
  return `${countOf(count, "independent run")} came to the same bits`;
}

/** What a run has in common with its twin, in words. */
function besideTwin(
  { curve }: CaseResult,
  twin: PublishedResult,
  findings: readonly Finding[],
): string {
  const parting = partingEpoch(curve, twin.curve ?? []);
  const facts = findings.map(({ words }) => words);
  const parted = parting === null ? "" : `, and they part in epoch ${parting}`;
  return `beside ${TWIN}: ${facts.join(", ")}${parted}`;
}
