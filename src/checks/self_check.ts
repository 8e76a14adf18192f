/** Whether a result agrees with itself: its fields say the same things in several ways. */
import { sha256 } from "../data/digest.ts";
import type { CaseResult } from "../store/record.ts";
import { accuracyOf, isBetter } from "../training/score.ts";

/**
 * What a result says that cannot be, in words; null if there is nothing.
 *
 * @param testLabels of the dataset, if they are at hand: predictions then come to a score
 */
export function contradictionIn(result: CaseResult, testLabels: Uint8Array | null): string | null {
  const { metric, curve, bestEpoch, validationScore, predictions } = result;
  const misnumbered = curve.findIndex(({ epoch }, i) => epoch !== i + 1);
  if (misnumbered >= 0) {
    return `its curve calls epoch ${misnumbered + 1} epoch ${curve[misnumbered]!.epoch}`;
  }
  const best = curve[bestEpoch - 1]!.validationScore;
  if (best !== validationScore) {
    return `its validation score is ${validationScore}, but ${best} in epoch ${bestEpoch}, its best`;
  }
  const better = curve.find((epoch) =>
    isBetter(metric, epoch.validationScore, best) ||
    epoch.epoch < bestEpoch && epoch.validationScore === best
  );
  if (better !== undefined) {
    return `its best epoch is ${bestEpoch}, but epoch ${better.epoch} scores ` +
      `${better.validationScore}`;
  }
  return predictions === undefined ? null : contradictionOf(predictions, result, testLabels);
}

function contradictionOf(
  text: string,
  { score, digests }: CaseResult,
  testLabels: Uint8Array | null,
): string | null {
  const predictions = Uint8Array.from(text, Number);
  if (digests.predictions !== sha256([predictions])) {
    return "its predictions do not have the digest that it states";
  }
  if (testLabels === null) return null;
  if (predictions.length !== testLabels.length) {
    return `it predicts ${predictions.length} test samples, and there are ${testLabels.length}`;
  }
  const accuracy = accuracyOf(predictions, testLabels);
  return accuracy === score ? null : `its predictions come to ${accuracy}, its score is ${score}`;
}
