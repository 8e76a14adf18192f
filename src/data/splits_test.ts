import assert from "node:assert/strict";
import { readSamples } from "./idx.ts";
import { mnistSplits } from "./splits.ts";
import { imagesFile, labelsFile } from "./test_files.ts";

function samples(count: number) {
  return readSamples({ name: "images", bytes: imagesFile(count) }, {
    name: "labels",
    bytes: labelsFile(count),
  });
}

Deno.test("mnistSplits() validates on the first 5,000 images and trains on the rest in order", () => {
  const training = samples(5_012), test = samples(4);
  const splits = mnistSplits(training, test);
  assert.deepEqual(
    [splits.train.count, splits.validation.count, splits.test.count],
    [12, 5_000, 4],
  );
  assert.equal(splits.validation.values[0], 0);
  assert.equal(splits.validation.values[4_999 * 784], 4_999 % 251);
  for (const i of [0, 1, 11]) {
    assert.equal(splits.train.values[i * 784], (5_000 + i) % 251);
    assert.equal(splits.train.labels[i], i % 10);
  }
});

Deno.test("mnistSplits() copies nothing", () => {
  const training = samples(5_001), test = samples(1);
  const splits = mnistSplits(training, test);
  for (const split of [splits.train, splits.validation]) {
    assert.equal(split.values.buffer, training.values.buffer);
    assert.equal(split.labels.buffer, training.labels.buffer);
  }
  assert.equal(splits.test, test);
});

Deno.test("mnistSplits() rejects a training file of 5,000 images or fewer, and an empty test file", () => {
  assert.throws(() => mnistSplits(samples(5_000), samples(1)), {
    name: "DataError",
    message:
      "Cannot split 5000 training images: the first 5000 are for validation, so there must " +
      "be more",
  });
  assert.throws(() => mnistSplits(samples(5_001), samples(0)), {
    name: "DataError",
    message: "Cannot test on 0 images: the test file is empty",
  });
});
