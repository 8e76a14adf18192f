/** What `--dry-run` prints: the cases, what they wait for and cost, and the time on several machines. */
import { fixed, formatCount, formatDuration } from "../figures.ts";
import { type Case, dependencyOf, formatCase } from "../matrix/case.ts";
import type { Seconds } from "../matrix/cost.ts";
import { casesOfShard } from "../matrix/shards.ts";
import type { Estimate } from "./estimate.ts";

const MACHINES = [1, 2, 4, 8, 16];

/**
 * @param cases those that were asked for, with or without a record
 * @param time until such cases are done, on one machine
 */
export function dryRunText(
  cases: readonly Case[],
  estimates: readonly Estimate[],
  time: (estimates: readonly Estimate[]) => Seconds,
): string {
  if (cases.length === 0) return "Nothing to run: the shard has no cases\n";
  if (estimates.length === 0) return "Nothing to run: every case has a record\n";
  const rows = estimates.map((e) => {
    const encoder = dependencyOf(e.case);
    return [
      formatCase(e.case).padEnd(20),
      `${formatCount(e.cost.steps)} steps`.padStart(14),
      `${fixed(e.cost.gigaflop, 1)} GFLOP`.padStart(17),
      formatDuration(e.seconds).padStart(13),
      encoder === null ? "" : `  after ${formatCase(encoder)}`,
    ].join("");
  });
  const gigaflop = estimates.reduce((sum, { cost }) => sum + cost.gigaflop, 0);
  const times = MACHINES.filter((count) => count === 1 || count <= estimates.length)
    .map((count) => `${formatDuration(timeOnMachines(estimates, count, time))} on ${count}`);
  return `${rows.join("\n")}\n\n${formatCount(estimates.length)} cases, ${
    fixed(gigaflop, 0)
  } GFLOP: about ` +
    `${times.join(", ")} such machines (--shard)\n`;
}

/** Until the last of so many shards is done, each on a machine like this one. */
function timeOnMachines(
  estimates: readonly Estimate[],
  count: number,
  time: (estimates: readonly Estimate[]) => Seconds,
): Seconds {
  const weighed = estimates.map((e) => ({ case: e.case, gigaflop: e.cost.gigaflop }));
  return Math.max(
    ...Array.from({ length: count }, (_, i) => {
      const mine = new Set(casesOfShard(weighed, { index: i + 1, count }));
      return time(estimates.filter((e) => mine.has(e.case)));
    }),
  );
}
