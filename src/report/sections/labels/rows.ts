/**
 * What the chart "accuracy against labels" shows: checked cases -> a row for each score, and a row for
 * what the seeds of a configuration say together. Rows are plain values, as they were computed.
 */
import { meanInterval } from "../../../checks/statistics/sample_intervals.ts";
import type { CheckedCase, Verdict } from "../../../checks/verdict.ts";
import { type EngineName, withEngine } from "../../../engines/engine_name.ts";
import { formatSeries, isOriginal } from "../../../matrix/case.ts";
import type { ModelName } from "../../../matrix/models.ts";
import { groupCases } from "../../parts/groups.ts";

type Fraction = number;

/** A case with a score of the present numeric version. */
export interface ScoreRow {
  readonly case: string;
  /** The case without labels and seed, e.g. `fc` or `vae20`, with the engine where it is not ours. */
  readonly series: string;
  readonly model: ModelName;
  readonly latents: number | null;
  readonly engine: EngineName;
  readonly labels: number;
  readonly seed: number;
  readonly accuracy: Fraction;
  readonly verdict: Verdict;
  readonly bandLo: Fraction | null;
  readonly bandHi: Fraction | null;
}

/** What the seeds of one configuration say together. */
export interface SeedsRow {
  readonly series: string;
  readonly model: ModelName;
  readonly latents: number | null;
  readonly engine: EngineName;
  readonly labels: number;
  readonly seeds: number;
  readonly mean: Fraction;
  /** The 95 % confidence interval of the mean; null of a single seed. */
  readonly lo: Fraction | null;
  readonly hi: Fraction | null;
  readonly min: Fraction;
  readonly max: Fraction;
  readonly bandLo: Fraction | null;
  readonly bandHi: Fraction | null;
}

/** The rows of single scores, of cases of the original matrix that have a valid score. */
export function scoreRows(cases: readonly CheckedCase[]): ScoreRow[] {
  return cases.flatMap((c) => {
    const { model, latents, labels, seed } = c.case;
    if (c.record?.status !== "ok" || c.verdict === "stale") return [];
    if (labels === null || !isOriginal(c.case)) return [];
    return [{
      case: c.id,
      series: withEngine(formatSeries(c.case), c.engine),
      ...{ model, latents, engine: c.engine, labels, seed },
      accuracy: c.record.result.score,
      verdict: c.verdict,
      bandLo: c.band?.lo ?? null,
      bandHi: c.band?.hi ?? null,
    }];
  });
}

/** The rows of configurations, in the order in which they are first seen. */
export function seedsRows(cases: readonly CheckedCase[]): SeedsRow[] {
  return groupCases(cases).flatMap((group) => {
    const rows = scoreRows(group.cases);
    if (rows.length === 0) return [];
    const { series, model, latents, engine, labels } = rows[0]!;
    const { bandLo, bandHi } = rows.find((row) => row.bandLo !== null) ?? rows[0]!;
    const scores = rows.map((row) => row.accuracy);
    const interval = scores.length < 2 ? null : meanInterval(scores);
    return [{
      ...{ series, model, latents, engine, labels },
      seeds: rows.length,
      mean: interval?.mean ?? scores[0]!,
      lo: interval?.lo ?? null,
      hi: interval?.hi ?? null,
      min: Math.min(...scores),
      max: Math.max(...scores),
      bandLo,
      bandHi,
    }];
  });
}
