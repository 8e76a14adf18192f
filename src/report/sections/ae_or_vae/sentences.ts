/** What paired differences between embeddings say, in words that the numbers decide. */
import type { PairedDifference } from "../../../checks/paired_differences.ts";
import { FEWEST_PAIRS } from "../../../checks/statistics/contrasts.ts";
import { countOf, fixed, formatCount, formatDifferenceRange } from "../../../figures.ts";
import { joinWords } from "../../text/sentences.ts";

/**
 * One sentence on one difference, with all that it rests on; `brief` where it is already said which
 * heads these are and what they are averaged over.
 */
export function sayDifference(difference: PairedDifference, brief = false): string {
  const { decision, seeds } = difference;
  const place = brief
    ? `With ${countOf(difference.latents ?? 0, "latent")}`
    : `${difference.model === "vae" ? "With" : "Beside the pixels, with"} ${sayPlace(difference)}`;
  const vae = `the VAE's embedding ${saySize(difference)}`;
  switch (decision) {
    case "higher":
    case "lower":
      return `${place} ${vae} on average over ${countOf(seeds.length, "seed")}` +
        ` (${sayInterval(difference)}).`;
    case "undecided":
      return `${place} it is undecided: over ${countOf(seeds.length, "seed")} ${vae} on average, ` +
        `and the interval holds 0 (${sayInterval(difference)}).`;
    case "too few pairs": {
      const average = seeds.length === 1 ? "" : ` on average (${sayInterval(difference)})`;
      return `${place} there are too few pairs: ${countOf(seeds.length, "seed")}; ` +
        `${FEWEST_PAIRS} are the least. So far ${vae}${average}.`;
    }
    default:
      return decision satisfies never;
  }
}

/** The decision alone, as a table gives it. */
export function sayDecision({ decision, seeds }: PairedDifference): string {
  switch (decision) {
    case "higher":
      return "VAE higher";
    case "lower":
      return "VAE lower";
    case "undecided":
      return "undecided: the interval holds 0";
    case "too few pairs":
      return `too few pairs: ${countOf(seeds.length, "seed")}; ${FEWEST_PAIRS} are the least`;
    default:
      return decision satisfies never;
  }
}

/** What the differences by number of latents say together, on one kind of head. */
export function sayTogether(byLatents: readonly PairedDifference[]): string {
  const sizes = (...decisions: PairedDifference["decision"][]) => {
    const found = byLatents.filter(({ decision }) => decisions.includes(decision));
    return found.length === 0 ? null : found.map(({ latents }) => String(latents));
  };
  const higher = sizes("higher"), lower = sizes("lower");
  const undecided = sizes("undecided"), few = sizes("too few pairs");
  const decided = [
    ...higher ? [`scores higher with ${latentsOf(higher)}`] : [],
    ...lower ? [`scores lower with ${latentsOf(lower)}`] : [],
  ];
  return [
    ...decided.length > 0 ? [`The VAE's embedding ${joinWords(decided)}.`] : [],
    ...undecided ? [`With ${latentsOf(undecided)} it is undecided: the interval holds 0.`] : [],
    ...few
      ? [
        `With ${
          latentsOf(few)
        } there are too few pairs to say; ${FEWEST_PAIRS} seeds are the least.`,
      ]
      : [],
  ].join(" ");
}

/** `Averaged over 9 numbers of labels, 100 to 55,000`, where that is so for all; else null. */
export function sayAveraging(differences: readonly PairedDifference[]): string | null {
  const [first, ...others] = differences;
  if (first === undefined || differences.some(({ complete }) => !complete)) return null;
  const span = spanOf(first.overLabels);
  if (others.some(({ overLabels }) => overLabels.join() !== first.overLabels.join())) return null;
  return first.overLabels.length === 1
    ? `With ${countOf(first.overLabels[0]!, "label")}`
    : `Averaged over ${first.overLabels.length} numbers of labels, ${span}`;
}

function latentsOf(sizes: readonly string[]): string {
  return `${joinWords(sizes)} ${sizes.join() === "1" ? "latent" : "latents"}`;
}

/** `20 latents and 2,000 labels`, or what was averaged over. */
function sayPlace({ overLatents, overLabels, complete }: PairedDifference): string {
  const averaged = [
    ...overLatents.length > 1
      ? [`${overLatents.length} sizes of the embedding, ${spanOf(overLatents)}`]
      : [],
    ...overLabels.length > 1
      ? [`${overLabels.length} numbers of labels, ${spanOf(overLabels)}`]
      : [],
  ];
  const fixed = [
    ...overLatents.length === 1 ? [countOf(overLatents[0]!, "latent")] : [],
    ...overLabels.length === 1 ? [countOf(overLabels[0]!, "label")] : [],
  ];
  const gaps = complete ? "" : " (what not every seed has is left out)";
  if (averaged.length === 0) return `${fixed.join(" and ")}${gaps}`;
  return `${fixed.join(" and ")}, averaged over ${averaged.join(" and over ")}${gaps},`
    .replace(/^, /, "");
}

function spanOf(values: readonly number[]): string {
  return `${formatCount(values[0]!)} to ${formatCount(values.at(-1)!)}`;
}

function saySize({ mean }: PairedDifference): string {
  const points = fixed(Math.abs(mean), 2, 2);
  if (Number(points) === 0) return "scores the same to 0.01 pp";
  return `scores ${points} pp ${mean > 0 ? "higher" : "lower"}`;
}

function sayInterval({ lo, hi }: PairedDifference): string {
  return lo === null || hi === null
    ? "no interval"
    : `95 % interval ${formatDifferenceRange("accuracy", lo, hi)}`;
}
