import { type Bands, findBand } from "../checks/bands.ts";
import type { LoadedDataset } from "../data/load_dataset.ts";
import type { Engine } from "../engines/engine.ts";
import type { Case } from "../matrix/case.ts";
import { type Calibration, type Cost, costOf, type Seconds, secondsOf } from "../matrix/cost.ts";
import { modelOf } from "../matrix/model_of.ts";
import { takingTurns } from "../matrix/order.ts";
import { calibrate } from "../runner/calibrate.ts";

/** What a case costs, on any machine. */
export interface CostedCase {
  readonly case: Case;
  readonly cost: Cost;
}

export interface Estimate extends CostedCase {
  readonly seconds: Seconds;
}

/** The cost of each case, with as many epochs as its band says. */
export function costCases(
  cases: readonly Case[],
  { splits, sha256 }: LoadedDataset,
  bands: Bands,
): CostedCase[] {
  return cases.map((c) => {
    const spec = modelOf(c, splits.train.width);
    const epochs = findBand(bands, sha256, c)?.epochs ?? null;
    return { case: c, cost: costOf(spec, c, splits, epochs) };
  });
}

/** What each case will take on this machine, in the order in which the cases will start. */
export async function estimate(
  costed: readonly CostedCase[],
  { splits }: LoadedDataset,
  engineOf: (c: Case) => Engine,
): Promise<Estimate[]> {
  const calibrations = new Map<string, Calibration>();
  const estimates: Estimate[] = [];
  for (const { case: c, cost } of costed) {
    const spec = modelOf(c, splits.train.width);
    const key = `${spec.name} on ${spec.input.kind}`;
    let calibration = calibrations.get(key);
    if (!calibration) {
      calibration = await calibrate(engineOf(c), spec, splits);
      calibrations.set(key, calibration);
    }
    estimates.push({ case: c, cost, seconds: secondsOf(cost, calibration) });
  }
  return takingTurns(estimates);
}
