import assert from "node:assert/strict";
import { DataError } from "../../src/data/data_error.ts";
import { readIdx, readImages, readLabels, readSamples } from "../../src/data/idx.ts";
import { MNIST_FILES } from "../../src/data/mnist_files.ts";
import { idxBytes, imagesFile, labelsFile } from "../../src/data/test_files.ts";
import { bytesLike } from "./bytes.ts";
import { fuzz } from "./fuzz.ts";

/** The labels of MNIST, where they lie unpacked: its images would take too long to damage. */
function realFiles(): Uint8Array[] {
  const directory = Deno.env.get("MNIST_DIR");
  try {
    return directory ? [Deno.readFileSync(`${directory}/${MNIST_FILES[3]!.name}`)] : [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

const FILES = [
  imagesFile(3),
  labelsFile(3),
  labelsFile(10),
  idxBytes([2, 3, 5], Array.from({ length: 30 }, (_, i) => i)),
  ...realFiles(),
];
const IMAGES = { name: "images", bytes: imagesFile(3) };
const LABELS = { name: "labels", bytes: labelsFile(3) };

fuzz("readIdx() reads what its header says or throws a DataError", {
  inputs: bytesLike(FILES),
  refusals: [DataError],
  read: (bytes) => {
    const { dimensions, values } = readIdx(bytes, "digits");
    assert.equal(dimensions.reduce((product, length) => product * length, 1), values.length);
    assert.equal(values.buffer, bytes.buffer);
  },
});

fuzz("readImages() and readLabels() read samples or throw a DataError", {
  inputs: bytesLike(FILES),
  refusals: [DataError],
  read: (bytes) => {
    const file = { name: "digits", bytes };
    if (bytes[3] === 1) {
      assert.ok(readLabels(file).every((label) => label <= 9));
      readSamples(IMAGES, file);
    } else {
      const { count, pixels } = readImages(file);
      assert.equal(pixels.length, count * 784);
      assert.equal(readSamples(file, LABELS).count, 3);
    }
  },
});
