import { type Bands, findBand } from "../checks/bands.ts";
import type { LoadedDataset } from "../data/load_dataset.ts";
import type { Engine } from "../engines/engine.ts";
import type { Case } from "../matrix/case.ts";
import { type Calibration, type Cost, costOf, type Seconds, secondsOf } from "../matrix/cost.ts";
import { modelOf } from "../matrix/model_of.ts";
import { calibrate } from "../runner/calibrate.ts";

export interface Estimate {
  readonly case: Case;
  readonly cost: Cost;
  readonly seconds: Seconds;
}

/** What each case will take on this machine, cheapest first. */
export async function estimate(
  cases: readonly Case[],
  dataset: LoadedDataset,
  engine: Engine,
  bands: Bands,
): Promise<Estimate[]> {
  const { splits, sha256 } = dataset;
  const calibrations = new Map<string, Calibration>();
  const estimates: Estimate[] = [];
  for (const c of cases) {
    const spec = modelOf(c, splits.train.width);
    const key = `${spec.name} on ${spec.input.kind}`;
    let calibration = calibrations.get(key);
    if (!calibration) {
      calibration = await calibrate(engine, spec, splits);
      calibrations.set(key, calibration);
    }
    const cost = costOf(spec, c, splits, findBand(bands, sha256, c)?.epochs ?? null);
    estimates.push({ case: c, cost, seconds: secondsOf(cost, calibration) });
  }
  return estimates.sort((a, b) => a.seconds - b.seconds);
}
