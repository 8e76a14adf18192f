/**
 * Times of training steps as rows: medians over samples, and how many times our own they are. Ours is
 * the native code with as many threads, or what comes nearest to it.
 */
import { medianOf } from "../../../checks/statistics/sample_intervals.ts";
import type { PeerTimes, PeerTiming } from "./peer_times.ts";

type Milliseconds = number;

export interface StepRow {
  readonly model: string;
  readonly system: string;
  readonly variant: string;
  readonly threads: number;
  readonly medianMs: Milliseconds;
  readonly leastMs: Milliseconds;
  readonly samples: number;
  /** The median as a multiple of ours; null where nothing of ours was timed. */
  readonly timesOurs: number | null;
}

const OURS = "Latentbench ";
/** What ours is, best first; any other build of ours comes after them. */
const PREFERRED = ["Latentbench native", "Latentbench WASM"];

export function isOurs({ system }: { readonly system: string }): boolean {
  return system.startsWith(OURS);
}

/** A row for each way that was timed, in the order of the file. */
export function stepRows({ timings }: PeerTimes): StepRow[] {
  return timings.map((timing) => {
    const { samplesMs, model, system, variant, threads } = timing;
    const medianMs = medianOf(samplesMs);
    const ours = referenceOf(timings, timing);
    return {
      ...{ model, system, variant, threads, medianMs },
      leastMs: Math.min(...samplesMs),
      samples: samplesMs.length,
      timesOurs: ours === null ? null : medianMs / medianOf(ours.samplesMs),
    };
  });
}

/** What a time is held against: our best build, with as many threads or the most that are fewer. */
export function referenceOf(
  timings: readonly PeerTiming[],
  { model, threads }: Pick<PeerTiming, "model" | "threads">,
): PeerTiming | null {
  const rank = ({ system }: PeerTiming) => {
    const index = PREFERRED.indexOf(system);
    return index === -1 ? PREFERRED.length : index;
  };
  return timings
    .filter((t) => isOurs(t) && t.model === model && t.threads <= threads)
    .toSorted((a, b) => rank(a) - rank(b) || b.threads - a.threads)[0] ?? null;
}

/** Of each system, model and number of threads the variant with the lowest median. */
export function fastestRows(rows: readonly StepRow[]): StepRow[] {
  const groups = Map.groupBy(rows, (r) => JSON.stringify([r.model, r.system, r.threads]));
  return [...groups.values()].map((group) => group.toSorted((a, b) => a.medianMs - b.medianMs)[0]!);
}
