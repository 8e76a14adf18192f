/**
 * A guard over a device that may fail while it trains: now and then the processor computes the same
 * step.
 * @module
 */
import type { SplitName } from "../../../data/dataset.ts";
import type { Tensor } from "../../../models/parameters.ts";
import {
  DeviceError,
  type Engine,
  type Evaluation,
  type MaybePromise,
  type ModelState,
  type Session,
} from "../../engine.ts";

/** One step in so many is computed again, from the first step of a session on. */
export const STEPS_PER_CHECK = 500;

/**
 * An engine whose sessions compute one step in 500 on `substitute` again, from the same state. Loss,
 * weights and moments must have the same bits, or the step throws a DeviceError.
 */
export function guarded(
  device: Engine,
  substitute: Engine,
  stepsPerCheck = STEPS_PER_CHECK,
): Engine {
  return {
    name: device.name,
    substitute,
    open: async (spec, splits, seed) =>
      new GuardedSession(
        await device.open(spec, splits, seed),
        () => substitute.open(spec, splits, seed),
        stepsPerCheck,
      ),
  };
}

class GuardedSession implements Session {
  #steps = 0;
  #confirmed = 0;
  #twin: Promise<Session> | null = null;
  /** The checks so far: there is one twin for all of them. */
  #checks: Promise<unknown> = Promise.resolve();

  /** @param openTwin a session of the same model, samples and seed on the processor */
  constructor(
    private readonly device: Session,
    private readonly openTwin: () => Promise<Session>,
    private readonly stepsPerCheck: number,
  ) {}

  get backend(): string {
    return this.device.backend;
  }

  get threads(): number {
    return this.device.threads;
  }

  get digests(): Session["digests"] {
    return this.device.digests;
  }

  get confirmedSteps(): number {
    return this.#confirmed;
  }

  step(indices: Uint32Array, rate: number, epoch: number): MaybePromise<number> {
    const isChecked = this.#steps % this.stepsPerCheck === 0;
    // What comes after the first of these calls is in the device's queue before any later step.
    const before = isChecked ? this.device.state() : null;
    const loss = this.device.step(indices, rate, epoch);
    const step = ++this.#steps;
    if (before === null) return loss;
    const after = this.device.state();
    const answers = Promise.all([before, loss, after, this.#checks]);
    const check = this.#check(
      `step ${step}, in epoch ${epoch},`,
      answers,
      (twin) => twin.step(indices, rate, epoch),
    );
    this.#checks = check.catch(() => {});
    return check;
  }

  evaluate(split: SplitName, count: number, epoch: number): MaybePromise<Evaluation> {
    return this.device.evaluate(split, count, epoch);
  }

  weights(): MaybePromise<Tensor[]> {
    return this.device.weights();
  }

  setWeights(weights: readonly Tensor[]): MaybePromise<void> {
    return this.device.setWeights(weights);
  }

  state(): MaybePromise<ModelState> {
    return this.device.state();
  }

  setState(state: ModelState): MaybePromise<void> {
    return this.device.setState(state);
  }

  async close(): Promise<void> {
    await this.device.close();
    await (await this.#twin)?.close();
  }

  async #check(
    what: string,
    answers: Promise<[before: ModelState, loss: number, after: ModelState, ...unknown[]]>,
    repeat: (twin: Session) => MaybePromise<number>,
  ): Promise<number> {
    const [before, loss, after] = await answers;
    const twin = await (this.#twin ??= this.openTwin());
    await twin.setState(before);
    const expected = await repeat(twin);
    const difference = differenceOf({ loss, state: after }, {
      loss: expected,
      state: await twin.state(),
    });
    if (difference !== null) {
      throw new DeviceError(
        `${what} has other bits on the GPU than on the processor: ${difference}`,
      );
    }
    this.#confirmed++;
    return loss;
  }
}

/** What a step leaves. */
interface Result {
  readonly loss: number;
  readonly state: ModelState;
}

/** The first thing in which two results differ; null if they are the same. */
function differenceOf(found: Result, expected: Result): string | null {
  if (!Object.is(found.loss, expected.loss)) return "the loss";
  for (
    const [what, key] of [
      ["the weights", "weights"],
      ["the first moments", "firstMoments"],
      ["the second moments", "secondMoments"],
    ] as const
  ) {
    const differs = found.state[key].find(({ values }, i) =>
      !areEqual(values, expected.state[key][i]!.values)
    );
    if (differs) return `${what} of ${differs.name}`;
  }
  return null;
}

/** Whether two arrays hold the same bits; a NaN is any NaN. */
function areEqual(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
