/**
 * What the page answers, as far as its records decide it: whether unlabelled digits help, whether the
 * VAE beats the autoencoder, and what a convolutional network does without them. Heads with 20
 * latents and 2,000 labels, as in 2017.
 */
import {
  contrastBySeed,
  decide,
  type Decision,
  pairedContrast,
  type Term,
} from "../../../checks/statistics/contrasts.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { formatCount, formatDifference, formatPercent } from "../../../figures.ts";
import type { ReportInput } from "../../input.ts";
import {
  accuraciesByLabels,
  type Accuracy,
  type AccuracyByLabels,
  accuracyOf,
  inHundreds,
  labelsWorth,
  scoredCases,
  scoreOf,
} from "../../parts/accuracies.ts";

export const ASKED = { labels: 2000, latents: 20 } as const;

/** What is compared with 2,000 labels. */
const HEADS = [
  { name: "AE", model: "ae", reading: null },
  { name: "AE, centered and scaled", model: "ae", reading: "even" },
  { name: "VAE", model: "vae", reading: null },
] as const;

export type HeadName = (typeof HEADS)[number]["name"];

/** How much one accuracy is above another, over the seeds that both have. */
export interface Lift {
  readonly seeds: number;
  readonly mean: number;
  readonly lo: number;
  readonly hi: number;
  readonly decision: Decision;
}

export interface Findings {
  readonly fc: AccuracyByLabels;
  readonly conv: AccuracyByLabels;
  readonly heads: readonly (Accuracy & { readonly name: HeadName })[];
  /** `fc` with 2,000 labels and no other images. */
  readonly baseline: Accuracy;
  /** AE less fc, VAE less AE, and conv less AE; null with fewer than two common seeds. */
  readonly unlabelled: Lift | null;
  readonly vae: Lift | null;
  readonly convolutions: Lift | null;
  /** With so many labels, fc is expected to score what the AE does; null if its curve does not say. */
  readonly worth: number | null;
}

/** Null unless `fc` and an autoencoder's head have scores with 2,000 labels. */
export function findingsOf({ cases }: ReportInput): Findings | null {
  const scored = scoredCases(cases);
  const asked = scored.filter(({ case: c }) => c.labels === ASKED.labels);
  const baseline = asked.filter(({ case: c }) => c.model === "fc");
  const conv = asked.filter(({ case: c }) => c.model === "conv");
  const heads = HEADS.map(({ name, model, reading }) => ({
    name,
    cases: asked.filter(({ case: c }) =>
      c.model === model && c.reading === reading && c.latents === ASKED.latents &&
      c.unlabelled === null
    ),
  })).filter(({ cases }) => cases.length > 0);
  const ae = heads.find(({ name }) => name === "AE")?.cases;
  if (baseline.length === 0 || ae === undefined) return null;
  const vae = heads.find(({ name }) => name === "VAE")?.cases ?? [];
  const fc = accuraciesByLabels(scored, "fc");
  const worth = labelsWorth(accuracyOf(ae).mean, fc);
  return {
    fc,
    conv: accuraciesByLabels(scored, "conv"),
    heads: heads.map(({ name, cases }) => ({ name, ...accuracyOf(cases) })),
    baseline: accuracyOf(baseline),
    unlabelled: liftOf(ae, baseline),
    vae: liftOf(vae, ae),
    convolutions: liftOf(conv, ae),
    worth: worth !== null && worth > ASKED.labels ? worth : null,
  };
}

function liftOf(cases: readonly CheckedCase[], than: readonly CheckedCase[]): Lift | null {
  const bySeed = (cases: readonly CheckedCase[]) =>
    new Map(cases.map((one) => [one.case.seed, scoreOf(one)]));
  const [scores, others] = [bySeed(cases), bySeed(than)];
  const common = [...scores.keys()].filter((seed) => others.has(seed));
  if (common.length < 2) return null;
  const term = (weight: number, all: ReadonlyMap<number, number>): Term => ({
    weight,
    scores: new Map(common.map((seed) => [seed, all.get(seed)!])),
  });
  const contrast = pairedContrast(contrastBySeed([term(1, scores), term(-1, others)]));
  const { n, mean, lo, hi } = contrast;
  return { seeds: n, mean, lo, hi, decision: decide(contrast) };
}

/** The answer in a few words. */
export function sayAnswer({ unlabelled, heads, baseline }: Findings): string {
  const [before, after] = [baseline.mean, heads.find(({ name }) => name === "AE")!.mean]
    .map((mean) => formatPercent(mean, 1));
  const labels = formatCount(ASKED.labels);
  switch (unlabelled?.decision) {
    case "higher":
      return `Unlabelled digits help: with ${labels} labels, an autoencoder lifts accuracy from ` +
        `${before} to ${after}.`;
    case "lower":
      return `Unlabelled digits do not help: with ${labels} labels, accuracy falls from ${before} to ` +
        `${after}.`;
    case "undecided":
      return `No gain from unlabelled digits is shown: ${before} without them, ${after} with an ` +
        `autoencoder, on ${labels} labels.`;
    default:
      return `With ${labels} labels, accuracy is ${before} without unlabelled digits and ${after} ` +
        "with an autoencoder, on too few seeds to decide.";
  }
}

/** The other findings, each with its interval and number of seeds. */
export function saySecond(
  { vae, convolutions, heads, conv, worth, unlabelled }: Findings,
): string[] {
  const sentences: string[] = [];
  if (unlabelled !== null) {
    const worthLabels = worth === null || unlabelled.decision !== "higher"
      ? ""
      : ` Without unlabelled digits, the same network needs about ${
        inHundreds(worth)
      } labels for that.`;
    sentences.push(`The difference is ${sayLift(unlabelled)}.${worthLabels}`);
  }
  if (vae !== null) {
    const said = {
      "higher": "A VAE does better",
      "lower": "A VAE does worse",
      "undecided": "A VAE is not shown to do better or worse",
      "too few pairs": "For the VAE there are too few seeds to decide",
    }[vae.decision];
    sentences.push(`${said}: ${sayLift(vae)}.`);
  }
  const even = heads.find(({ name }) => name === "AE, centered and scaled");
  if (even !== undefined) {
    sentences.push(
      `If the autoencoder's codes are centered and scaled first, it reaches ${
        formatPercent(even.mean)
      } (${even.seeds === 1 ? "1 seed" : `${even.seeds} seeds`}).`,
    );
  }
  const at = conv.find(({ labels }) => labels === ASKED.labels);
  if (convolutions?.decision === "higher" && at !== undefined) {
    sentences.push(
      `A small convolutional network without unlabelled digits does better still: ${
        formatPercent(at.mean)
      }, ${sayLift(convolutions)}.`,
    );
  }
  return sentences;
}

/** `+2.80 pp, 95% CI +1.97 to +3.62 pp, 6 seeds`. */
export function sayLift({ mean, lo, hi, seeds }: Lift): string {
  const [from, to] = [lo, hi].map((value) => formatDifference("accuracy", value));
  return `${formatDifference("accuracy", mean)} (95% CI ${
    from!.split(" ")[0]
  } to ${to}, ${seeds} seeds)`;
}
