/** The worker's side: trains the cases that it is given, one after the other. */
/// <reference lib="deno.worker" />
import type { Engine } from "../engines/engine.ts";
import { Store } from "../store/store.ts";
import { CaseCheckpoints } from "./case_checkpoints.ts";
import { type EngineSource, openEngine } from "./find_engine.ts";
import { engineOn, isOnGpu } from "./lanes.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.ts";
import { runCase } from "./run_case.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;
let started: WorkerStart;
let engine: Engine | null = null;
/** What the engine was opened from. */
let source: EngineSource;
let checkpoints: CaseCheckpoints | null = null;
/** It takes a moment to go on with another number of threads: epochs that take less are not worth it. */
const WORTH_MOVING_MS = 3000;

/** As many as the main thread wants, and as the engine has. */
let wantedThreads = 1, threads = 1;

scope.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "start") {
    started = data;
    source = data.engine;
    wantedThreads = threads = data.threads;
    checkpoints = checkpointsFor(data);
    return;
  }
  if (data.kind === "threads") {
    wantedThreads = data.threads;
    return;
  }
  try {
    engine ??= await openEngine(source, threads);
    // V8 moves warmed-up code to its fastest tier on a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
    let lastEpoch = performance.now();
    const finished = await runCase(data.case, started.dataset, engine, started.environment, {
      encoded: data.encoded,
      resume: async () => await checkpoints?.read(data.case) ?? null,
      newEngine: async () => {
        const tookMs = performance.now() - lastEpoch;
        lastEpoch = performance.now();
        // Training never waits, so that without a turn of the event loop no message arrives.
        await new Promise((resolve) => setTimeout(resolve));
        if (wantedThreads === threads || tookMs < WORTH_MOVING_MS || isOnGpu(source)) return null;
        threads = wantedThreads;
        return engine = await openEngine(source, threads);
      },
      onDeviceError: ({ message: reason }, epoch) => {
        // No later case trusts the GPU either.
        engine = engine?.substitute ?? null;
        source = engineOn("processor", source);
        tell({ kind: "note", note: { kind: "substituted", reason, epoch } });
      },
      onState: async (take) => await checkpoints?.writeIfDue(data.case, take),
      onEpoch: (result) => tell({ kind: "epoch", result }),
    });
    tell({ kind: "done", finished });
  } catch (error) {
    tell({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  }
};

function checkpointsFor(
  { checkpoints, dataset, engine }: WorkerStart,
): CaseCheckpoints | null {
  if (checkpoints === null) return null;
  const store = new Store(checkpoints.directory);
  return new CaseCheckpoints(
    store,
    checkpoints,
    dataset,
    engine.name,
    (note) => tell({ kind: "note", note }),
  );
}

function tell(message: FromWorker): void {
  scope.postMessage(message);
}
