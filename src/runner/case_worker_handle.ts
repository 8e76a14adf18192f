/** The main thread's side of a worker: it is told to run a case, and answers what came of it. */
import type { Case } from "../matrix/case.ts";
import type { EpochResult } from "../training/train.ts";
import type { CaseNote, FromWorker, ToWorker, WorkerStart } from "./messages.ts";
import type { EncodedDataset, FinishedCase } from "./run_case.ts";

export type Outcome =
  | { readonly kind: "finished"; readonly finished: FinishedCase }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "stopped" };

export class CaseWorkerHandle {
  readonly #worker: Worker;
  #settle: (outcome: Outcome) => void = () => {};
  /** Why the worker takes no more cases, or null while it lives. */
  #death: Outcome | null = null;

  constructor(start: WorkerStart) {
    this.#worker = new Worker(new URL("./case_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die({ kind: "error", message: `the worker died: ${event.message}` });
    };
    this.#tell({ kind: "start", ...start });
  }

  run(
    c: Case,
    encoded: EncodedDataset | null,
    events: {
      onEpoch: (result: EpochResult) => void;
      onNote: (note: CaseNote) => void;
    },
  ): Promise<Outcome> {
    if (this.#death !== null) return Promise.resolve(this.#death);
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === "epoch") events.onEpoch(data.result);
        else if (data.kind === "note") events.onNote(data.note);
        else if (data.kind === "done") resolve({ kind: "finished", finished: data.finished });
        else resolve({ kind: "error", message: data.message });
      };
      this.#tell({ kind: "run", case: c, encoded });
    });
  }

  /** For the running case, from its next epoch on, and for those after it. */
  setThreads(threads: number): void {
    this.#tell({ kind: "threads", threads });
  }

  stop(): void {
    this.#worker.terminate();
    this.#die({ kind: "stopped" });
  }

  #die(outcome: Outcome): void {
    this.#death ??= outcome;
    this.#settle(outcome);
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
