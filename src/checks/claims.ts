/**
 * What the original experiment claimed, and what its code gave when it was run again: figures to
 * compare with, not bands. Of MNIST only.
 * @module
 */

type Fraction = number;

/** A claim about the test accuracy of one configuration. */
export interface Claim {
  /** As `formatConfiguration` writes it. */
  readonly configuration: string;
  readonly claimed: Fraction;
  /** The claim as it was written. */
  readonly words: string;
  /** Test accuracies of the unmodified code, one a run; it fixes no seed. */
  readonly measuredAgain: readonly Fraction[];
}

export const CLAIMS_ORIGIN =
  "the original experiment, TensorFlow 1, 2017 (the repository mnist-vae of gtoubassi)";

export const MEASURED_AGAIN_ORIGIN = "its unmodified code on TensorFlow 2.21, on a CPU";

export const CLAIMS: readonly Claim[] = [
  {
    configuration: "fc@55000",
    claimed: 0.975,
    words: "~97.5 %",
    measuredAgain: [0.9791, 0.9765, 0.979],
  },
  {
    configuration: "fc@2000",
    claimed: 0.9,
    words: "~90 %",
    measuredAgain: [0.9091, 0.9073, 0.9051, 0.9013, 0.9064],
  },
  {
    configuration: "fc@250",
    claimed: 0.81,
    words: "~81 %",
    measuredAgain: [0.8221, 0.8149, 0.8045, 0.8177, 0.8184],
  },
  { configuration: "conv@55000", claimed: 0.991, words: "~99.1 %", measuredAgain: [0.9936] },
  { configuration: "ae20@2000", claimed: 0.935, words: "~93.5 %", measuredAgain: [0.942] },
  { configuration: "vae20@2000", claimed: 0.935, words: "~93.5 %", measuredAgain: [0.9443] },
];
