import { Stream } from "./stream.ts";

/** The order in which `count` samples are visited in `epoch` (1, 2, ...). */
export function permutation(seed: number, epoch: number, count: number): Uint32Array {
  return shuffled(new Stream(seed, "shuffle"), epoch, count);
}

/**
 * The numbers from 0 to `count` - 1 in random order: a Fisher-Yates shuffle that starts from the
 * identity each time, so that no epoch depends on the one before.
 */
export function shuffled(stream: Stream, epoch: number, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const j = stream.below(i + 1, epoch, i);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}
