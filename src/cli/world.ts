/**
 * The outside of the program: terminal, environment variables, interruption, data, workers, and what
 * the project publishes. Everything else is given one of these, so that tests can run whole commands
 * with their own.
 * @module
 */
import { type Published, readPublished, REFERENCE } from "../checks/check_store.ts";
import { loadDataset } from "../data/load_dataset.ts";
import type { Store } from "../store/store.ts";
import { type RunCases, runInWorkers } from "../runner/runner.ts";
import { freeMemory } from "./free_memory.ts";

export interface World {
  /** Results, for people or programs. */
  stdout(text: string): void;
  /** Progress and notices. */
  stderr(text: string): void;
  /** Whether stderr is a terminal, on which lines can be rewritten, and its width in characters. */
  readonly terminalColumns: number | null;
  readonly color: boolean;
  env(name: string): string | undefined;
  /** Calls `listener` when the user interrupts; gives back a function that stops that. */
  onInterrupt(listener: () => void): () => void;
  /** Finds and verifies a dataset, on disk or on the web. */
  readonly loadDataset: typeof loadDataset;
  /** The bands and the reference run. */
  readPublished(): Promise<Published>;
  /** The results folder of the reference run. */
  readonly reference: Store;
  readonly runCases: RunCases;
  /** Cores to run cases on. */
  readonly cores: number;
  /** Milliseconds between two checkpoints of a case, at least; 0: after every epoch. */
  readonly checkpointEveryMs: number;
  /** Bytes of memory that are free; null where that is not known. */
  readonly freeMemory: number | null;
}

const encoder = new TextEncoder();

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  for (let bytes = encoder.encode(text); bytes.length > 0;) {
    bytes = bytes.subarray(stream.writeSync(bytes));
  }
}

export const DENO_WORLD: World = {
  stdout: (text) => writeAll(Deno.stdout, text),
  stderr: (text) => writeAll(Deno.stderr, text),
  get terminalColumns() {
    return Deno.stderr.isTerminal() ? Deno.consoleSize().columns : null;
  },
  get color() {
    return Deno.stdout.isTerminal() && !Deno.noColor;
  },
  env: (name) => Deno.env.get(name),
  onInterrupt: (listener) => {
    Deno.addSignalListener("SIGINT", listener);
    return () => Deno.removeSignalListener("SIGINT", listener);
  },
  loadDataset,
  readPublished,
  reference: REFERENCE,
  runCases: runInWorkers,
  cores: navigator.hardwareConcurrency,
  checkpointEveryMs: 10_000,
  get freeMemory() {
    return freeMemory();
  },
};
