/**
 * What several seeds of the same configuration say: their mean, and what one configuration is ahead
 * of another one, both with 95 % confidence intervals (Student's t). Of today's numeric version only.
 * @module
 */
import { type EngineName, withEngine } from "../engines/engine_name.ts";
import { type Configuration, formatConfiguration, isEncoder, metricOf } from "../matrix/case.ts";
import type { ModelName } from "../matrix/models.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Metric } from "../training/score.ts";
import { decide, type Decision, FEWEST_PAIRS } from "./statistics/contrasts.ts";
import { exactDifference } from "./statistics/exact_mean.ts";
import { type MeanInterval, meanInterval } from "./statistics/sample_intervals.ts";
import type { CheckedCase } from "./verdict.ts";

/** The mean score of a configuration, as a fraction or in nats. */
export interface SeedMean extends MeanInterval {
  /** The configuration, with the engine's name where that is not ours. */
  readonly name: string;
  readonly engine: EngineName;
  readonly metric: Metric;
  readonly seeds: readonly number[];
}

/** Scores of `name` less those of `than`, seed by seed, as fractions or in nats. */
export interface SeedDifference extends SeedMean {
  readonly than: string;
  /** Whether the score of `name` is above or below that of `than`. */
  readonly decision: Decision;
  /** The decision in words, with what it rests on. */
  readonly words: string;
}

export interface OverSeeds {
  readonly means: readonly SeedMean[];
  readonly differences: readonly SeedDifference[];
}

/** The model that another one is compared with, where all else is the same. */
const COMPARED_WITH: { readonly [model in ModelName]?: ModelName } = {
  "conv": "fc",
  "vae": "ae",
  "wide-vae": "wide-ae",
};

interface Group {
  readonly configuration: Configuration;
  readonly engine: EngineName;
  /** Score by seed. */
  readonly scores: Map<number, number>;
}

/** Statistics of all configurations but draws, and pairs of them, with a score for two or more seeds. */
export function overSeeds(cases: readonly CheckedCase[]): OverSeeds {
  const groups = new Map<string, Group>();
  for (const { case: c, engine, record } of cases) {
    if (c.draw !== null) continue;
    if (record?.status !== "ok" || record.numericVersion !== NUMERIC_VERSION) continue;
    const name = nameOf(c, engine);
    const group = groups.get(name) ?? { configuration: c, engine, scores: new Map() };
    group.scores.set(c.seed, record.result.score);
    groups.set(name, group);
  }
  const means: SeedMean[] = [];
  const differences: SeedDifference[] = [];
  for (const [name, { configuration, engine, scores }] of groups) {
    const common = { name, engine, metric: metricOf(configuration) };
    if (scores.size >= 2) {
      means.push({ ...common, seeds: [...scores.keys()], ...meanInterval([...scores.values()]) });
    }
    const model = COMPARED_WITH[configuration.model];
    if (model === undefined) continue;
    const than = nameOf({ ...configuration, model }, engine);
    const others = groups.get(than)?.scores;
    const seeds = [...scores.keys()].filter((seed) => others?.has(seed));
    if (seeds.length < 2) continue;
    const interval = meanInterval(
      seeds.map((seed) => exactDifference(scores.get(seed)!, others!.get(seed)!)),
    );
    const decision = decide(interval);
    const words = inWords(decision, name, interval.n, configuration);
    differences.push({ ...common, than, seeds, ...interval, decision, words });
  }
  return { means, differences };
}

function nameOf(configuration: Configuration, engine: EngineName): string {
  return withEngine(formatConfiguration(configuration), engine);
}

function inWords(
  decision: Decision,
  name: string,
  pairs: number,
  configuration: Configuration,
): string {
  if (decision === "too few pairs") {
    return `undecided: ${pairs} pairs are too few, ${FEWEST_PAIRS} are the least`;
  }
  if (decision === "undecided") return "undecided: the interval holds 0";
  const what = isEncoder(configuration) ? `the loss of ${name}` : name;
  // Of encoders, so that nobody takes one loss for the other.
  const but = isEncoder(configuration) ? "; only a vae's loss has a KL term" : "";
  return `${what} is ${decision}: the interval excludes 0${but}`;
}
