/**
 * What the original experiment claimed, and what its code gave when it was run again: figures to
 * compare with, not bands. Of MNIST only. `docs/original.md` says where its regime differs from ours.
 * @module
 */
import { formatPercent } from "../figures.ts";

type Fraction = number;

/** A claim about the test accuracy of one configuration. */
export interface Claim {
  /** As `formatConfiguration` writes it. */
  readonly configuration: string;
  readonly claimed: Fraction;
  /** Decimals of the claim in per cent, as of what differs from it: a claim of ~90 % has none. */
  readonly decimals: 0 | 1;
  /** Runs that the claim rests on; null: not known. */
  readonly runs: number | null;
  /** Test accuracies of the unmodified code, one per run; it fixes no seed. */
  readonly measuredAgain: readonly Fraction[];
}

export const CLAIMS_ORIGIN =
  "the original experiment, TensorFlow 1, 2017 (the repository mnist-vae of gtoubassi)";

export const MEASURED_AGAIN_ORIGIN = "its unmodified code on TensorFlow 2.21, on a CPU";

/** Which cases the original has; the rest are ours. */
export const ORIGINAL_CASES =
  "fc with 250 to 55,000 labels, conv with all labels, ae and vae with 2, 5 and 20 latents, and " +
  "ae20@2000, vae20@2000 and wide-vae20@2000";

export const CLAIMS: readonly Claim[] = [
  {
    ...{ configuration: "fc@55000", claimed: 0.975, decimals: 1, runs: null },
    measuredAgain: [0.9791, 0.9765, 0.979],
  },
  {
    ...{ configuration: "fc@2000", claimed: 0.9, decimals: 0, runs: null },
    measuredAgain: [0.9091, 0.9073, 0.9051, 0.9013, 0.9064],
  },
  {
    ...{ configuration: "fc@250", claimed: 0.81, decimals: 0, runs: null },
    measuredAgain: [0.8221, 0.8149, 0.8045, 0.8177, 0.8184],
  },
  {
    ...{ configuration: "conv@55000", claimed: 0.991, decimals: 1, runs: null },
    measuredAgain: [0.9936, 0.9912, 0.9911],
  },
  {
    ...{ configuration: "ae20@2000", claimed: 0.935, decimals: 1, runs: null },
    measuredAgain: [0.942],
  },
  {
    ...{ configuration: "vae20@2000", claimed: 0.935, decimals: 1, runs: null },
    measuredAgain: [0.9443],
  },
];

/** The claim as it was written, for example `~97.5 %`. */
export function formatClaim({ claimed, decimals }: Claim): string {
  return `~${formatPercent(claimed, decimals)}`;
}
