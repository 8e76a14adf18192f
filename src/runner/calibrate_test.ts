import assert from "node:assert/strict";
import { drawStrokes } from "../data/strokes.ts";
import { sliceSamples } from "../data/dataset.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { fc } from "../models/fc.ts";
import { calibrate } from "./calibrate.ts";

const STROKES = drawStrokes();
const ENGINE = await loadExactEngine(await readKernelBytes(), null, () => {});
const FC = fc({ kind: "pixels", width: 784 });

for (const count of [6000, 33, 1]) {
  Deno.test(`calibrate() gives positive times for a training set of ${count}`, async () => {
    const splits = { ...STROKES, train: sliceSamples(STROKES.train, 0, count) };
    const { stepSeconds, evaluatedSampleSeconds } = await calibrate(ENGINE, FC, splits);
    for (const seconds of [stepSeconds, evaluatedSampleSeconds]) {
      assert.ok(Number.isFinite(seconds) && seconds > 0, `${seconds}`);
    }
  });
}
