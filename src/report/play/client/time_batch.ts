import { sliceSamples, type Splits } from "../../../data/dataset.ts";
import type { ExactEngine } from "../../../engines/exact/exact_engine.ts";
import type { Calibration } from "../../../matrix/cost.ts";
import type { ModelSpec } from "../../../models/spec.ts";

/** Runs go on for so long: a browser's clock may tell no less than a millisecond. */
const LEAST_MS = 60;

/** A first run that takes longer is enough to know that it will be long. */
const SLOW_MS = 3000;

/** Times a step and an evaluation of one batch in this browser, in this build. */
export async function timeBatch(
  engine: ExactEngine,
  spec: ModelSpec,
  { train }: Splits,
): Promise<Calibration> {
  const samples = sliceSamples(train, 0, Math.min(spec.batchSize, train.count));
  const splits = { train: samples, validation: samples, test: samples };
  const session = await engine.open(spec, splits, 0);
  const batch = Uint32Array.from({ length: samples.count }, (_, i) => i);
  const stepSeconds = secondsOf(() => session.step(batch, 0, 1));
  const evaluation = secondsOf(() => session.evaluate("train", samples.count, 1));
  session.close();
  return { stepSeconds, evaluatedSampleSeconds: evaluation / samples.count };
}

/** What a run takes once the browser has compiled it. */
function secondsOf(run: () => void): number {
  const first = milliseconds(run);
  if (first > SLOW_MS) return first / 1000;
  let runs = 0;
  const total = milliseconds(() => {
    for (const start = performance.now(); performance.now() - start < LEAST_MS; runs++) run();
  });
  return total / runs / 1000;
}

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
