import assert from "node:assert/strict";
import type { Samples, Splits } from "./dataset.ts";
import { embeddedSplits, type Embeddings, HEAD_VALIDATION } from "./embedded.ts";

const LATENTS = 3;
const WIDTH = 4;

/** Bytes of which each says where it stands. */
function pixels(count: number): Samples {
  return {
    count,
    width: WIDTH,
    values: Uint8Array.from({ length: count * WIDTH }, (_, i) => (i * 37) % 256),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
}

/** Embeddings of which each value says where it stands. */
function latents(count: number, from: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count * LATENTS }, (_, i) => from + i / 8);
}

function world(train: number, validation: number, test: number) {
  const splits: Splits = {
    train: pixels(train),
    validation: pixels(validation),
    test: pixels(test),
  };
  const values = {
    train: latents(train, 0),
    validation: latents(validation, 10_000),
    test: latents(test, -10_000),
  };
  const embeddings: Embeddings = { latents: LATENTS, values };
  return { splits, embeddings };
}

Deno.test("embeddedSplits() takes the first labels of training, 1,000 of validation and all of the test", () => {
  const { splits, embeddings } = world(50, 1200, 70);
  const { train, validation, test } = embeddedSplits(splits, embeddings, 20, false);
  assert.equal(HEAD_VALIDATION, 1000);
  assert.deepEqual([train.count, validation.count, test.count], [20, 1000, 70]);
  assert.deepEqual(train.values, embeddings.values.train.slice(0, 20 * LATENTS));
  assert.deepEqual(validation.values, embeddings.values.validation.slice(0, 1000 * LATENTS));
  assert.deepEqual(test.values, embeddings.values.test);
  for (const [split, n] of [["train", 20], ["validation", 1000], ["test", 70]] as const) {
    const embedded = { train, validation, test }[split];
    assert.equal(embedded.width, LATENTS);
    assert.deepEqual(embedded.labels, splits[split].labels.slice(0, n));
  }
});

Deno.test("embeddedSplits() takes all of a validation set that is smaller than 1,000", () => {
  const { splits, embeddings } = world(5, 999, 5);
  assert.equal(embeddedSplits(splits, embeddings, 5, false).validation.count, 999);
});

Deno.test("embeddedSplits() with pixels gives rows of f32(x / 255), then the latents", () => {
  const { splits, embeddings } = world(12, 1100, 9);
  const wide = embeddedSplits(splits, embeddings, 7, true);
  const counts = { train: 7, validation: 1000, test: 9 };
  for (const split of ["train", "validation", "test"] as const) {
    const { count, width, values, labels } = wide[split];
    assert.equal(count, counts[split]);
    assert.equal(width, WIDTH + LATENTS);
    assert.equal(values.length, count * width);
    assert.deepEqual(labels, splits[split].labels.slice(0, count));
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < WIDTH; j++) {
        const expected = Math.fround(splits[split].values[i * WIDTH + j]! / 255);
        assert.equal(values[i * width + j], expected);
      }
      for (let j = 0; j < LATENTS; j++) {
        const expected = embeddings.values[split][i * LATENTS + j];
        assert.equal(values[i * width + WIDTH + j], expected);
      }
    }
  }
});

Deno.test("embeddedSplits() refuses more labels than there are training images", () => {
  const { splits, embeddings } = world(50, 20, 30);
  assert.equal(embeddedSplits(splits, embeddings, 50, false).train.count, 50);
  for (const wide of [false, true]) {
    assert.throws(() => embeddedSplits(splits, embeddings, 51, wide), {
      name: "RangeError",
      message: "Cannot take 51 train samples: there are 50",
    });
  }
});
