/**
 * The verdict on one case. Where the published reference holds the same case, seed and numeric
 * version, the digests decide; elsewhere the band does.
 * @module
 */
import { type EngineName, withEngine } from "../engines/engine_name.ts";
import { type Case, formatCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { CaseRecord } from "../store/record.ts";
import type { StoredRecord } from "../store/store.ts";
import type { Band } from "./bands.ts";
import { formatScore } from "./format_score.ts";
import type { CheckedCase, Verdict } from "./verdict.ts";

/** What a case is held against. */
export interface Expectation {
  readonly band: Band | null;
  /** Who measured the band. */
  readonly origin: string;
  /** The published record of the same case, dataset, engine and numeric version. */
  readonly reference: CaseRecord | null;
}

/** What tells a checked case from all others: its name, and its engine where that is not ours. */
export function checkedId(c: Case, engine: EngineName): string {
  return withEngine(formatCase(c), engine);
}

export function checkCase(
  c: Case,
  engine: EngineName,
  stored: StoredRecord | null,
  { band, origin, reference }: Expectation,
): CheckedCase {
  const published = reference?.status === "ok" ? reference.result.digests : null;
  const [verdict, reason] = judge(stored?.record ?? null, band, published);
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
      origin,
    },
    reference: published,
    verdict,
    reason,
  };
}

const WORSE = "worse than this model does";
const BETTER = "too good to be this model";

function judge(
  record: CaseRecord | null,
  band: Band | null,
  published: { weights: string; outputs: string } | null,
): [Verdict, string] {
  if (record === null) return ["missing", "there is no record of this case"];
  if (record.numericVersion !== NUMERIC_VERSION) {
    return [
      "stale",
      `the record is of numeric version ${record.numericVersion}, today's is ${NUMERIC_VERSION}`,
    ];
  }
  if (record.status === "failed") return ["failed", record.failure.message];
  const { metric, score, digests } = record.result;
  if (published !== null) {
    for (const part of ["weights", "outputs"] as const) {
      if (digests[part] === published[part]) continue;
      return [
        "differs",
        `the ${part} have digest ${digests[part].slice(0, 12)}, ` +
        `the published reference has ${published[part].slice(0, 12)}`,
      ];
    }
    return ["pass", "the same bits as the published reference"];
  }
  if (band === null) return ["no-band", "no band was measured for this case"];
  const [found, lo, hi] = [score, band.lo, band.hi].map((value) => formatScore(metric, value));
  const where = `${found} against the band ${lo} to ${hi}`;
  const [low, high] = metric === "accuracy" ? [WORSE, BETTER] : [BETTER, WORSE];
  if (score < band.lo) return ["low", `${where}: ${low}`];
  if (score > band.hi) return ["high", `${where}: ${high}`];
  return ["pass", where];
}
