/** How near fc's step comes to the most that one thread can compute here in WebAssembly. */
import { padded } from "../../src/engines/exact/kernel_table.ts";
import { fixed } from "../../src/figures.ts";
import { measureFmaPeak } from "./fma_peak.ts";
import type { Workload } from "./workload.ts";

const PIXELS = 784, HIDDEN = 100, CLASSES = 10;

export interface Rates {
  /** As if every pixel were multiplied, and what is done: pixels that are 0 are skipped. */
  readonly denseEquivalentGflops: number;
  readonly executedGflops: number;
  /** Null where relaxed SIMD is not to be had. */
  readonly peakGflops: number | null;
}

/** @param ms of one step */
export async function fcRates(work: Workload, ms: number): Promise<Rates> {
  const { denseEquivalent, executed } = operations(work);
  return {
    denseEquivalentGflops: denseEquivalent / ms / 1e6,
    executedGflops: executed / ms / 1e6,
    peakGflops: await measureFmaPeak(),
  };
}

/** Multiplications and additions of a step, a multiply-add counted as two. */
function operations({ spec, batches, dataset }: Workload) {
  const { values } = dataset.splits.train, { batchSize } = spec;
  let ink = 0;
  for (const index of batches.flatMap((batch) => [...batch])) {
    for (let k = 0; k < PIXELS; k++) if (values[index * PIXELS + k]! > 0) ink++;
  }
  const listed = ink / batches.length;
  const adam = (parameters: number) => parameters * 12;
  const lanes = (width: number) => Math.ceil(width / 4) * 4;
  return {
    // Forward and weight gradient of both layers, input gradient of the second, Adam.
    denseEquivalent: 2 * batchSize * (2 * PIXELS * HIDDEN + 3 * HIDDEN * CLASSES) +
      adam(PIXELS * HIDDEN + HIDDEN + HIDDEN * CLASSES + CLASSES),
    executed: 2 * 2 * listed * lanes(HIDDEN) +
      2 * batchSize * HIDDEN * (2 * lanes(CLASSES) + CLASSES) +
      adam((PIXELS + 1) * padded(HIDDEN) + (HIDDEN + 1) * padded(CLASSES)),
  };
}

export function ratesLine(rates: Rates): string {
  const { denseEquivalentGflops, executedGflops, peakGflops } = rates;
  const share = (gflops: number) =>
    peakGflops === null ? "" : ` (${fixed(gflops / peakGflops, 0, 2)} % of the peak)`;
  const peak = peakGflops === null
    ? "the peak was not measured, for relaxed SIMD is not to be had here"
    : `the peak of 128-bit fused multiply-adds is ${fixed(peakGflops, 1)} GFLOP/s`;
  return `fc in WebAssembly, one thread, minimum: ${
    fixed(denseEquivalentGflops, 1)
  } GFLOP/s as if ` +
    `dense${share(denseEquivalentGflops)}, ${fixed(executedGflops, 1)} executed` +
    `${share(executedGflops)}; ${peak}.`;
}
