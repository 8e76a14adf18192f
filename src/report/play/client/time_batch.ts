import { sliceSamples, type Splits } from "../../../data/dataset.ts";
import type { Engine } from "../../../engines/engine.ts";
import type { Calibration } from "../../../matrix/cost.ts";
import type { ModelSpec } from "../../../models/spec.ts";

/** Runs go on for so long, to warm up and to be timed: a browser's clock may have whole milliseconds. */
const LEAST_SECONDS = 0.15;

/** A first run that takes longer is enough to know that it will be long. */
const SLOW_SECONDS = 2;

/** Times a step and an evaluation of one batch in this browser, in this build. */
export async function timeBatch(
  engine: Engine,
  spec: ModelSpec,
  { train }: Splits,
): Promise<Calibration> {
  const samples = sliceSamples(train, 0, Math.min(spec.batchSize, train.count));
  const splits = { train: samples, validation: samples, test: samples };
  const session = await engine.open(spec, splits, 0);
  const batch = Uint32Array.from({ length: samples.count }, (_, i) => i);
  const stepSeconds = await secondsOf(() => session.step(batch, 0, 1));
  const evaluation = await secondsOf(() => session.evaluate("train", samples.count, 1));
  await session.close();
  return { stepSeconds, evaluatedSampleSeconds: evaluation / samples.count };
}

/** What a run takes once the browser has compiled it, which it does while it runs. */
async function secondsOf(run: () => unknown): Promise<number> {
  const first = await repeated(run, 0);
  if (first > SLOW_SECONDS) return first;
  await repeated(run, LEAST_SECONDS);
  return await repeated(run, LEAST_SECONDS);
}

/** Seconds of a run, of as many as it takes to go on for so long. */
async function repeated(run: () => unknown, leastSeconds: number): Promise<number> {
  const start = performance.now();
  for (let runs = 1;; runs++) {
    await run();
    const seconds = (performance.now() - start) / 1000;
    if (seconds >= leastSeconds) return seconds / runs;
  }
}
