/** The worker's side: trains the cases that it is given, one after the other. */
/// <reference lib="deno.worker" />
import type { Engine } from "../engines/engine.ts";
import { openEngine } from "./find_engine.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { runCase } from "./run_case.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;
let started: Extract<ToWorker, { kind: "start" }>;
let engine: Engine | null = null;

scope.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "start") {
    started = data;
    return;
  }
  try {
    engine ??= await openEngine(started.engine, started.threads);
    // V8 moves warmed-up code to its fastest tier on a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
    let lastCheckpoint = performance.now();
    const finished = await runCase(data.case, started.dataset, engine, started.environment, {
      encoded: data.encoded,
      resume: data.resume,
      onState: async (take) => {
        const every = started.checkpointEveryMs;
        if (every === null || performance.now() - lastCheckpoint < every) return;
        tell({ kind: "checkpoint", checkpoint: await take() });
        lastCheckpoint = performance.now();
      },
      onEpoch: (result) => tell({ kind: "epoch", result }),
    });
    tell({ kind: "done", finished });
  } catch (error) {
    tell({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  }
};

function tell(message: FromWorker): void {
  scope.postMessage(message);
}
