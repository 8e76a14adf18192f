import assert from "node:assert/strict";
import { DataError } from "../../src/data/data_error.ts";
import { readFolder } from "../../src/data/folder.ts";
import { readIdx, readImages, readLabels, readSamples } from "../../src/data/idx.ts";
import { MNIST_FILES } from "../../src/data/mnist_files.ts";
import { idxBytes, imagesFile, labelsFile } from "../../src/data/test_files.ts";
import { bytesLike } from "./bytes.ts";
import { fuzz } from "./fuzz.ts";

/** The test labels of MNIST, if it is here, packed or not: images would take too long to damage. */
async function realFiles(): Promise<Uint8Array[]> {
  const directory = Deno.env.get("MNIST_DIR");
  if (!directory) return [];
  return (await readFolder(directory, [MNIST_FILES[3]!])).map(({ bytes }) => bytes);
}

const FILES = [
  imagesFile(3),
  labelsFile(3),
  labelsFile(10),
  idxBytes([2, 3, 5], Array.from({ length: 30 }, (_, i) => i)),
  ...await realFiles(),
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
