/** Statistics over seeds as text for people. */
import type { OverSeeds } from "../checks/over_seeds.ts";
import {
  formatCount,
  formatDifference,
  formatDifferenceRange,
  formatScore,
  formatScoreRange,
} from "../figures.ts";
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
        formatCount(n),
        formatScore(metric, mean),
        formatScoreRange(metric, lo, hi),
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
          formatCount(n),
          formatDifference(metric, mean),
          formatDifferenceRange(metric, lo, hi),
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
