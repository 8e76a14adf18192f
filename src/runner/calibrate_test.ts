import assert from "node:assert/strict";
import { drawStrokes } from "../data/strokes.ts";
import { sliceSamples } from "../data/dataset.ts";
import type { Engine } from "../engines/engine.ts";
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

Deno.test("calibrate() takes one step, and few samples, of an engine that is slow", async () => {
  const steps: number[] = [], scored: number[] = [];
  const slow: Engine = {
    name: "tfjs-cpu",
    open: async (...args) => {
      const session = await ENGINE.open(...args);
      return {
        ...{ backend: "slow", threads: 1, digests: null },
        step: async (indices) => {
          steps.push(indices.length);
          await new Promise((resolve) => setTimeout(resolve, 2010));
          return 1;
        },
        evaluate: (split, count, epoch) => {
          scored.push(count);
          return session.evaluate(split, count, epoch);
        },
        weights: session.weights.bind(session),
        setWeights: session.setWeights.bind(session),
        state: session.state.bind(session),
        setState: session.setState.bind(session),
        close: session.close.bind(session),
      };
    },
  };
  const { stepSeconds } = await calibrate(slow, FC, STROKES);
  assert.ok(stepSeconds > 2, `${stepSeconds}`);
  assert.deepEqual([steps, scored], [[32], [4]]);
});
