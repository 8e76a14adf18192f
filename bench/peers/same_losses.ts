/**
 * Whether others take the same steps as we: the losses of the first steps agree within what
 * roundings explain.
 *
 * Roundings grow from step to step, for Adam's first updates have nearly the same size however small
 * a gradient is: where a gradient is nearly 0 a rounding decides the update's sign. How far that
 * carries is measured: our own engine trains from weights that are each slightly off. Its bits repeat,
 * so the tolerances are the same everywhere.
 * @module
 */
import { initialParameters, type Tensor } from "../../src/models/parameters.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { Stream } from "../../src/random/stream.ts";
import { AdamRate } from "../../src/training/adam_rate.ts";
import { EPOCH, SEED, type Workload } from "./workload.ts";

/** Steps that are compared at most. */
export const COMPARED = 5;

/**
 * Runs from disturbed weights, and how much each weight is off at most, relatively: about as much as
 * a gradient may be by Winograd's transforms, against the largest one.
 */
const DISTURBED = 6, DISTURBANCE = 2 ** -14;
/** Others may be that many times as far away as those runs. */
const SAFETY = 8;
/** A loss is a sum of many rounded terms: that much it may be off, relatively, with equal weights. */
const ROUNDINGS = 128 * 2 ** -24;
/** Losses are compared for as long as the tolerance is below this share of them... */
const USEFUL = 0.03;
/** ...and for that many steps at least: the second loss tells of the first update. */
const LEAST = 2;

/** Someone takes other steps than we: to compare times would mean nothing. */
export class OtherStepsError extends Error {
  override readonly name = "OtherStepsError";
}

export interface ExpectedLosses {
  readonly losses: readonly number[];
  /** One a step that can be compared. */
  readonly tolerances: readonly number[];
}

/** The losses that everyone must have, and how closely. */
export async function expectedLosses(engine: Engine, work: Workload): Promise<ExpectedLosses> {
  const session = await engine.open(work.spec, work.dataset.splits, SEED);
  const initial = structuredClone(await session.state());
  const train = async (weights: readonly Tensor[]) => {
    await session.setState({ ...initial, weights });
    const rate = new AdamRate(), losses: number[] = [];
    for (const batch of work.batches.slice(0, COMPARED)) {
      losses.push(await session.step(batch, rate.next(), EPOCH));
    }
    return losses;
  };
  const weights = initialParameters(work.spec, SEED);
  const losses = await train(weights);
  const disturbed: number[][] = [];
  for (let i = 1; i <= DISTURBED; i++) disturbed.push(await train(disturb(weights, i)));
  await session.close();
  return withTolerances(losses, disturbed);
}

function disturb(weights: readonly Tensor[], seed: number): Tensor[] {
  return weights.map(({ name, shape, values }) => {
    const noise = new Stream(seed, `disturbed/${name}`).uniform(values.length, DISTURBANCE);
    return { name, shape, values: values.map((weight, i) => weight * (1 + noise[i]!)) };
  });
}

/** Throws where roundings alone part the runs too soon to compare anything. */
export function withTolerances(
  losses: readonly number[],
  disturbed: readonly (readonly number[])[],
): ExpectedLosses {
  let spread = 0; // as a share of the loss; what one step parted no later one joins
  const tolerances = losses.map((loss, i) => {
    spread = Math.max(spread, ...disturbed.map((other) => Math.abs(other[i]! / loss - 1)));
    return (SAFETY * spread + ROUNDINGS) * Math.abs(loss);
  });
  const tooFar = tolerances.findIndex((tolerance, i) => !(tolerance < USEFUL * losses[i]!));
  const count = tooFar < 0 ? tolerances.length : tooFar;
  if (count < LEAST) {
    throw new OtherStepsError(
      `Cannot compare losses: roundings part them by ${tolerances[count]} at once`,
    );
  }
  return { losses, tolerances: tolerances.slice(0, count) };
}

/** Throws where the losses of `who` are not the expected ones within roundings. */
export function compareLosses(
  who: string,
  losses: readonly number[],
  { losses: expected, tolerances }: ExpectedLosses,
): void {
  for (const [i, tolerance] of tolerances.entries()) {
    const [loss, wanted] = [losses[i] ?? NaN, expected[i]!];
    if (!(Math.abs(loss - wanted) <= tolerance)) {
      throw new OtherStepsError(
        `Cannot compare times: the loss of step ${
          i + 1
        } is ${wanted} here and ${loss} in ${who}, ` +
          `further apart than the ${tolerance.toPrecision(2)} that roundings explain`,
      );
    }
  }
}
