/**
 * IDX, the format of MNIST's files: a big-endian header (magic number, one length a dimension),
 * then unsigned bytes in row-major order. Nothing is allocated on the word of a header, and values
 * are views on the bytes given.
 * @module
 */
import { DataError } from "./data_error.ts";
import { CLASS_COUNT, IMAGE_SIDE, type Samples } from "./dataset.ts";

/** Unsigned bytes with one dimension (labels) or three (images: count, rows, columns). */
export interface IdxArray {
  readonly dimensions: readonly number[];
  readonly values: Uint8Array;
}

/** Bytes, and what to call them in a message. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LABELS_MAGIC = 0x0801;
const IMAGES_MAGIC = 0x0803;

/** Reads an IDX file of unsigned bytes; `name` stands in messages. */
export function readIdx(bytes: Uint8Array, name: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) {
    throw new DataError(`Cannot read ${name}: ${bytes.length} bytes are too few for an IDX header`);
  }
  const magic = view.getUint32(0);
  if (magic !== LABELS_MAGIC && magic !== IMAGES_MAGIC) {
    throw new DataError(
      `Cannot read ${name}: it starts with 0x${magic.toString(16).padStart(8, "0")}, but an IDX ` +
        "file of labels starts with 0x00000801 and one of images with 0x00000803",
    );
  }
  const rank = magic & 0xff;
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    throw new DataError(
      `Cannot read ${name}: its header is cut at ${bytes.length} of ${start} bytes`,
    );
  }
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  // Beyond 2^53 the product is rounded, and then it is larger than any file.
  const claimed = dimensions.reduce((product, length) => product * length, 1);
  const held = bytes.length - start;
  if (claimed !== held) {
    throw new DataError(
      `Cannot read ${name}: its header says ${dimensions.join(" x ")} = ${claimed} values, but ` +
        `the file holds ${held}`,
    );
  }
  return { dimensions, values: bytes.subarray(start) };
}

/** Reads 28 x 28 images: their number, and their pixels row by row. */
export function readImages(
  { name, bytes }: NamedBytes,
): { readonly count: number; readonly pixels: Uint8Array } {
  const { dimensions, values } = readIdx(bytes, name);
  const [count, rows, columns] = dimensions;
  if (rows === undefined || columns === undefined) {
    throw new DataError(`Cannot read images from ${name}: it is an IDX file of labels`);
  }
  if (rows !== IMAGE_SIDE || columns !== IMAGE_SIDE) {
    throw new DataError(
      `Cannot use the images of ${name}: they are ${rows} x ${columns} pixels, not ` +
        `${IMAGE_SIDE} x ${IMAGE_SIDE}`,
    );
  }
  return { count: count!, pixels: values };
}

/** Reads labels from 0 to 9. */
export function readLabels({ name, bytes }: NamedBytes): Uint8Array {
  const { dimensions, values } = readIdx(bytes, name);
  if (dimensions.length !== 1) {
    throw new DataError(`Cannot read labels from ${name}: it is an IDX file of images`);
  }
  const wrong = values.findIndex((label) => label >= CLASS_COUNT);
  if (wrong >= 0) {
    throw new DataError(
      `Cannot use the labels of ${name}: label ${values[wrong]} at index ${wrong} is none of 0 ` +
        `to ${CLASS_COUNT - 1}`,
    );
  }
  return values;
}

/** Joins a file of images and the file of their labels; the samples are views on both. */
export function readSamples(images: NamedBytes, labels: NamedBytes): Samples {
  const { count, pixels } = readImages(images);
  const read = readLabels(labels);
  if (read.length !== count) {
    throw new DataError(
      `Cannot pair ${images.name} with ${labels.name}: ${count} images, but ${read.length} labels`,
    );
  }
  return { count, width: IMAGE_SIDE * IMAGE_SIDE, values: pixels, labels: read };
}
