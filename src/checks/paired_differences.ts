/**
 * What heads on a vae's embedding score more than heads on an ae's, seed by seed: for each number of
 * latents, of labels, and both, with 95 % confidence intervals over seeds (Student's t). Of the exact
 * engine and one numeric version only. Each interval holds by itself.
 * @module
 */
import { isEncoder, isOriginal } from "../matrix/case.ts";
import type { ModelName } from "../matrix/models.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { decide, type Decision } from "./statistics/contrasts.ts";
import { exactMean } from "./statistics/exact_mean.ts";
import { meanInterval } from "./statistics/sample_intervals.ts";
import type { CheckedCase } from "./verdict.ts";

/** What is compared, and with what. */
const PAIRS = [
  { model: "vae", than: "ae" },
  { model: "wide-vae", than: "wide-ae" },
] as const satisfies readonly { readonly model: ModelName; readonly than: ModelName }[];

export type ComparedHead = (typeof PAIRS)[number]["model"];

/** Test accuracy of `model` less that of `than`, as a fraction, over the seeds that both have. */
export interface PairedDifference {
  readonly model: ComparedHead;
  readonly than: ModelName;
  /** Null if each seed's differences are averaged over several numbers of latents. */
  readonly latents: number | null;
  /** Null if each seed's differences are averaged over several numbers of labels. */
  readonly labels: number | null;
  /** The numbers of latents, and of labels, that every seed has both scores for. */
  readonly overLatents: readonly number[];
  readonly overLabels: readonly number[];
  /** False for an average from which is left out what not every seed has. */
  readonly complete: boolean;
  readonly seeds: readonly number[];
  readonly mean: number;
  /** The interval; null where there is but one seed. */
  readonly lo: number | null;
  readonly hi: number | null;
  readonly decision: Decision;
}

/** A difference that is the same in two of these lists is the same one, shown once. */
export interface PairedDifferences {
  /** One per number of latents: averaged over the numbers of labels that every seed has. */
  readonly byLatents: readonly PairedDifference[];
  /** One per number of labels: averaged over the numbers of latents that every seed has. */
  readonly byLabels: readonly PairedDifference[];
  /** Averaged over nothing. */
  readonly byBoth: readonly PairedDifference[];
  /** Heads with a score that are of another engine or numeric version. */
  readonly leftOut: number;
}

/** One seed's two scores, for one number of latents and of labels. */
interface Pair {
  readonly model: ComparedHead;
  readonly than: ModelName;
  readonly latents: number;
  readonly labels: number;
  readonly seed: number;
  readonly score: number;
  readonly other: number;
}

export function pairedDifferences(
  cases: readonly CheckedCase[],
  numericVersion: number = NUMERIC_VERSION,
): PairedDifferences {
  const heads = cases.filter(({ case: c, record }) =>
    c.latents !== null && !isEncoder(c) && isOriginal(c) && record?.status === "ok"
  );
  const compared = heads.filter(({ engine, record }) =>
    engine === "exact" && record!.numericVersion === numericVersion
  );
  const pairs = pairsOf(compared);
  return {
    byLatents: groups(pairs, ({ latents }) => latents),
    byLabels: groups(pairs, ({ labels }) => labels),
    byBoth: groups(pairs, ({ latents, labels }) => `${latents},${labels}`),
    leftOut: heads.length - compared.length,
  };
}

function pairsOf(heads: readonly CheckedCase[]): Pair[] {
  const key = (model: ModelName, { latents, labels, seed }: CheckedCase["case"]) =>
    [model, latents, labels, seed].join();
  const scores = new Map(
    heads.map(({ case: c, record }) =>
      [key(c.model, c), record?.status === "ok" ? record.result.score : NaN] as const
    ),
  );
  return heads.flatMap(({ case: c }) => {
    const pair = PAIRS.find(({ model }) => model === c.model);
    const other = pair && scores.get(key(pair.than, c));
    if (pair === undefined || other === undefined) return [];
    const score = scores.get(key(c.model, c))!;
    return [{ ...pair, latents: c.latents!, labels: c.labels!, seed: c.seed, score, other }];
  });
}

/** One difference for each pair of models and each place, in their order. */
function groups(
  pairs: readonly Pair[],
  placeOf: (pair: Pair) => number | string,
): PairedDifference[] {
  const grouped = Map.groupBy(pairs, (pair) => `${pair.model} ${placeOf(pair)}`);
  return [...grouped.values()]
    .flatMap((members) => {
      const shared = sharedBySeeds(members);
      if (shared.length === 0) return [];
      const difference = differenceOf(shared);
      const averaged = difference.latents === null || difference.labels === null;
      return [{ ...difference, complete: !averaged || shared.length === members.length }];
    })
    .sort((a, b) =>
      orderOf(a) - orderOf(b) || (a.latents ?? 0) - (b.latents ?? 0) ||
      (a.labels ?? 0) - (b.labels ?? 0)
    );
}

/** The pairs of those numbers of latents and labels that every seed has. */
function sharedBySeeds(pairs: readonly Pair[]): Pair[] {
  const seeds = new Set(pairs.map(({ seed }) => seed)).size;
  const places = Map.groupBy(pairs, ({ latents, labels }) => `${latents},${labels}`);
  return [...places.values()].filter((members) => members.length === seeds).flat();
}

function orderOf({ model }: PairedDifference): number {
  return PAIRS.findIndex((pair) => pair.model === model);
}

function differenceOf(pairs: readonly Pair[]): Omit<PairedDifference, "complete"> {
  const { model, than } = pairs[0]!;
  const bySeed = [...Map.groupBy(pairs, ({ seed }) => seed)].sort(([a], [b]) => a - b);
  const differences = bySeed.map(([, members]) =>
    exactMean(members.flatMap(({ score, other }) => [score, -other]), members.length)
  );
  const overLatents = distinct(pairs.map((pair) => pair.latents));
  const overLabels = distinct(pairs.map((pair) => pair.labels));
  const interval = differences.length < 2 ? null : meanInterval(differences);
  return {
    ...{ model, than, overLatents, overLabels },
    latents: overLatents.length === 1 ? overLatents[0]! : null,
    labels: overLabels.length === 1 ? overLabels[0]! : null,
    seeds: bySeed.map(([seed]) => seed),
    mean: interval?.mean ?? differences[0]!,
    lo: interval?.lo ?? null,
    hi: interval?.hi ?? null,
    decision: interval === null ? "too few pairs" : decide(interval),
  };
}

/** The differences without those that say the same of the same heads. */
export function distinctDifferences(all: readonly PairedDifference[]): PairedDifference[] {
  return [...new Map(all.map((d) => [[d.model, d.latents, d.labels].join(), d])).values()];
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
