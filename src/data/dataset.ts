/** What a dataset is: three splits of samples, and one digest that names its bytes. */

/** `idx`: any other dataset of the same shapes, told apart by its digest. */
export type DatasetName = "mnist" | "strokes" | "idx";

/** Samples in a row-major matrix [count, width], with one label (0 to 9) a sample. */
export interface Samples {
  /** How many. */
  readonly count: number;
  /** Values a sample: 784 for 28x28 images. */
  readonly width: number;
  /** Pixels as bytes (the model sees f32(x / 255)), or features as they are. */
  readonly values: Uint8Array | Float32Array;
  /** The class of each sample, 0 to 9. */
  readonly labels: Uint8Array;
}

/** The samples of a dataset by what they are for. */
export interface Splits {
  /** What is learned from; "N labels" means the first N. */
  readonly train: Samples;
  /** What decides when training stops, and which epoch was the best. */
  readonly validation: Samples;
  /** What the best weights are scored on, once. */
  readonly test: Samples;
}

/** What samples are for. */
export type SplitName = keyof Splits;

/** What a case runs on. */
export interface Dataset {
  /** Which one; a record holds it, with the digest. */
  readonly name: DatasetName;
  /** SHA-256 (hex) over the unpacked files, or of the drawn bytes for `strokes`. */
  readonly sha256: string;
  /** All samples, before labels are limited. */
  readonly splits: Splits;
}

/** Training images of the datasets whose size is part of their definition. */
export const TRAINING_IMAGES = { mnist: 55_000, strokes: 6_000 } as const;

/** Labelled images of each dataset that decide when training stops; `idx` is split as MNIST is. */
export const VALIDATION_IMAGES = { mnist: 5_000, strokes: 1_000, idx: 5_000 } as const;

/** Image side in pixels, of every dataset here. */
export const IMAGE_SIDE = 28;
export const CLASS_COUNT = 10;

/** The samples from `start` (included) to `end` (excluded), as views on the same memory. */
export function sliceSamples(samples: Samples, start: number, end: number): Samples {
  if (start < 0 || end > samples.count || start > end) {
    throw new RangeError(
      `Cannot take samples ${start} to ${end}: there are ${samples.count}`,
    );
  }
  return {
    count: end - start,
    width: samples.width,
    values: samples.values.subarray(start * samples.width, end * samples.width),
    labels: samples.labels.subarray(start, end),
  };
}

/** The same samples in memory that threads share: to send them to a worker copies nothing. */
export function inSharedMemory({ train, validation, test }: Splits): Splits {
  return {
    train: shareSamples(train),
    validation: shareSamples(validation),
    test: shareSamples(test),
  };
}

function shareSamples(samples: Samples): Samples {
  const share = <T extends Uint8Array | Float32Array>(source: T): T => {
    const make = source.constructor as new (buffer: SharedArrayBuffer) => T;
    const copy = new make(new SharedArrayBuffer(source.byteLength));
    copy.set(source);
    return copy;
  };
  return { ...samples, values: share(samples.values), labels: share(samples.labels) };
}
