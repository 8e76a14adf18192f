import { type Samples, sliceSamples, type Splits } from "../data/dataset.ts";
import type { Engine } from "../engines/engine.ts";
import type { Calibration } from "../matrix/cost.ts";
import type { ModelSpec } from "../models/spec.ts";

const WARM_UP_STEPS = 30;
const TIMED_STEPS = 40;
const SAMPLES = 320;

/** Times a model's step and evaluation on this machine, on a few of the dataset's samples. */
export async function calibrate(
  engine: Engine,
  spec: ModelSpec,
  splits: Splits,
): Promise<Calibration> {
  const few = (samples: Samples) => sliceSamples(samples, 0, Math.min(SAMPLES, samples.count));
  const train = few(splits.train);
  const session = await engine.open(
    spec,
    { train, validation: few(splits.validation), test: few(splits.test) },
    0,
  );
  const batchSize = Math.min(spec.batchSize, train.count);
  const batch = new Uint32Array(batchSize);
  const step = async (n: number) => {
    for (let i = 0; i < batchSize; i++) batch[i] = (n * batchSize + i) % train.count;
    const start = performance.now();
    await session.step(batch, 0, 1);
    return performance.now() - start;
  };
  for (let n = 0; n < WARM_UP_STEPS; n++) await step(n);
  await session.evaluate("train", train.count, 1);
  await new Promise((resolve) => setTimeout(resolve)); // V8 changes to optimized code here
  const times: number[] = [];
  for (let n = 0; n < TIMED_STEPS; n++) times.push(await step(n));
  const start = performance.now();
  await session.evaluate("train", train.count, 1);
  const evaluation = performance.now() - start;
  await session.close();
  return {
    stepSeconds: times.sort((a, b) => a - b)[TIMED_STEPS / 2]! / 1000,
    evaluatedSampleSeconds: evaluation / train.count / 1000,
  };
}
