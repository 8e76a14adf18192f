import { type Samples, sliceSamples, type Splits } from "../data/dataset.ts";
import type { Engine } from "../engines/engine.ts";
import type { Calibration } from "../matrix/cost.ts";
import type { ModelSpec } from "../models/spec.ts";

/** Steps go on until both are reached, first to warm up and then to be timed. */
const LEAST_STEPS = 3;
const LEAST_MS = 400;
const SAMPLES = 320;

/** A step that takes longer is timed once: that is enough to know that it will be long. */
const SLOW_MS = 2000;
const SAMPLES_WHEN_SLOW = 4;

/** Where a step is waited for, training asks for many at once. */
const STEPS_AT_ONCE = 16;

/** Times a model's step and evaluation on this machine, on a few of the dataset's samples. */
export async function calibrate(
  engine: Engine,
  spec: ModelSpec,
  splits: Splits,
): Promise<Calibration> {
  const samples = spec.input.kind === "pixels"
    ? sliceSamples(splits.train, 0, Math.min(SAMPLES, splits.train.count))
    : anyFeatures(spec.input.width);
  const { count } = samples;
  const session = await engine.open(
    spec,
    { train: samples, validation: samples, test: samples },
    0,
  );
  await using _closed = { [Symbol.asyncDispose]: async () => await session.close() };
  const batch = new Uint32Array(Math.min(spec.batchSize, count));
  let atOnce = 1, asked = 0;
  const step = () => {
    for (let i = 0; i < batch.length; i++) batch[i] = (asked * batch.length + i) % count;
    asked++;
    const loss = session.step(batch, 0, 1);
    if (typeof loss !== "number") atOnce = STEPS_AT_ONCE;
    return loss;
  };
  const time = async (run: () => unknown) => {
    const start = performance.now();
    await run();
    return performance.now() - start;
  };
  const steps = async () => {
    const times: number[] = [];
    for (let total = 0; times.length < LEAST_STEPS || total < LEAST_MS;) {
      const group = times.length === 0 ? 1 : atOnce;
      const ms = await time(() => Promise.all(Array.from({ length: group }, step)));
      times.push(ms / group);
      if (times[0]! > SLOW_MS) break;
      total += ms;
    }
    return times;
  };
  let times = await steps();
  const slow = times[0]! > SLOW_MS;
  const scored = slow ? Math.min(SAMPLES_WHEN_SLOW, count) : count;
  const evaluation = () => time(() => session.evaluate("train", scored, 1));
  if (!slow) {
    await evaluation();
    await new Promise((resolve) => setTimeout(resolve)); // V8 changes to optimized code here
    times = (await steps()).sort((a, b) => a - b);
  }
  const evaluationMs = await evaluation();
  return {
    stepSeconds: times[times.length >> 1]! / 1000,
    evaluatedSampleSeconds: evaluationMs / scored / 1000,
  };
}

function anyFeatures(width: number): Samples {
  const values = Float32Array.from({ length: SAMPLES * width }, (_, i) => (i % 7) / 7);
  return { count: SAMPLES, width, values, labels: new Uint8Array(SAMPLES) };
}
