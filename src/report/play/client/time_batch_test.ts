import assert from "node:assert/strict";
import { drawStrokes } from "../../../data/strokes.ts";
import { sliceSamples } from "../../../data/dataset.ts";
import { fc } from "../../../models/fc.ts";
import { exactEngine } from "../testdata/plain_model.ts";
import { timeBatch } from "./time_batch.ts";

const STROKES = drawStrokes();

for (const count of [6000, 7]) {
  Deno.test(`timeBatch() gives positive times for a training set of ${count}`, async () => {
    const splits = { ...STROKES, train: sliceSamples(STROKES.train, 0, count) };
    const spec = fc({ kind: "pixels", width: 784 });
    const { stepSeconds, evaluatedSampleSeconds } = await timeBatch(
      await exactEngine(),
      spec,
      splits,
    );
    for (const seconds of [stepSeconds, evaluatedSampleSeconds]) {
      assert.ok(Number.isFinite(seconds) && seconds > 0, `${seconds}`);
    }
    // A step scores its batch too, and then learns from it.
    assert.ok(stepSeconds > evaluatedSampleSeconds, `${stepSeconds} ${evaluatedSampleSeconds}`);
  });
}
