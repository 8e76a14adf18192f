/** Our engine as a contestant: a worker, as cases are run in, with a team of threads where asked. */
import { cacheOf } from "../../src/cli/load_data.ts";
import { DENO_WORLD } from "../../src/cli/world.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { KernelSource } from "../../src/engines/exact/kernels.ts";
import { findExactEngine } from "../../src/runner/find_kernels.ts";
import {
  type Answer,
  answered,
  type Answers,
  type Contestant,
  NoAnswer,
  type Request,
  type Task,
} from "./protocol.ts";
import type { OpenModel } from "./stepper.ts";
import type { ModelName } from "./workload.ts";

export type Backend = "native" | "wasm";

/** What the worker is told first. */
export interface Start {
  readonly task: "start";
  readonly source: KernelSource;
  readonly threads: number;
  readonly dataset: Dataset;
}

/** The kernels of a backend. Throws a NoAnswer where others would take their place. */
export async function findKernels(backend: Backend): Promise<KernelSource> {
  const cache = cacheOf(DENO_WORLD);
  const notices: string[] = [];
  const { source } = await findExactEngine(
    backend === "native" ? "native" : null,
    cache === null ? null : `${cache}/native`,
    (line) => notices.push(line),
  );
  if (!source.build.startsWith(backend)) throw new NoAnswer(notices.join("; "));
  return source;
}

/** A worker with kernels and so many threads, for models that are large enough to share. */
export function openOurs(source: KernelSource, threads: number, dataset: Dataset): Contestant {
  return new WorkerContestant({ task: "start", source, threads, dataset });
}

class WorkerContestant implements Contestant {
  readonly #worker = new Worker(new URL("./ours_worker.ts", import.meta.url), { type: "module" });
  readonly #death: Promise<Answer<Task>>;

  constructor(start: Start) {
    this.#death = new Promise((resolve) => {
      this.#worker.onerror = (event) => {
        event.preventDefault();
        resolve({ error: `the worker died: ${event.message}` });
      };
    });
    this.#worker.postMessage(start);
  }

  async ask<T extends Task>(request: Extract<Request, { task: T }>): Promise<Answers[T]> {
    const answer = new Promise<Answer<T>>((resolve) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer<T>>) => resolve(data);
    });
    const asked: Request = request;
    this.#worker.postMessage(
      asked.task === "open"
        ? { task: "open", model: asked.spec.name as ModelName } satisfies OpenModel
        : asked,
    );
    return answered<T>(await Promise.race([answer, this.#death as Promise<Answer<T>>]));
  }

  close(): Promise<void> {
    this.#worker.terminate();
    return Promise.resolve();
  }
}
