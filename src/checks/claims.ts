/**
 * What the original experiment claimed of MNIST, and what its own code gave when it was run again:
 * data, held beside our scores by the report. A claim is about, so no verdict follows from one.
 */

export interface Claim {
  /** As in `fc@2000`. */
  readonly configuration: string;
  /** The accuracy, as a fraction. */
  readonly claimed: number;
  /** The same as it was written. */
  readonly words: string;
  /** Accuracies of further runs of the original code, as fractions. */
  readonly measuredAgain: readonly number[];
}

export const CLAIMS_ORIGIN = "the original experiment, TensorFlow 1, 2017";

export const MEASURED_AGAIN_ORIGIN = "its own code, unmodified, on TensorFlow 2.21 (CPU)";

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
