import assert from "node:assert/strict";
import { drawStrokes } from "../../../data/strokes.ts";
import { sliceSamples } from "../../../data/dataset.ts";
import type { Engine } from "../../../engines/engine.ts";
import { fc } from "../../../models/fc.ts";
import { exactEngine } from "../testdata/plain_model.ts";
import { timeBatch } from "./time_batch.ts";

const STROKES = drawStrokes();
const SPEC = fc({ kind: "pixels", width: 784 });

for (const count of [6000, 7]) {
  const splits = { ...STROKES, train: sliceSamples(STROKES.train, 0, count) };

  Deno.test(`timeBatch() gives positive times for a training set of ${count}`, async () => {
    const times = await timeBatch(await exactEngine(), SPEC, splits);
    for (const seconds of [times.stepSeconds, times.evaluatedSampleSeconds]) {
      assert.ok(Number.isFinite(seconds) && seconds > 0, `${seconds}`);
    }
  });

  Deno.test(`timeBatch() times a batch's step, and a sample's share of its evaluation, of ${count}`, async () => {
    const clock = performance.now;
    let now = 0;
    const session = {
      // As on a GPU, which answers later.
      step: (batch: Uint32Array) => Promise.resolve().then(() => now += batch.length),
      evaluate: (_: string, samples: number) => Promise.resolve().then(() => now += samples / 4),
      close: () => {},
    };
    performance.now = () => now;
    try {
      const engine = { open: () => Promise.resolve(session) } as unknown as Engine;
      const { stepSeconds, evaluatedSampleSeconds } = await timeBatch(engine, SPEC, splits);
      assert.equal(stepSeconds, Math.min(count, SPEC.batchSize) / 1000);
      assert.equal(evaluatedSampleSeconds, 1 / 4 / 1000);
    } finally {
      performance.now = clock;
    }
  });
}
