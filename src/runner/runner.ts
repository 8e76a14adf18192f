/**
 * Runs cases in parallel, one worker each, in the order given, but heads after their encoder. A case
 * that fails does not stop the others; an event that throws (a full disk) stops them all. The
 * interface is small so that tests can put scripted results in the workers' place.
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import { MAX_PARTS } from "../engines/exact/kernel_table.ts";
import { type Case, dependencyOf } from "../matrix/case.ts";
import type { Environment } from "../store/record.ts";
import type { EpochResult } from "../training/train.ts";
import type { CheckpointOptions } from "./case_checkpoints.ts";
import { CaseQueue } from "./case_queue.ts";
import { CaseWorkerHandle, type Outcome } from "./case_worker_handle.ts";
import type { EngineSource } from "./find_engine.ts";
import { type Device, deviceOf, engineOn } from "./lanes.ts";
import type { CaseNote } from "./messages.ts";
import type { EncodedDataset, FinishedCase } from "./run_case.ts";

export interface RunEvents {
  onStart(c: Case): void;
  onEpoch(c: Case, result: EpochResult): void;
  onNote(c: Case, note: CaseNote): void;
  /** Awaited before the worker takes its next case, and before heads of this one begin. */
  onFinished(c: Case, finished: FinishedCase): Promise<void>;
  /** Another process ran the case meanwhile: its record is there. */
  onElsewhere(c: Case): void;
  /** The case gave no record at all: its worker died, or met an error of the program. */
  onError(c: Case, message: string): void;
}

export interface RunOptions {
  readonly dataset: Dataset;
  readonly engine: EngineSource;
  readonly environment: Environment;
  /** Workers in parallel on the processor. A GPU has one more. */
  readonly jobs: number;
  /** What the heads of an encoder learn from; an Error says why there is nothing. */
  encodedBy(encoder: Case): Promise<EncodedDataset>;
  /** Claims a case before it runs; null: nobody else can be at work. */
  readonly claim: ((c: Case) => Promise<ClaimResult>) | null;
  /** null: none are kept. */
  readonly checkpoints: CheckpointOptions | null;
  /** Threads of each, for cases that are large enough to share. */
  readonly threads: number;
  /** Cores to share between the cases that are left when others have ended; null: none. */
  readonly spareCores: number | null;
  /** Ends the workers at once. */
  readonly signal: AbortSignal;
}

/** The claim, held until it is disposed of; or that another process is at work on the case, or has run it. */
export type ClaimResult = AsyncDisposable | "taken" | "done";

/** How often a case that another process works on is looked at again. */
const LOOK_AGAIN_MS = 500;

export type RunCases = (
  cases: readonly Case[],
  options: RunOptions,
  events: RunEvents,
) => Promise<void>;

/** Threads for each of `jobs` cases side by side: whole cases come first, teams take what is left. */
export function threadsFor(jobs: number, cores: number): number {
  return Math.min(Math.max(1, Math.floor(cores / jobs)), MAX_PARTS);
}

export const runInWorkers: RunCases = async (cases, options, events) => {
  const queue = new CaseQueue(cases);
  const countOn = (device: Device) =>
    cases.filter((c) => deviceOf(c, options.engine) === device).length;
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  if (signal.aborted) return;
  const busy = new Set<CaseWorkerHandle>();
  const lanes = (["gpu", "processor"] as const).flatMap((device) =>
    Array.from(
      { length: Math.min(device === "gpu" ? 1 : options.jobs, countOn(device)) },
      () => runLane(device, queue, { ...options, signal }, events, busy),
    )
  );
  signal.addEventListener("abort", () => queue.clear());
  try {
    await Promise.all(lanes);
  } catch (error) {
    broken.abort();
    await Promise.allSettled(lanes);
    throw error;
  }
};

/** Takes cases until none is left, in a worker that is replaced when it dies. */
async function runLane(
  device: Device,
  queue: CaseQueue,
  options: RunOptions,
  events: RunEvents,
  busy: Set<CaseWorkerHandle>,
): Promise<void> {
  let worker: CaseWorkerHandle | null = null;
  const stop = () => worker?.stop();
  options.signal.addEventListener("abort", stop);
  const postponed = new Set<Case>();
  const take = () => queue.take((c) => deviceOf(c, options.engine) === device);
  try {
    for (let c = await take(); c !== null; c = await take()) {
      const running: Case = c;
      const claim = await options.claim?.(running) ?? null;
      if (claim === "taken") {
        // Others may still be waiting; once this one comes round again, nothing else is.
        if (postponed.has(running)) await sleep(LOOK_AGAIN_MS, options.signal);
        postponed.add(running);
        queue.postpone(running);
        continue;
      }
      if (claim === "done") {
        events.onElsewhere(running);
        queue.ended(running);
        continue;
      }
      await using _claim = claim;
      events.onStart(running);
      const encoded = await encodedFor(running, options);
      if (options.signal.aborted) return;
      if (encoded instanceof Error) {
        events.onError(running, encoded.message);
      } else {
        worker ??= startWorker(device, options);
        const outcome = await runOn(worker, running, encoded, options, events, busy);
        if (outcome.kind === "stopped") return;
        if (outcome.kind === "finished") {
          await events.onFinished(running, outcome.finished);
        } else {
          events.onError(running, outcome.message);
          worker.stop();
          worker = null;
        }
      }
      queue.ended(running);
    }
  } finally {
    options.signal.removeEventListener("abort", stop);
    stop();
  }
}

function startWorker(device: Device, options: RunOptions): CaseWorkerHandle {
  const { dataset, environment, threads, checkpoints } = options;
  const engine = engineOn(device, options.engine);
  return new CaseWorkerHandle({ dataset, engine, environment, threads, checkpoints });
}

async function runOn(
  worker: CaseWorkerHandle,
  c: Case,
  encoded: EncodedDataset | null,
  options: RunOptions,
  events: RunEvents,
  busy: Set<CaseWorkerHandle>,
): Promise<Outcome> {
  busy.add(worker);
  shareCores(busy, options);
  const outcome = await worker.run(c, encoded, {
    onEpoch: (result) => events.onEpoch(c, result),
    onNote: (note) => events.onNote(c, note),
  });
  busy.delete(worker);
  shareCores(busy, options);
  return outcome;
}

/** Cases that run while lanes have nothing to do get their cores, from their next epoch on. */
function shareCores(busy: ReadonlySet<CaseWorkerHandle>, { engine, spareCores }: RunOptions): void {
  if (engine.name !== "exact" || spareCores === null || busy.size === 0) return;
  const threads = threadsFor(busy.size, spareCores);
  for (const worker of busy) worker.setThreads(threads);
}

/** Waits, unless the signal ends it. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** What a head learns from; null for a case that needs no other; the Error that there was. */
async function encodedFor(c: Case, options: RunOptions): Promise<EncodedDataset | null | Error> {
  const encoder = dependencyOf(c);
  if (encoder === null) return null;
  try {
    return await options.encodedBy(encoder);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
