/**
 * The fc model behind the contract of engines, in float64 and from its formulas alone: another engine
 * that needs no installation, and that differs from the exact one by roundings. It can be built with
 * faults.
 * @module
 */
import type { SplitName, Splits } from "../../src/data/dataset.ts";
import type { Engine, Evaluation, ModelState, Session } from "../../src/engines/engine.ts";
import { initialParameters, type Tensor } from "../../src/models/parameters.ts";
import type { ModelSpec } from "../../src/models/spec.ts";
import {
  CLASSES,
  HIDDEN,
  naiveForward,
  type NaiveParameters,
  toNaive,
  toNaiveBatch,
} from "./naive_fc.ts";

/** What can be wrong with an engine. */
export interface Faults {
  /** Biases stay 0. */
  readonly noBias?: boolean;
  /** Of Adam, also in its rate. */
  readonly beta2?: number;
  /** `setWeights` does nothing, so the best weights do not come back. */
  readonly keepsLast?: boolean;
}

const BETA_1 = 0.9, BETA_2 = 0.999, EPSILON = 1e-8;

export class NaiveEngine implements Engine {
  /** It stands in for an engine that promises no bits. */
  readonly name = "tfjs-cpu";

  constructor(private readonly faults: Faults = {}) {}

  open(spec: ModelSpec, splits: Splits, seed: number): Promise<Session> {
    if (spec.name !== "fc") return Promise.reject(new TypeError(`Cannot run ${spec.name}`));
    return Promise.resolve(new NaiveSession(initialParameters(spec, seed), splits, this.faults));
  }
}

class NaiveSession implements Session {
  readonly backend = "float64";
  readonly threads = 1;
  readonly digests = null;
  readonly #tensors: readonly Tensor[];
  readonly #values: NaiveParameters;
  readonly #first: NaiveParameters;
  readonly #second: NaiveParameters;
  #steps = 0;

  constructor(
    weights: readonly Tensor[],
    private readonly splits: Splits,
    private readonly faults: Faults,
  ) {
    this.#tensors = weights;
    this.#values = toNaive(weights);
    this.#first = zerosLike(this.#values);
    this.#second = zerosLike(this.#values);
    if (faults.noBias) { for (const at of [1, 3] as const) this.#values[at].fill(0); }
  }

  step(indices: Uint32Array, rate: number): number {
    const batch = toNaiveBatch(this.splits.train, indices);
    const { count, inputs, x, labels } = batch;
    const [, , w2] = this.#values;
    const gradients = zerosLike(this.#values);
    const [g1, d1, g2, d2] = gradients;
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const made = naiveForward(this.#values, batch, i);
      loss += made.loss / count;
      const delta = made.probabilities.map((p, c) => (p - (c === labels[i] ? 1 : 0)) / count);
      const back = new Float64Array(HIDDEN);
      for (let n = 0; n < HIDDEN; n++) {
        for (let c = 0; c < CLASSES; c++) {
          g2[n * CLASSES + c]! += made.hidden[n]! * delta[c]!;
          if (made.pre[n]! > 0) back[n]! += delta[c]! * w2[n * CLASSES + c]!;
        }
        d1[n]! += back[n]!;
      }
      for (let c = 0; c < CLASSES; c++) d2[c]! += delta[c]!;
      for (let k = 0; k < inputs; k++) {
        const value = x[i * inputs + k]!;
        if (value === 0) continue;
        for (let n = 0; n < HIDDEN; n++) g1[k * HIDDEN + n]! += value * back[n]!;
      }
    }
    if (this.faults.noBias) { for (const bias of [d1, d2]) bias.fill(0); }
    this.#adam(gradients, rate);
    return loss;
  }

  #adam(gradients: NaiveParameters, rate: number): void {
    const { beta2 = BETA_2 } = this.faults;
    const t = ++this.#steps;
    const corrected = rate * Math.sqrt((1 - beta2 ** t) / (1 - BETA_2 ** t));
    for (const [p, gradient] of gradients.entries()) {
      const [value, first, second] = [this.#values[p]!, this.#first[p]!, this.#second[p]!];
      for (let i = 0; i < gradient.length; i++) {
        const g = gradient[i]!;
        const m = first[i] = BETA_1 * first[i]! + (1 - BETA_1) * g;
        const v = second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
        value[i]! -= corrected * m / (Math.sqrt(v) + EPSILON);
      }
    }
  }

  evaluate(split: SplitName, count: number): Evaluation {
    const samples = this.splits[split];
    const outputs = new Float32Array(count * CLASSES);
    const losses = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const { logits, loss } = naiveForward(
        this.#values,
        toNaiveBatch(samples, Uint32Array.of(i)),
        0,
      );
      outputs.set(logits, i * CLASSES);
      losses[i] = loss;
    }
    return { width: CLASSES, outputs, losses };
  }

  weights(): Tensor[] {
    return this.#rounded(this.#values);
  }

  setWeights(weights: readonly Tensor[]): void {
    if (this.faults.keepsLast) return;
    for (const [i, { values }] of weights.entries()) this.#values[i]!.set(values);
  }

  state(): ModelState {
    return {
      weights: this.#rounded(this.#values),
      firstMoments: this.#rounded(this.#first),
      secondMoments: this.#rounded(this.#second),
    };
  }

  setState(): never {
    throw new TypeError("Cannot go on from a checkpoint");
  }

  close(): void {}

  #rounded(parameters: NaiveParameters): Tensor[] {
    return this.#tensors.map((tensor, i) => ({
      ...tensor,
      values: Float32Array.from(parameters[i]!),
    }));
  }
}

function zerosLike(parameters: NaiveParameters): NaiveParameters {
  return parameters.map(({ length }) => new Float64Array(length)) as unknown as NaiveParameters;
}
