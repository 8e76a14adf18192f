import assert from "node:assert/strict";
import { ae, vae } from "../models/autoencoder.ts";
import { conv } from "../models/conv.ts";
import { fc } from "../models/fc.ts";
import { wideDeep } from "../models/wide_deep.ts";
import { accuracyOf, isBetter, metricOfModel, predictionsOf, scoreOf } from "./score.ts";

const PIXELS = { kind: "pixels", width: 784 } as const;

Deno.test("metricOfModel() judges classifiers by accuracy and autoencoders by their loss", () => {
  for (const spec of [fc(PIXELS), conv(PIXELS), wideDeep(784, 20)]) {
    assert.equal(metricOfModel(spec), "accuracy");
  }
  for (const spec of [ae(PIXELS, 2), vae(PIXELS, 2)]) assert.equal(metricOfModel(spec), "loss");
});

Deno.test("isBetter() wants a higher accuracy and a lower loss, strictly, and anything beats nothing", () => {
  assert.equal(isBetter("accuracy", 0.9, 0.8), true);
  assert.equal(isBetter("accuracy", 0.8, 0.9), false);
  assert.equal(isBetter("loss", 58.8, 59), true);
  assert.equal(isBetter("loss", 59, 58.8), false);
  assert.equal(isBetter("loss", -1, 0), true);
  for (const metric of ["accuracy", "loss"] as const) {
    assert.equal(isBetter(metric, 0.5, 0.5), false);
    assert.equal(isBetter(metric, 0, -0), false);
    for (const score of [0, 1, 1e9]) assert.equal(isBetter(metric, score, null), true);
  }
});

Deno.test("scoreOf() is the accuracy of the outputs, or the mean of the losses", () => {
  const evaluation = {
    width: 2,
    outputs: Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1),
    losses: Float32Array.of(1, 2, 4, 10),
  };
  const labels = Uint8Array.of(0, 1, 1, 1);
  assert.equal(scoreOf("accuracy", evaluation, labels), 0.75);
  assert.equal(scoreOf("loss", evaluation, labels), 4.25);
});

Deno.test("scoreOf() adds losses beyond the precision of float32, so that none is lost", () => {
  const losses = new Float32Array(3).fill(1);
  losses[0] = 2 ** 25;
  const evaluation = { width: 1, outputs: new Float32Array(3), losses };
  assert.equal(scoreOf("loss", evaluation, new Uint8Array(3)), (2 ** 25 + 2) / 3);
});

Deno.test("accuracyOf() is the fraction of samples whose largest logit is at their label", () => {
  const logits = Float32Array.of(
    ...[0, 1, 2],
    ...[5, -1, 4],
    ...[-3, -1, -2],
    ...[0, 0.5, 0.25],
  );
  assert.equal(accuracyOf(predictionsOf(logits, 3), Uint8Array.of(2, 0, 1, 1)), 1);
  assert.equal(accuracyOf(predictionsOf(logits, 3), Uint8Array.of(2, 0, 1, 2)), 0.75);
  assert.equal(accuracyOf(predictionsOf(logits, 3), Uint8Array.of(0, 1, 2, 0)), 0);
});

Deno.test("predictionsOf() takes the first of equal logits", () => {
  const tied = new Float32Array(10);
  assert.equal(accuracyOf(predictionsOf(tied, 10), Uint8Array.of(0)), 1);
  for (let label = 1; label < 10; label++) {
    assert.equal(accuracyOf(predictionsOf(tied, 10), Uint8Array.of(label)), 0);
  }
  const pair = Float32Array.of(1, 7, 3, 7);
  assert.equal(accuracyOf(predictionsOf(pair, 4), Uint8Array.of(1)), 1);
  assert.equal(accuracyOf(predictionsOf(pair, 4), Uint8Array.of(3)), 0);
  assert.equal(accuracyOf(predictionsOf(Float32Array.of(-0, 0), 2), Uint8Array.of(0)), 1);
});
