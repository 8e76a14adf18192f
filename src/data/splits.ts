/**
 * MNIST's splits, as the original experiment makes them: the first 5,000 images of the training
 * file are for validation, the rest in file order for training, the test file for testing. Splits
 * are views; nothing is copied.
 * @module
 */
import { DataError } from "./data_error.ts";
import { type Samples, sliceSamples, type Splits, VALIDATION_IMAGES } from "./dataset.ts";

const VALIDATION_COUNT = VALIDATION_IMAGES.mnist;

/** Splits the samples of a training file and of a test file. */
export function mnistSplits(training: Samples, test: Samples): Splits {
  if (training.count <= VALIDATION_COUNT) {
    throw new DataError(
      `Cannot split ${training.count} training images: the first ${VALIDATION_COUNT} are for ` +
        "validation, so there must be more",
    );
  }
  if (test.count === 0) throw new DataError("Cannot test on 0 images: the test file is empty");
  return {
    train: sliceSamples(training, VALIDATION_COUNT, training.count),
    validation: sliceSamples(training, 0, VALIDATION_COUNT),
    test,
  };
}
