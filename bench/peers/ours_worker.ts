/** Our engine in a worker, as cases are run in: answers what the main thread asks (ours.ts). */
/// <reference lib="deno.worker" />
import { openKernels } from "../../src/runner/find_kernels.ts";
import type { Start } from "./ours.ts";
import { type Asked, Stepper } from "./stepper.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;
let started: Start;
let stepper: Stepper | undefined;

scope.onmessage = async ({ data }: MessageEvent<Start | Asked>) => {
  if (data.task === "start") {
    started = data;
    return;
  }
  try {
    const { source, threads, dataset } = started;
    stepper ??= new Stepper(
      (await openKernels(source)).withThreads(threads),
      dataset,
      source.build,
    );
    scope.postMessage(await stepper.answer(data));
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
