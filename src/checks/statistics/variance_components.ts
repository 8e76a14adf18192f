/**
 * How much of the variance of scores comes from encoders, from draws, and from the rest.
 * @module
 */
import { mean } from "simple-statistics";

/** With one kind of encoder, "seed" cannot be told from "encoder", nor "draw" from "rest". */
export type VarianceSource =
  | "seed"
  | "encoder"
  | "draw"
  | "rest"
  | "seed and encoder"
  | "draw and rest";

export interface VarianceComponent {
  readonly source: VarianceSource;
  readonly degreesOfFreedom: number;
  readonly meanSquare: number;
  /** The ANOVA estimate, in the unit of the scores squared. It may be below 0. */
  readonly estimate: number;
  /** The estimate, or 0 if that is below 0. */
  readonly variance: number;
  /** Says that the variance was set to 0, else null. */
  readonly note: string | null;
}

/**
 * Splits the variance of scores by the ANOVA method for balanced data: mean squares are set equal to
 * their expectations. `scores[kind][seed][draw]` are scores of heads, all with the same reading, as
 * fractions or in any other unit.
 *
 * The model is y = m(kind) + S(seed) + E(kind, seed) + D(seed, draw) + R(kind, seed, draw), where kinds
 * are fixed and the rest are independent random effects with mean 0. A draw decides the label subset
 * and the head's seed, and is equal for all kinds. Draw 1 of one seed has nothing in common with
 * draw 1 of another one, so draws are nested in seeds. What is estimated:
 *
 * - seed: what the encoders of all kinds with one seed have in common. It is not in paired
 *   differences of kinds.
 * - encoder: what one encoder has of its own, beside the mean of its kind. Seed and encoder together
 *   are the variance between encoders of one kind.
 * - draw: what a label subset and a head's seed, which always come together, do to all kinds alike. It
 *   is not in paired differences either.
 * - rest: how one encoder differs from the others in its response to one draw. Scores repeat to the
 *   last bit, so there is no noise of measurement.
 *
 * Only several kinds that share draws make a draw's effect visible. With one kind it stays in
 * "draw and rest", as the seed's stays in "seed and encoder". The test images are the same throughout,
 * so how much they happen to favour a score is in no component. Readings of one encoder are not kinds:
 * what they have in common would count as "seed".
 *
 * The variance of a paired difference of two kinds, averaged over d draws, is 2 encoder + 2 rest / d.
 *
 * Throws a RangeError unless there are at least one kind, two seeds and two draws, each kind has scores
 * for all of them, and all are finite.
 *
 * Source: Searle, Casella and McCulloch, "Variance Components" (1992), chapter 4.
 */
export function varianceComponents(
  scores: readonly (readonly (readonly number[])[])[],
): VarianceComponent[] {
  const { kinds, seeds, draws } = shapeOf(scores);
  const all = scores.flat(2);
  const grand = mean(all);
  const kindMeans = scores.map((seeds) => mean(seeds.flat()));
  const encoderMeans = scores.map((seeds) => seeds.map((draws) => mean([...draws])));
  const seedMeans = range(seeds).map((s) => mean(encoderMeans.map((means) => means[s]!)));
  const drawMeans = range(seeds).map((s) =>
    range(draws).map((d) => mean(scores.map((kind) => kind[s]![d]!)))
  );

  let [seedSum, encoderSum, drawSum, restSum] = [0, 0, 0, 0];
  for (const s of range(seeds)) {
    const seed = seedMeans[s]!;
    seedSum += kinds * draws * (seed - grand) ** 2;
    for (const d of range(draws)) drawSum += kinds * (drawMeans[s]![d]! - seed) ** 2;
    for (const k of range(kinds)) {
      const encoder = encoderMeans[k]![s]!;
      encoderSum += draws * (encoder - seed - kindMeans[k]! + grand) ** 2;
      for (const d of range(draws)) {
        restSum += (scores[k]![s]![d]! - encoder - drawMeans[s]![d]! + seed) ** 2;
      }
    }
  }

  const degrees = {
    seed: seeds - 1,
    encoder: (kinds - 1) * (seeds - 1),
    draw: seeds * (draws - 1),
    rest: (kinds - 1) * seeds * (draws - 1),
  };
  // With one kind, nothing varies between kinds: both sums are 0, and the formulas below still hold.
  const over = (sum: number, degrees: number) => degrees === 0 ? 0 : sum / degrees;
  const squares = {
    seed: over(seedSum, degrees.seed),
    encoder: over(encoderSum, degrees.encoder),
    draw: over(drawSum, degrees.draw),
    rest: over(restSum, degrees.rest),
  };
  const estimates = {
    seed: (squares.seed - squares.encoder - squares.draw + squares.rest) / (kinds * draws),
    encoder: (squares.encoder - squares.rest) / draws,
    draw: (squares.draw - squares.rest) / kinds,
    rest: squares.rest,
  };
  // An estimate below this is only the rounding of sums.
  const largest = Math.max(...all.map(Math.abs));
  const noise = 1e-12 * Math.max(...Object.values(squares)) + 1e-24 * largest ** 2;
  const component = (part: keyof typeof squares, source: VarianceSource = part) => {
    const estimate = Math.abs(estimates[part]) <= noise ? 0 : estimates[part];
    return {
      source,
      degreesOfFreedom: degrees[part],
      meanSquare: squares[part],
      estimate,
      variance: Math.max(0, estimate),
      note: estimate < 0 ? "the estimate is below 0, so 0 is reported" : null,
    };
  };
  return kinds === 1
    ? [component("seed", "seed and encoder"), component("draw", "draw and rest")]
    : [component("seed"), component("encoder"), component("draw"), component("rest")];
}

function shapeOf(scores: readonly (readonly (readonly number[])[])[]) {
  const kinds = scores.length;
  const seeds = scores[0]?.length ?? 0;
  const draws = scores[0]?.[0]?.length ?? 0;
  if (kinds < 1 || seeds < 2 || draws < 2) {
    throw new RangeError(
      `Cannot split the variance of ${kinds} kinds, ${seeds} seeds and ${draws} draws: at least 1, 2 ` +
        "and 2 are needed",
    );
  }
  const balanced = scores.every((kind) =>
    kind.length === seeds &&
    kind.every((row) => row.length === draws && row.every(Number.isFinite))
  );
  if (!balanced) {
    throw new RangeError(
      "Cannot split the variance: some kind lacks a finite score for a seed and draw that others have; " +
        "leave that seed out of all kinds",
    );
  }
  return { kinds, seeds, draws };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
