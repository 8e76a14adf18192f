/** A model of TensorFlow.js behind the contract of `engine.ts`. */
import type { Samples, SplitName, Splits } from "../../data/dataset.ts";
import { placeLayers, type Tensor } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import {
  type Evaluation,
  type ModelState,
  requireBatch,
  requireSamples,
  type Session,
} from "../engine.ts";
import { adamStep, type Moving } from "./adam.ts";
import { forward, type Parameters } from "./forward.ts";
import { type Batch, lossesOf } from "./losses.ts";
import { drawNoise } from "./noise.ts";
import type { TensorFlow, TfjsBackend, TfTensor } from "./tensorflow.ts";

/** Samples that are scored together; it changes no more than roundings. */
const EVALUATION_BATCH = 250;

export class TfjsSession implements Session {
  readonly backend: string;
  readonly threads: number;
  /** Nothing is compiled here, and nothing promised of the bits. */
  readonly digests = null;
  readonly #tf: TensorFlow;
  readonly #use: TfjsBackend["use"];
  /** Latents that take noise; 0 where none do. */
  readonly #sampled: number;
  #state: Map<string, Moving>;

  constructor(
    { tf, use, description, threads }: TfjsBackend,
    private readonly spec: ModelSpec,
    private readonly splits: Splits,
    private readonly seed: number,
    weights: readonly Tensor[],
  ) {
    this.#tf = tf;
    this.#use = use;
    this.backend = description;
    this.threads = threads;
    const latent = spec.layers.find(({ kind }) => kind === "sampled-latent");
    this.#sampled = latent?.kind === "sampled-latent" ? latent.units : 0;
    this.#state = this.#start(weights);
  }

  async step(indices: Uint32Array, rate: number, epoch: number): Promise<number> {
    const { spec } = this, tf = this.#tf;
    requireBatch(spec.loss === null ? null : spec, indices.length);
    this.#use();
    const before = this.#state;
    const names = [...before.keys()];
    const loss = tf.tidy(() => {
      const batch = this.#batch("train", indices);
      const eps = this.#noise("train", epoch, indices);
      const { value, grads } = tf.valueAndGrads((...tensors: TfTensor[]) => {
        const parameters = new Map(names.map((name, i) => [name, tensors[i]!]));
        const made = forward(tf, spec, parameters, batch.x, eps);
        return tf.mean(lossesOf(tf, spec, made, batch));
      })([...before.values()].map(({ value }) => value));
      this.#state = new Map(
        names.map((name, i) => [name, adamStep(tf, before.get(name)!, grads[i]!, rate)]),
      );
      for (const moving of this.#state.values()) keep(tf, moving);
      return value;
    });
    dispose(before);
    const [mean] = await loss.data();
    loss.dispose();
    return mean!;
  }

  async evaluate(split: SplitName, count: number, epoch: number): Promise<Evaluation> {
    const { spec, splits } = this, tf = this.#tf;
    requireSamples(splits, split, count);
    const width = placeLayers(spec).find(({ layer }) => layer.name === spec.output)!.output.width;
    const outputs = new Float32Array(count * width);
    const losses = new Float32Array(count);
    const divergences = this.#sampled > 0 && spec.loss !== null ? new Float32Array(count) : null;
    const parameters: Parameters = new Map(
      [...this.#state].map(([name, { value }]) => [name, value]),
    );
    for (let start = 0; start < count; start += EVALUATION_BATCH) {
      const samples = Math.min(EVALUATION_BATCH, count - start);
      const indices = Uint32Array.from({ length: samples }, (_, i) => start + i);
      this.#use();
      const [output, loss, divergence] = tf.tidy(() => {
        const batch = this.#batch(split, indices);
        const eps = this.#noise(split, epoch, indices);
        const made = forward(tf, spec, parameters, batch.x, eps);
        const loss = spec.loss === null ? null : lossesOf(tf, spec, made, batch);
        return [made.output, loss, divergences && made.divergence] as const;
      });
      outputs.set(await output.data(), start * width);
      output.dispose();
      if (divergence !== null) {
        divergences!.set(await divergence.data(), start);
        divergence.dispose();
      }
      if (loss === null) continue;
      losses.set(await loss.data(), start);
      loss.dispose();
    }
    return { width, outputs, losses, ...divergences && { divergences } };
  }

  weights(): Promise<Tensor[]> {
    return this.#read("value");
  }

  setWeights(weights: readonly Tensor[]): void {
    this.#use();
    const tf = this.#tf;
    for (const { name, shape, values } of weights) {
      const moving = this.#state.get(name)!;
      moving.value.dispose();
      this.#state.set(name, { ...moving, value: tf.tensor(values.slice(), [...shape]) });
    }
  }

  async state(): Promise<ModelState> {
    return {
      weights: await this.#read("value"),
      firstMoments: await this.#read("firstMoment"),
      secondMoments: await this.#read("secondMoment"),
    };
  }

  setState({ weights, firstMoments, secondMoments }: ModelState): void {
    this.#use();
    dispose(this.#state);
    const tensor = ({ values, shape }: Tensor) => this.#tf.tensor(values.slice(), [...shape]);
    this.#state = new Map(weights.map((weight, i) => [weight.name, {
      value: tensor(weight),
      firstMoment: tensor(firstMoments[i]!),
      secondMoment: tensor(secondMoments[i]!),
    }]));
  }

  close(): void {
    dispose(this.#state);
    this.#state = new Map();
  }

  #start(weights: readonly Tensor[]): Map<string, Moving> {
    const tf = this.#tf;
    return new Map(weights.map(({ name, values, shape }) => [name, {
      value: tf.tensor(values, [...shape]),
      firstMoment: tf.zeros([...shape]),
      secondMoment: tf.zeros([...shape]),
    }]));
  }

  #batch(split: SplitName, indices: Uint32Array): Batch {
    const samples = this.splits[split];
    return {
      x: this.#tf.tensor(gatherRows(samples, indices), [indices.length, samples.width]),
      labels: this.#tf.tensor(
        Int32Array.from(indices, (i) => samples.labels[i]!),
        [indices.length],
        "int32",
      ),
    };
  }

  #noise(split: SplitName, epoch: number, indices: Uint32Array): TfTensor | null {
    if (this.#sampled === 0) return null;
    const eps = drawNoise(this.seed, `noise/${split}`, epoch, indices, this.#sampled);
    return this.#tf.tensor(eps, [indices.length, this.#sampled]);
  }

  async #read(part: keyof Moving): Promise<Tensor[]> {
    const tensors: Tensor[] = [];
    for (const [name, moving] of this.#state) {
      const values = Float32Array.from(await moving[part].data());
      tensors.push({ name, shape: [...moving[part].shape], values });
    }
    return tensors;
  }
}

/** The samples at `indices` as a model sees them: [indices, width], pixels divided by 255. */
function gatherRows({ values, width }: Samples, indices: Uint32Array): Float32Array {
  const rows = new Float32Array(indices.length * width);
  for (const [i, index] of indices.entries()) {
    rows.set(values.subarray(index * width, (index + 1) * width), i * width);
  }
  if (values instanceof Uint8Array) { for (let i = 0; i < rows.length; i++) rows[i]! /= 255; }
  return rows;
}

function keep(tf: TensorFlow, { value, firstMoment, secondMoment }: Moving): void {
  for (const tensor of [value, firstMoment, secondMoment]) tf.keep(tensor);
}

function dispose(state: ReadonlyMap<string, Moving>): void {
  for (const { value, firstMoment, secondMoment } of state.values()) {
    for (const tensor of [value, firstMoment, secondMoment]) tensor.dispose();
  }
}
