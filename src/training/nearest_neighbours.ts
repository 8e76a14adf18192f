import { CLASS_COUNT, type Samples } from "../data/dataset.ts";

/** How many neighbours vote. */
export const NEIGHBOURS = 5;

/**
 * Accuracy on `test` of a vote of the five nearest `train` samples, by squared Euclidean distance in
 * float64, summed in the order of the values. Of samples at the same distance the first counts as
 * nearer, and of classes with equally many votes the one that has the nearest sample wins. Neither a
 * shift of the values nor a common scale changes a neighbour, but for rounding.
 */
export function nearestNeighbourAccuracy(train: Samples, test: Samples): number {
  let correct = 0;
  for (let i = 0; i < test.count; i++) {
    const row = test.values.subarray(i * test.width, (i + 1) * test.width);
    const votes = nearest(train, row).map((neighbour) => train.labels[neighbour]!);
    if (elect(votes) === test.labels[i]) correct++;
  }
  return correct / test.count;
}

/** The nearest samples, nearest first. */
function nearest({ count, width, values }: Samples, row: Samples["values"]): number[] {
  const found: number[] = [];
  const distances: number[] = [];
  for (let i = 0; i < count; i++) {
    let distance = 0;
    for (let j = 0; j < width; j++) {
      const difference = values[i * width + j]! - row[j]!;
      distance += difference * difference;
    }
    if (found.length === NEIGHBOURS && distance >= distances[NEIGHBOURS - 1]!) continue;
    let at = found.length;
    while (at > 0 && distance < distances[at - 1]!) at--;
    found.splice(at, 0, i);
    distances.splice(at, 0, distance);
    found.length = Math.min(found.length, NEIGHBOURS);
    distances.length = found.length;
  }
  return found;
}

/** The class with most votes; of several, the one that comes first. */
function elect(votes: readonly number[]): number {
  const counts = new Array<number>(CLASS_COUNT).fill(0);
  for (const vote of votes) counts[vote]!++;
  const most = Math.max(...counts);
  return votes.find((vote) => counts[vote] === most)!;
}
