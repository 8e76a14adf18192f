/**
 * The embedded dataset, `strokes`: digits drawn by a procedure from a fixed seed, for where MNIST
 * cannot be had. It needs no file and no network, and its bytes are the same on every host: they
 * are pinned by `STROKES_SHA256`. It is not MNIST, and its scores are not MNIST's.
 * @module
 */
import { permutation } from "../random/permutation.ts";
import { Stream } from "../random/stream.ts";
import {
  CLASS_COUNT,
  IMAGE_SIDE,
  type Samples,
  type Splits,
  VALIDATION_IMAGES,
} from "./dataset.ts";
import { drawDigit } from "./draw_digit.ts";

/**
 * SHA-256 of the drawn bytes: training images, training labels, validation images, validation
 * labels, test images, test labels.
 */
export const STROKES_SHA256 = "3ecc60d24851a978c419fbf2dc17aa81ecbf7341e35002ee474a8f720992cd38";

/** The bytes that `STROKES_SHA256` covers, in its order. */
export function strokesBytes({ train, validation, test }: Splits): Uint8Array[] {
  return [train, validation, test].flatMap(({ values, labels }) => [
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    labels,
  ]);
}

const SEED = 20170;

function drawSplit(stream: Stream, split: number, count: number): Samples {
  const width = IMAGE_SIDE * IMAGE_SIDE;
  const values = new Uint8Array(count * width);
  const labels = Uint8Array.from(permutation(SEED, split, count), (place) => place % CLASS_COUNT);
  for (let i = 0; i < count; i++) {
    drawDigit(values.subarray(i * width, (i + 1) * width), labels[i]!, stream, split, i);
  }
  return { count, width, values, labels };
}

/**
 * Draws the dataset `strokes`: 6,000 training, 1,000 validation and 2,000 test images of 28x28
 * pixels, each class equally often, the same bytes on every machine.
 */
export function drawStrokes(): Splits {
  const stream = new Stream(SEED, "strokes/digit");
  return {
    train: drawSplit(stream, 0, 6_000),
    validation: drawSplit(stream, 1, VALIDATION_IMAGES.strokes),
    test: drawSplit(stream, 2, 2_000),
  };
}
