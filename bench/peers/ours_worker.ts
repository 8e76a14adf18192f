/** Our engine's side of protocol.ts: a session that does training steps when asked. */
/// <reference lib="deno.worker" />
import type { ModelState, Session } from "../../src/engines/engine.ts";
import type { ExactEngine } from "../../src/engines/exact/exact_engine.ts";
import { openKernels } from "../../src/runner/find_kernels.ts";
import { AdamRate } from "../../src/training/adam_rate.ts";
import type { OpenModel, Start } from "./ours.ts";
import type { Answer, Request, Task } from "./protocol.ts";
import { EPOCH, SEED, type Workload, workload } from "./workload.ts";

type Asked = Start | OpenModel | Exclude<Request, { task: "open" }>;

const scope = self as unknown as DedicatedWorkerGlobalScope;
let started: Start;
let engine: ExactEngine | null = null;
let opened: { session: Session; initial: ModelState; work: Workload; rate: AdamRate } | undefined;

scope.onmessage = async ({ data }: MessageEvent<Asked>) => {
  if (data.task === "start") {
    started = data;
    return;
  }
  try {
    scope.postMessage(await answer(data));
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};

async function answer(request: Exclude<Asked, Start>): Promise<Answer<Task>> {
  engine ??= (await openKernels(started.source)).withThreads(started.threads);
  switch (request.task) {
    case "hello":
      return { version: engine.build };
    case "open":
      await open(request.model);
      return { variants: [engine.build] };
    case "losses": {
      await reset();
      const losses: number[] = [];
      for (let i = 0; i < request.steps; i++) losses.push(await run(i, 1));
      return { losses };
    }
    case "time": {
      const { warmup, samples, steps } = request;
      await reset();
      await run(0, warmup);
      const seconds: number[] = [];
      let loss = 0;
      for (let i = 0; i < samples; i++) {
        const start = performance.now();
        loss = await run(warmup + i * steps, steps);
        seconds.push((performance.now() - start) / 1e3);
      }
      return { seconds, loss };
    }
    case "run": {
      const { warmup, seconds, steps } = request;
      await reset();
      await run(0, warmup);
      const start = performance.now();
      let done = 0, spent = 0, loss = 0;
      do {
        loss = await run(warmup + done, steps);
        done += steps;
        spent = (performance.now() - start) / 1e3;
      } while (spent < seconds);
      return { steps: done, seconds: spent, loss };
    }
    default:
      return request satisfies never;
  }
}

async function open(model: OpenModel["model"]): Promise<void> {
  const work = workload(model, started.dataset);
  await opened?.session.close();
  const session = await engine!.open(work.spec, work.dataset.splits, SEED);
  opened = { session, initial: await session.state(), work, rate: new AdamRate() };
}

/** Goes back to the initial weights, with Adam's moments at 0. */
async function reset(): Promise<void> {
  if (!opened) throw new Error("Cannot run a step: no model is open");
  await opened.session.setState(opened.initial);
  opened.rate = new AdamRate();
  // V8 moves warmed-up code to its fastest tier on a turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve));
}

/** Steps number `first` and on; gives the last one's loss. */
async function run(first: number, count: number): Promise<number> {
  const { session, work: { batches }, rate } = opened!;
  let loss = 0;
  for (let i = first; i < first + count; i++) {
    const answer = session.step(batches[i % batches.length]!, rate.next(), EPOCH);
    loss = typeof answer === "number" ? answer : await answer;
  }
  return loss;
}
