import type { EpochResult } from "../../../training/train.ts";
import type { CallName, Calls, Reply, Request } from "./messages.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
  onEpoch(epoch: EpochResult): void;
}

/** A worker with the program's engine in it, made from the script that the page carries. */
export class EngineWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(script: string) {
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#take(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message || "Cannot start the engine: the worker does not load"));
    };
  }

  call<Name extends CallName>(
    name: Name,
    args: Parameters<Calls[Name]>,
    onEpoch: (epoch: EpochResult) => void = () => {},
  ): Promise<ReturnType<Calls[Name]>> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, onEpoch });
      this.#worker.postMessage({ id, name, args } satisfies Request);
    });
  }

  /** Ends the worker at once, whatever it is doing; calls that wait are never answered. */
  end(): void {
    this.#waiting.clear();
    this.#worker.terminate();
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    if (reply.kind === "epoch") return waiting.onEpoch(reply.epoch);
    this.#waiting.delete(reply.id);
    if (reply.kind === "error") waiting.reject(new Error(reply.message));
    else waiting.resolve(reply.value);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
