import type { OkRecord } from "../../../store/record.ts";
import type { PublishedCase } from "../input.ts";

/** Which digests of a run are the published ones. */
interface Comparison {
  readonly weights: boolean;
  readonly outputs: boolean;
  /** Both. */
  readonly equal: boolean;
}

export function compareRun(
  { digests }: OkRecord["result"],
  published: Pick<PublishedCase, "digests">,
): Comparison {
  const weights = digests.weights === published.digests.weights;
  const outputs = digests.outputs === published.digests.outputs;
  return { weights, outputs, equal: weights && outputs };
}
