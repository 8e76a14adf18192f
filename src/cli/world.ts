/**
 * The outside of the program: terminal, environment variables, signals, data, workers, and what the
 * project publishes. Everything else is given one of these, so that tests can run whole commands with
 * their own.
 * @module
 */
import { type Published, readPublished, REFERENCE } from "../checks/check_store.ts";
import { loadDataset } from "../data/load_dataset.ts";
import type { Store } from "../store/store.ts";
import { type RunCases, runInWorkers } from "../runner/runner.ts";
import type { ExitCode } from "./exit_codes.ts";
import { freeMemory } from "./free_memory.ts";
import { EndRequests, sleepSync, TextStream } from "./terminal.ts";

export interface World {
  /** Writes results, for people or programs. Never throws: see `lostOutput`. */
  stdout(text: string): void;
  /** Writes progress and notices. Never throws. */
  stderr(text: string): void;
  /** Why results could not be written; null if they were, or their reader left. */
  readonly lostOutput: Error | null;
  /** Whether stderr is a terminal, on which lines can be rewritten, and its width in characters. */
  readonly terminalColumns: number | null;
  readonly color: boolean;
  env(name: string): string | undefined;
  /**
   * From now on the program ends itself: calls `listener` once, with the exit code to end with, when
   * the user or the system asks it to end.
   */
  onEndRequest(listener: (code: ExitCode) => void): void;
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

const output = new TextStream(Deno.stdout, sleepSync);
const notices = new TextStream(Deno.stderr, sleepSync);
const endRequests = new EndRequests(Deno, output.isTerminal || notices.isTerminal);

export const DENO_WORLD: World = {
  stdout: (text) => output.write(text),
  stderr: (text) => notices.write(text),
  get lostOutput() {
    return output.loss;
  },
  get terminalColumns() {
    return notices.isTerminal && obeysEscapes() ? columnsOf(Deno.consoleSize) : null;
  },
  get color() {
    return output.isTerminal && !Deno.noColor && obeysEscapes();
  },
  env: (name) => Deno.env.get(name),
  onEndRequest: (listener) => endRequests.listen(listener),
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

/** To be called once, at the start of the program. */
export function ignoreHangup(): void {
  endRequests.ignoreHangup();
}

/** Whether lines can be rewritten and coloured: some editors show a terminal that cannot. */
function obeysEscapes(): boolean {
  return Deno.env.get("TERM") !== "dumb";
}

/** The width of the terminal; null if it has gone away, and 80 if it does not say. */
export function columnsOf(consoleSize: typeof Deno.consoleSize): number | null {
  try {
    return consoleSize().columns || 80;
  } catch {
    return null;
  }
}
