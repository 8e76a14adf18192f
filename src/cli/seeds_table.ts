/** Statistics over seeds as text for people. */
import { formatDifference, formatScore } from "../checks/format_score.ts";
import type { OverSeeds } from "../checks/over_seeds.ts";
import { alignedLines } from "./columns.ts";

/** Nothing where no configuration has two seeds. */
export function seedsTable({ means, differences }: OverSeeds): string {
  if (means.length === 0) return "";
  const lines = [
    "\nOver seeds, with the 95 % interval of the mean (Student's t):",
    ...alignedLines([
      ["configuration", "seeds", "mean", "95 % interval"],
      ...means.map(({ name, metric, n, mean, lo, hi }) => [
        name,
        `${n}`,
        formatScore(metric, mean),
        `${formatScore(metric, lo)} - ${formatScore(metric, hi)}`,
      ]),
    ]),
  ];
  if (differences.length > 0) {
    lines.push(
      "\nDifferences seed by seed, with the 95 % interval of their mean:",
      ...alignedLines([
        ["difference", "pairs", "mean", "95 % interval", "in words"],
        ...differences.map(({ name, than, metric, n, mean, lo, hi, words }) => [
          `${name} - ${than}`,
          `${n}`,
          formatDifference(metric, mean),
          `${formatDifference(metric, lo).split(" ")[0]} to ${formatDifference(metric, hi)}`,
          words,
        ]),
      ]),
    );
  }
  if (means.length + differences.length > 1) {
    lines.push("Each interval holds by itself: of 20, one misses the true value on average.");
  }
  return lines.join("\n") + "\n";
}
