/** What is made of the samples: minima, medians, ratios, the table, and the lines below it. */
import { medianOf } from "../../src/checks/statistics/sample_intervals.ts";
import { formatRatio, threeFigures } from "../../src/figures.ts";

export const OURS = { native: "Latentbench native", wasm: "Latentbench WASM" } as const;

/** One way of a system to do the steps of a model, timed. */
export interface Timing {
  readonly model: string;
  readonly system: string;
  readonly variant: string;
  readonly threads: number;
  /** Milliseconds a step. */
  readonly samples: readonly number[];
}

/** Steps a second of two processes of a system, with one thread each. */
export interface Throughput {
  readonly model: string;
  readonly system: string;
  readonly variant: string;
  readonly stepsPerSecond: readonly number[];
}

const isOurs = (system: string) => (Object.values(OURS) as string[]).includes(system);

/** What `timings` are compared with: our native code with as many threads, or what is nearest. */
export function reference(
  timings: readonly Timing[],
  model: string,
  threads: number,
  systems: readonly string[] = [OURS.native, OURS.wasm],
): Timing | null {
  for (const system of systems) {
    const own = timings.filter((timing) => timing.model === model && timing.system === system)
      .toSorted((a, b) => b.threads - a.threads);
    const found = own.find((timing) => timing.threads <= threads);
    if (found) return found;
  }
  return null;
}

/** One contest: a backend of ours against peers. */
export interface Bar {
  readonly ours: string;
  readonly against: string;
  readonly threads: number;
  readonly models: readonly {
    readonly model: string;
    /** How many times as fast we are, by medians; above 1 we are faster. */
    readonly ratio: number;
    readonly ourThreads: number;
    readonly peer: string;
  }[];
}

/** Who is compared with whom: every backend of ours with the fastest peer, and with PyTorch. */
const BARS = [OURS.native, OURS.wasm].flatMap((ours) =>
  [null, "PyTorch"].flatMap((only) => [2, 1].map((threads) => ({ ours, only, threads })))
);

/** Medians against medians; a peer counts with its fastest variant. */
export function bars(timings: readonly Timing[]): Bar[] {
  const models = [...new Set(timings.map(({ model }) => model))];
  return BARS.map(({ ours, only, threads }) => ({
    ours,
    against: only ?? "the fastest peer",
    threads,
    models: models.flatMap((model) => {
      const own = reference(timings, model, threads, [ours]);
      const fastest = timings.filter((timing) =>
        timing.model === model && timing.threads === threads && !isOurs(timing.system) &&
        (only === null || timing.system === only)
      ).toSorted((a, b) =>
        medianOf(a.samples) - medianOf(b.samples)
      )[0];
      if (own === null || fastest === undefined) return [];
      return [{
        model,
        ratio: medianOf(fastest.samples) / medianOf(own.samples),
        ourThreads: own.threads,
        peer: `${fastest.system}, ${fastest.variant}`,
      }];
    }),
  })).filter(({ models }) => models.length > 0);
}

export interface ThroughputBar {
  readonly model: string;
  readonly ours: string;
  readonly ratio: number;
  readonly peer: string;
}

/** Our backends against the peer that does most steps a second, by medians. */
export function throughputBars(all: readonly Throughput[]): ThroughputBar[] {
  return all.filter(({ system }) => isOurs(system)).flatMap((own) => {
    const best = all.filter(({ model, system }) => model === own.model && !isOurs(system))
      .toSorted((a, b) => medianOf(b.stepsPerSecond) - medianOf(a.stepsPerSecond))[0];
    if (best === undefined) return [];
    const ratio = medianOf(own.stepsPerSecond) / medianOf(best.stepsPerSecond);
    return [{
      model: own.model,
      ours: own.system,
      ratio,
      peer: `${best.system}, ${best.variant}`,
    }];
  });
}

/** Columns padded to their width: the first ones to the right, numbers to the left. */
export function table(rows: readonly (readonly string[])[], textColumns: number): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => i < textColumns ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))
      .join("  ").trimEnd()
  ).join("\n");
}

export function timingTable(timings: readonly Timing[]): string {
  const rows = timings.map(({ model, system, variant, threads, samples }) => {
    const ours = reference(timings, model, threads);
    const [least, middle] = [Math.min(...samples), medianOf(samples)];
    return [
      model,
      `${threads}`,
      system,
      variant,
      threeFigures(least),
      threeFigures(middle),
      ours === null ? "-" : formatRatio(least / Math.min(...ours.samples)),
      ours === null ? "-" : formatRatio(middle / medianOf(ours.samples)),
    ];
  });
  return table(
    [
      ["model", "threads", "system", "variant", "min ms", "median ms", "x ours, min", "x, median"],
      ...rows,
    ],
    4,
  );
}

export function throughputTable(all: readonly Throughput[]): string {
  const rows = all.map(({ model, system, variant, stepsPerSecond }) => [
    model,
    system,
    variant,
    threeFigures(medianOf(stepsPerSecond)),
    threeFigures(Math.max(...stepsPerSecond)),
  ]);
  return table([["model", "system", "variant", "median steps/s", "most"], ...rows], 3);
}

/** A line a bar: `native, 2 threads, against the fastest peer: conv 2.51 (TensorFlow, graph)`. */
export function barLines(bars: readonly Bar[]): string[] {
  return bars.map(({ ours, against, threads, models }) => {
    const ratios = models.map(({ model, ratio, ourThreads, peer }) => {
      const fewer = ourThreads === threads ? "" : `, ours with ${countThreads(ourThreads)}`;
      return `${model} ${formatRatio(ratio)} (${peer}${fewer})`;
    });
    return `${ours} against ${against}, ${countThreads(threads)}: ${ratios.join("; ")}`;
  });
}

export function throughputLines(bars: readonly ThroughputBar[]): string[] {
  return [...Map.groupBy(bars, ({ ours }) => ours)].map(([ours, bars]) =>
    `${ours} against the fastest peer, two processes of 1 thread: ` +
    bars.map(({ model, ratio, peer }) => `${model} ${formatRatio(ratio)} (${peer})`).join("; ")
  );
}

function countThreads(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
