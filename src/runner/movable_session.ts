import type { SplitName, Splits } from "../data/dataset.ts";
import type { Engine, Evaluation, ModelState, Session } from "../engines/engine.ts";
import type { Tensor } from "../models/parameters.ts";
import type { ModelSpec } from "../models/spec.ts";

/**
 * A session that can go on with another number of threads: the same state in another session, and so
 * the same bits. A case that is left alone at the end of a run takes over the cores of the others.
 */
export class MovableSession implements Session {
  #inner: Session;

  private constructor(
    inner: Session,
    private readonly reopen: (engine: Engine) => Promise<Session>,
  ) {
    this.#inner = inner;
  }

  static async open(
    engine: Engine,
    spec: ModelSpec,
    splits: Splits,
    seed: number,
  ): Promise<MovableSession> {
    const reopen = (engine: Engine) => engine.open(spec, splits, seed);
    return new MovableSession(await reopen(engine), reopen);
  }

  /** Goes on in a session of another engine, which must compute the same bits. */
  async moveTo(engine: Engine): Promise<void> {
    const state = structuredClone(await this.#inner.state());
    await this.#inner.close();
    this.#inner = await this.reopen(engine);
    await this.#inner.setState(state);
  }

  get backend(): string {
    return this.#inner.backend;
  }

  get threads(): number {
    return this.#inner.threads;
  }

  get digests(): Session["digests"] {
    return this.#inner.digests;
  }

  get confirmedSteps(): number | undefined {
    return this.#inner.confirmedSteps;
  }

  step(indices: Uint32Array, rate: number, epoch: number): number | Promise<number> {
    return this.#inner.step(indices, rate, epoch);
  }

  evaluate(split: SplitName, count: number, epoch: number): Evaluation | Promise<Evaluation> {
    return this.#inner.evaluate(split, count, epoch);
  }

  weights(): Tensor[] | Promise<Tensor[]> {
    return this.#inner.weights();
  }

  setWeights(weights: readonly Tensor[]): void | Promise<void> {
    return this.#inner.setWeights(weights);
  }

  state(): ModelState | Promise<ModelState> {
    return this.#inner.state();
  }

  setState(state: ModelState): void | Promise<void> {
    return this.#inner.setState(state);
  }

  close(): void | Promise<void> {
    return this.#inner.close();
  }
}
