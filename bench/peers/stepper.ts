/** An engine's side of protocol.ts: a session that does training steps when asked. */
import type { Dataset } from "../../src/data/dataset.ts";
import type { Engine, ModelState, Session } from "../../src/engines/engine.ts";
import { AdamRate } from "../../src/training/adam_rate.ts";
import type { Answer, Request, Task } from "./protocol.ts";
import { EPOCH, type ModelName, SEED, type Workload, workload } from "./workload.ts";

/** What is asked for in place of a request's "open": who has the dataset needs but the name. */
export interface OpenModel {
  readonly task: "open";
  readonly model: ModelName;
}

export type Asked = OpenModel | Exclude<Request, { task: "open" }>;

export class Stepper {
  #opened: { session: Session; initial: ModelState; work: Workload; rate: AdamRate } | undefined;

  /** @param version of what computes; also the one variant that there is */
  constructor(
    private readonly engine: Engine,
    private readonly dataset: Dataset,
    private readonly version: string,
  ) {}

  async answer(request: Asked): Promise<Answer<Task>> {
    switch (request.task) {
      case "hello":
        return { version: this.version };
      case "open":
        await this.#open(request.model);
        return { variants: [this.version] };
      case "losses": {
        await this.#reset();
        const losses: number[] = [];
        for (let i = 0; i < request.steps; i++) losses.push(await this.#run(i, 1));
        return { losses };
      }
      case "time": {
        const { warmup, samples, steps } = request;
        await this.#reset();
        await this.#run(0, warmup);
        const seconds: number[] = [];
        let loss = 0;
        for (let i = 0; i < samples; i++) {
          const start = performance.now();
          loss = await this.#run(warmup + i * steps, steps);
          seconds.push((performance.now() - start) / 1e3);
        }
        return { seconds, loss };
      }
      case "run": {
        const { warmup, seconds, steps } = request;
        await this.#reset();
        await this.#run(0, warmup);
        const start = performance.now();
        let done = 0, spent = 0, loss = 0;
        do {
          loss = await this.#run(warmup + done, steps);
          done += steps;
          spent = (performance.now() - start) / 1e3;
        } while (spent < seconds);
        return { steps: done, seconds: spent, loss };
      }
      default:
        return request satisfies never;
    }
  }

  async #open(model: ModelName): Promise<void> {
    const work = workload(model, this.dataset);
    await this.#opened?.session.close();
    const session = await this.engine.open(work.spec, work.dataset.splits, SEED);
    const initial = structuredClone(await session.state());
    this.#opened = { session, initial, work, rate: new AdamRate() };
  }

  /** Goes back to the initial weights, with Adam's moments at 0. */
  async #reset(): Promise<void> {
    if (!this.#opened) throw new Error("Cannot run a step: no model is open");
    await this.#opened.session.setState(this.#opened.initial);
    this.#opened.rate = new AdamRate();
    // V8 moves warmed-up code to its fastest tier on a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
  }

  /** Steps number `first` and on; gives the last one's loss. */
  async #run(first: number, count: number): Promise<number> {
    const { session, work: { batches }, rate } = this.#opened!;
    let loss = 0;
    for (let i = first; i < first + count; i++) {
      const answer = session.step(batches[i % batches.length]!, rate.next(), EPOCH);
      loss = typeof answer === "number" ? answer : await answer;
    }
    return loss;
  }
}
