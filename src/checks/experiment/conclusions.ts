/**
 * What the experiment of docs/ae_or_vae.md allows to be said: its hypotheses, each with a verdict and
 * the figures that it rests on, and sentences. Nothing is said without its interval and its number
 * of seeds.
 * @module
 */
import {
  fixed,
  formatCount,
  formatDifference,
  formatDifferenceRange,
  formatP,
} from "../../figures.ts";
import type { EncoderMeasurements } from "../../training/measure_encoder.ts";
import { FEWEST_PAIRS } from "../statistics/contrasts.ts";
import { type MeanInterval, meanInterval } from "../statistics/sample_intervals.ts";
import {
  ALL_KINDS,
  BY_KL_WEIGHT,
  difference,
  type Experiment,
  type Kind,
  PLAN,
  type PrimaryContrast,
  type SecondaryContrast,
  WEIGHTED_KINDS,
} from "./analysis.ts";

export interface Hypothesis {
  readonly name: string;
  readonly claim: string;
  readonly verdict: "supported" | "refuted" | "open";
  readonly because: string;
}

/** A measured encoder with 20 latents. */
export interface MeasuredEncoder {
  readonly kind: Kind;
  readonly seed: number;
  readonly measurements: EncoderMeasurements;
}

/** The mean of a measurement over seeds; null with fewer than two. */
export interface MeasurementRow {
  readonly name: string;
  readonly means: { readonly [kind in Kind]: MeanInterval | null };
}

export interface Conclusions {
  readonly hypotheses: readonly Hypothesis[];
  readonly sentences: readonly string[];
  readonly measurements: readonly MeasurementRow[];
}

export function conclude(
  experiment: Experiment,
  encoders: readonly MeasuredEncoder[],
): Conclusions {
  const measurements = measurementRows(encoders);
  return {
    measurements,
    hypotheses: hypothesesOf(experiment, measurements),
    sentences: experiment.primary === null
      ? [notYet(experiment)]
      : sentencesOf(experiment, experiment.primary),
  };
}

function notYet({ triples }: Experiment): string {
  return `Nothing is concluded yet: ${triples.length} of ${PLAN.seeds} triples of encoders are whole, ` +
    `and ${FEWEST_PAIRS} are the least.`;
}

function points(value: number): string {
  return formatDifference("accuracy", value).replace(" pp", "");
}

/** For example `+1.80 pp (95% CI +0.90 to +2.70 pp, n = 12, Holm p = 0.001)`. */
function figures({ mean, lo, hi, n, adjustedP }: PrimaryContrast): string {
  return `${formatDifference("accuracy", mean)} ` +
    `(95% CI ${formatDifferenceRange("accuracy", lo, hi)}, n = ${n}, Holm ${formatP(adjustedP)})`;
}

function isDecided({ decision }: PrimaryContrast): boolean {
  return decision === "higher" || decision === "lower";
}

/** Supported in the given direction, refuted if it is the other one or none to speak of, else open. */
function judge(contrast: PrimaryContrast, wanted: "higher" | "lower"): Hypothesis["verdict"] {
  if (contrast.decision === wanted) return "supported";
  const refuted = isDecided(contrast) || contrast.equivalence.verdict === "equivalent";
  return refuted ? "refuted" : "open";
}

/** The contrasts of stage 3 on even codes; null before both have two seeds. */
function weightContrasts({ secondary }: Experiment): readonly SecondaryContrast[] | null {
  const contrasts = secondary.find(({ title }) => title === BY_KL_WEIGHT)?.contrasts ?? [];
  const found = WEIGHTED_KINDS.flatMap((kind) => {
    const { name } = difference(kind, "vae", "even");
    return contrasts.filter((contrast) => contrast.name === name);
  });
  return found.length === WEIGHTED_KINDS.length ? found : null;
}

/**
 * As claimed, less weight raises the score and more weight lowers it. Supported if an interval says so
 * and none says the reverse, refuted if each is below the margin in the claim's direction, else open.
 */
function judgeWeights([mild, strict]: readonly SecondaryContrast[]): Hypothesis["verdict"] {
  if (tooFew([mild!, strict!]) !== null) return "open";
  const gains = [mild!, { lo: -strict!.hi, hi: -strict!.lo }];
  const isShown = gains.some(({ lo }) => lo > 0), isReversed = gains.some(({ hi }) => hi < 0);
  if (isShown) return isReversed ? "open" : "supported";
  return gains.every(({ hi }) => hi < PLAN.margin) ? "refuted" : "open";
}

function tooFew(contrasts: readonly SecondaryContrast[]): string | null {
  const pairs = Math.min(...contrasts.map(({ n }) => n));
  return pairs < FEWEST_PAIRS ? `${pairs} pairs are too few, ${FEWEST_PAIRS} are the least` : null;
}

/** For example `mild-vae - vae, even: +0.40 pp (simultaneous 95% CI -0.20 to +1.00, n = 3)`. */
function weightFigures(contrasts: readonly SecondaryContrast[]): string {
  return contrasts.map(({ name, mean, lo, hi, n }) =>
    `${name}: ${points(mean)} pp (simultaneous 95% CI ${points(lo)} to ${points(hi)}, n = ${n})`
  ).join("; ");
}

/** A measurement of the VAEs that have it, for example `mild-vae 9.50 (...), vae 8.00 (...)`. */
function byWeight(means: MeasurementRow["means"], kinds: readonly Kind[]): string {
  return kinds.flatMap((kind) => means[kind] ? [`${kind} ${interval(means[kind])}`] : [])
    .join(", ");
}

function hypothesesOf(
  experiment: Experiment,
  measurements: readonly MeasurementRow[],
): Hypothesis[] {
  const { primary } = experiment;
  const [reading, noise, leak] = primary ?? [];
  const open = (because: string) => ({ verdict: "open" as const, because });
  const soFar = "there are too few triples of encoders";
  const weights = weightContrasts(experiment);
  const stage3 = weights === null
    ? "VAEs with another weight of the KL term have too few heads"
    : weightFigures(weights);
  const meansOf = (wanted: string) => measurements.find(({ name }) => name === wanted)!.means;
  const active = meansOf(ACTIVE);
  const { vae: ofVae, lae: ofLae } = active;
  const otherWeights = byWeight(active, WEIGHTED_KINDS);
  const rates = byWeight(meansOf(RATE), ["mild-vae", "vae", "strict-vae"]);
  return [
    {
      name: "H1",
      claim: "Heads read raw codes badly: scale and offset decide the comparison.",
      ...reading === undefined ? open(soFar) : {
        verdict: isDecided(reading)
          ? "supported"
          : reading.equivalence.verdict === "equivalent"
          ? "refuted"
          : "open",
        because: `${reading.name}: ${figures(reading)}`,
      },
    },
    {
      name: "H2",
      claim: "The AE's leaky ReLU puts its codes where a head reads them badly.",
      ...leak === undefined
        ? open(soFar)
        : { verdict: judge(leak, "higher"), because: `${leak.name}: ${figures(leak)}` },
    },
    {
      name: "H3",
      claim: "Noise during training costs a head something.",
      ...noise === undefined ? open(soFar) : {
        // Noise and KL term come together in a VAE: only "no cost" says something of noise alone.
        verdict: judge(noise, "lower") === "refuted" ? "refuted" : "open",
        because: `noise and KL term together, ${noise.name}: ${figures(noise)}; ${
          weights === null ? stage3 : `with another weight of the KL term, ${stage3}`
        }`,
      },
    },
    {
      name: "H4",
      claim: "The KL term switches latents off.",
      ...!ofVae || !ofLae || Math.min(ofVae.n, ofLae.n) < FEWEST_PAIRS
        ? open("too few encoders are measured")
        : {
          verdict: ofVae.hi < ofLae.lo ? "supported" : ofVae.lo > ofLae.hi ? "refuted" : "open",
          because: `active latents of ${PLAN.latents}: vae ${interval(ofVae)}, lae ${
            interval(ofLae)
          }${otherWeights && `, ${otherWeights}`}`,
        },
    },
    {
      name: "H5",
      claim: "The weight of the KL term decides how much a latent holds.",
      verdict: weights === null ? "open" : judgeWeights(weights),
      because: [stage3, rates && `${RATE}: ${rates}`, weights && tooFew(weights)]
        .filter((part) => part).join("; "),
    },
    {
      name: "H6",
      claim: "A head could learn from samples of z, and is only given means.",
      ...open("a pilot with one encoder found no gain, and no run of the plan decides it"),
    },
  ];
}

function interval({ mean, lo, hi, n }: MeanInterval): string {
  return `${fixed(mean, 2)} (95% CI ${fixed(lo, 2)} to ${fixed(hi, 2)}, n = ${n})`;
}

function sentencesOf(
  { triples }: Experiment,
  [reading, noise, leak]: readonly PrimaryContrast[],
): string[] {
  const setting = `With ${PLAN.latents} latents and ${formatCount(PLAN.labels)} labels`;
  const compared = (contrast: PrimaryContrast, what: string, than: string) => {
    if (contrast.equivalence.verdict === "equivalent" && !isDecided(contrast)) {
      return `no difference larger than ${
        PLAN.margin * 100
      } points was found between ${what} and ` +
        `${than}: ${figures(contrast)}.`;
    }
    if (!isDecided(contrast)) {
      return `it is not decided whether ${what} score higher or lower than ${than}: ` +
        `${figures(contrast)}.`;
    }
    return `${what} score ${contrast.decision} than ${than}: ${figures(contrast)}.`;
  };
  return [
    `${setting}, on codes that are centered and scaled alike, ` +
    compared(noise!, "heads on the VAE's means", "heads on the linear AE's codes"),
    `${setting}, ` +
    compared(leak!, "heads on the linear AE's raw codes", "heads on the AE's raw codes"),
    `Reading ${isDecided(reading!) ? "accounts" : "is not shown to account"} for a part of the ` +
    `difference between VAE and AE on raw codes: ${figures(reading!)}.`,
    `Each figure is over ${triples.length} encoder seeds with ${PLAN.draws} draws of labels. This ` +
    "holds for this architecture, this training regime and MNIST. It says nothing about VAEs in " +
    "general.",
  ];
}

const ACTIVE = "active latents (variance of the codes above 0.01)";
const RATE = "KL term in nats per digit";

const MEASURES: readonly (readonly [
  name: string,
  measure: (m: EncoderMeasurements) => number | null,
])[] = [
  [ACTIVE, (m) => m.activeByVariance],
  ["active latents (KL above 0.05 nats)", (m) => m.activeByKl],
  [RATE, ({ klPerLatent }) => klPerLatent && klPerLatent.reduce((sum, kl) => sum + kl, 0)],
  ["offset of the codes over their standard deviation", (m) => m.offsetOverSd],
  ["median standard deviation of a latent", (m) => m.medianSd],
  ["condition number of the covariance", (m) => m.conditionNumber],
  ["effective rank of the covariance", (m) => m.effectiveRank],
  ["share of positive codes", (m) => m.positiveShare],
  ["5 nearest neighbours, 100 labels, accuracy", (m) => neighbours(m, 100)],
  ["5 nearest neighbours, 2,000 labels, accuracy", (m) => neighbours(m, 2000)],
];

function neighbours({ nearestNeighbours }: EncoderMeasurements, labels: number): number | null {
  return nearestNeighbours.find((found) => found.labels === labels)?.accuracy ?? null;
}

function measurementRows(encoders: readonly MeasuredEncoder[]): MeasurementRow[] {
  return MEASURES.map(([name, measure]) => {
    const meanOf = (wanted: Kind): MeanInterval | null => {
      const values = encoders.filter(({ kind }) => kind === wanted)
        .map(({ measurements }) => measure(measurements)).filter((value) => value !== null);
      return values.length < 2 ? null : meanInterval(values);
    };
    return {
      name,
      means: Object.fromEntries(
        ALL_KINDS.map((kind) => [kind, meanOf(kind)]),
      ) as MeasurementRow["means"],
    };
  });
}
