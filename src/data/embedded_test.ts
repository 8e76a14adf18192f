import assert from "node:assert/strict";
import { type Samples, sliceSamples, type Splits } from "./dataset.ts";
import { drawLabels } from "./draw.ts";
import {
  embeddedSplits,
  type Embeddings,
  evenOut,
  HEAD_VALIDATION,
  momentsOf,
} from "./embedded.ts";

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

/** Takes the first training samples. */
function first(labels: number): (train: Samples) => Samples {
  return (train) => sliceSamples(train, 0, labels);
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
  const { train, validation, test } = embeddedSplits(splits, embeddings, first(20), false);
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
  assert.equal(embeddedSplits(splits, embeddings, first(5), false).validation.count, 999);
});

Deno.test("embeddedSplits() with pixels gives rows of f32(x / 255), then the latents", () => {
  const { splits, embeddings } = world(12, 1100, 9);
  const wide = embeddedSplits(splits, embeddings, first(7), true);
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
  assert.equal(embeddedSplits(splits, embeddings, first(50), false).train.count, 50);
  for (const wide of [false, true]) {
    assert.throws(() => embeddedSplits(splits, embeddings, first(51), wide), {
      name: "RangeError",
      message: "Cannot take samples 0 to 51: there are 50",
    });
  }
});

Deno.test("embeddedSplits() takes the same samples of pixels and of codes", () => {
  const { splits, embeddings } = world(50, 20, 30);
  const draw = (train: Samples) => drawLabels(train, 8, 3, 1);
  const codes = embeddedSplits(splits, embeddings, draw, false).train;
  const wide = embeddedSplits(splits, embeddings, draw, true).train;
  assert.deepEqual(codes.labels, draw(splits.train).labels);
  assert.deepEqual(wide.labels, codes.labels);
  for (let i = 0; i < 8; i++) {
    // A code says which row it is of.
    const row = codes.values[i * LATENTS]! * 8 / LATENTS;
    assert.equal(codes.labels[i], row % 10);
    const pixel = Math.fround(splits.train.values[row * WIDTH]! / 255);
    assert.equal(wide.values[i * (WIDTH + LATENTS)], pixel);
  }
});

Deno.test("embeddedSplits() takes codes of the first training samples alone, if those are all there are", () => {
  const { splits, embeddings } = world(50, 20, 30);
  const few = {
    ...embeddings,
    values: { ...embeddings.values, train: latents(30, 0) },
  };
  assert.equal(embeddedSplits(splits, few, first(30), false).train.count, 30);
  assert.throws(() => embeddedSplits(splits, few, first(31), false), {
    name: "RangeError",
    message: "Cannot take samples 0 to 31: there are 30",
  });
});

Deno.test("evenOut() centers each latent of the training codes, and divides all by one scale", () => {
  const { embeddings } = world(400, 30, 30);
  const spread = [1, 5, 0.001];
  const train = Float32Array.from(
    { length: 400 * LATENTS },
    (_, i) => 7 + (i % LATENTS) + spread[i % LATENTS]! * Math.sign(i % 7 - 3),
  );
  const even = evenOut({ latents: LATENTS, values: { ...embeddings.values, train } });
  const { means, variances } = momentsOf(even.values.train, LATENTS, 400);
  for (const mean of means) assert.ok(Math.abs(mean) < 1e-6, `${mean}`);
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  assert.ok(Math.abs(total - LATENTS) < 1e-5, `${total}`);
  // The latents keep their spread relative to each other.
  assert.ok(Math.abs(variances[1]! / variances[0]! - 25) < 1e-3);
  assert.ok(Math.abs(variances[2]! / variances[0]! - 1e-6) < 1e-8);
});

Deno.test("evenOut() maps all splits alike, from the first 10,000 training codes alone", () => {
  const values = {
    train: latents(10_050, 0),
    validation: latents(30, 5),
    test: latents(30, -5),
  };
  const even = evenOut({ latents: LATENTS, values });
  const { means, variances } = momentsOf(values.train, LATENTS, 10_000);
  const scale = Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / LATENTS);
  for (const split of ["train", "validation", "test"] as const) {
    for (const i of [0, 1, 2, 45]) {
      const expected = Math.fround((values[split][i]! - means[i % LATENTS]!) / scale);
      assert.equal(even.values[split][i], expected);
    }
  }
  const other = values.train.slice();
  other[10_000 * LATENTS] = 1e9;
  const { test } = evenOut({ latents: LATENTS, values: { ...values, train: other } }).values;
  assert.deepEqual(test, even.values.test);
});
