import { Stream } from "./stream.ts";

/**
 * The order in which `count` samples are visited in `epoch` (1, 2, ...): a Fisher-Yates shuffle
 * that starts from the identity each time, so that no epoch depends on the one before.
 *
 * @param role the stream that decides, `shuffle` by default
 */
export function permutation(
  seed: number,
  epoch: number,
  count: number,
  role = "shuffle",
): Uint32Array {
  const stream = new Stream(seed, role);
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
