/** What every session refuses, whatever computes. */
import type { SplitName, Splits } from "../data/dataset.ts";

/**
 * Throws a TypeError for a step of a model without a loss, and a RangeError for a batch that is empty or
 * too large.
 *
 * @param step null for a model without a loss
 */
export function requireBatch<T extends { readonly batchSize: number }>(
  step: T | null,
  count: number,
): asserts step is T {
  if (step === null) throw new TypeError("Cannot step: the model has no loss");
  const { batchSize } = step;
  if (count < 1 || count > batchSize) {
    throw new RangeError(`Cannot step on ${count} samples: the batch size is ${batchSize}`);
  }
}

/** Throws a RangeError if a split has fewer samples than are to be evaluated. */
export function requireSamples(splits: Splits, split: SplitName, count: number): void {
  if (count <= splits[split].count) return;
  throw new RangeError(
    `Cannot evaluate ${count} ${split} samples: there are ${splits[split].count}`,
  );
}
