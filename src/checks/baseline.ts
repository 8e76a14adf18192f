/**
 * What a classifier is held against beside its band: `fc` with the same labels and seed. Bands are
 * wide where there are few seeds, and may hold the very score that a model is claimed to exceed.
 * @module
 */
import { type Case, type Configuration, formatCase, isEncoder } from "../matrix/case.ts";
import { type Band, type Bands, findBand } from "./bands.ts";
import { exactDifference } from "./statistics/exact_mean.ts";
import { meanAndSd } from "./statistics/sample_intervals.ts";
import { studentUpperP } from "./statistics/students_t.ts";

/** A case, and its score, which has to be exceeded. */
export interface Baseline {
  readonly name: string;
  readonly score: number;
  /** The probability that one more seed does not exceed it, by the published ones. */
  readonly chance: number;
}

/** Above this probability nothing is asked: also a right run would be below now and then. */
const MOST_CHANCE = 0.005;
const FEWEST_PAIRS = 6;

/**
 * The baseline of a case; null if it has none, or if published scores do not say that it must be
 * above.
 *
 * @param scoreOf what `fc` came to by the same engine, or else by ours; null if nobody ran it
 */
export function baselineOf(
  c: Case,
  bands: Bands,
  datasetSha256: string,
  scoreOf: (fc: Case) => number | null,
): Baseline | null {
  if (c.model === "fc" || isEncoder(c)) return null;
  const fc: Case = { ...c, model: "fc", latents: null, unlabelled: null, reading: null };
  const [band, below] = [c, fc].map((one: Configuration) => findBand(bands, datasetSha256, one));
  const chance = band && below ? chanceNotAbove(band, below) : null;
  const score = scoreOf(fc);
  if (chance === null || chance > MOST_CHANCE || score === null) return null;
  return { name: formatCase(fc), score, chance };
}

/**
 * The probability that one more seed of `band` does not score above the same seed of `below`: Student's
 * t, from the differences of the seeds that both have. Null for fewer than six.
 */
export function chanceNotAbove(band: Band, below: Band): number | null {
  const differences = band.seeds.flatMap((seed, i) => {
    const at = below.seeds.indexOf(seed);
    return at < 0 ? [] : [exactDifference(band.scores[i]!, below.scores[at]!)];
  });
  if (differences.length < FEWEST_PAIRS) return null;
  const { n, mean, sd } = meanAndSd(differences);
  if (sd === 0) return mean > 0 ? 0 : 1;
  return studentUpperP(mean / (sd * Math.sqrt(1 + 1 / n)), n - 1);
}
