import assert from "node:assert/strict";
import { scriptedCase } from "../../tests/scripted_world.ts";
import { sliceSamples } from "../data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../data/strokes.ts";
import { type Case, formatCase, ORIGINAL } from "../matrix/case.ts";
import type { CaseRecord } from "../store/record.ts";
import { captureEnvironment } from "./environment.ts";
import type { EncodedDataset, FinishedCase } from "./run_case.ts";
import { type RunEvents, runInWorkers, type RunOptions, threadsFor } from "./runner.ts";

const OPTIONS: Omit<RunOptions, "signal" | "jobs"> = {
  dataset: { name: "strokes", sha256: STROKES_SHA256, splits: drawStrokes() },
  engine: { name: "exact", kernels: { build: "wasm" } },
  environment: await captureEnvironment(),
  encodedBy: () => Promise.reject(new Error("there is no encoder here")),
  claim: null,
  spareCores: null,
  checkpoints: null,
  threads: 1,
};

function fc(labels: number): Case {
  return { ...ORIGINAL, model: "fc", latents: null, labels, seed: 0 };
}

/** What happened, in order, as "start fc@100#0", and the records. */
class Log implements RunEvents {
  readonly lines: string[] = [];
  readonly records = new Map<string, CaseRecord>();
  epochs = 0;

  constructor(private readonly also: Partial<RunEvents> = {}) {}

  onStart(c: Case): void {
    this.lines.push(`start ${formatCase(c)}`);
    this.also.onStart?.(c);
  }

  onEpoch(...args: Parameters<RunEvents["onEpoch"]>): void {
    this.epochs++;
    this.also.onEpoch?.(...args);
  }

  async onFinished(c: Case, finished: FinishedCase): Promise<void> {
    this.lines.push(`record ${formatCase(c)}`);
    this.records.set(formatCase(c), finished.record);
    await this.also.onFinished?.(c, finished);
  }

  onNote(): void {}

  onElsewhere(c: Case): void {
    this.lines.push(`elsewhere ${formatCase(c)}`);
  }

  onError(c: Case, message: string): void {
    this.lines.push(`error ${formatCase(c)}: ${message}`);
  }
}

async function run(
  cases: readonly Case[],
  jobs: number,
  also: Partial<RunEvents> = {},
  signal = new AbortController().signal,
): Promise<Log> {
  const log = new Log(also);
  await runInWorkers(cases, { ...OPTIONS, jobs, signal }, log);
  return log;
}

Deno.test("runInWorkers() gives the same results with one worker and with two", async () => {
  const cases = [100, 150, 200].map(fc);
  const results = [];
  for (const jobs of [1, 2]) {
    const { records, epochs } = await run(cases, jobs);
    assert.deepEqual([...records.keys()].sort(), cases.map(formatCase));
    const ok = cases.map((c) => records.get(formatCase(c))!).filter((r) => r.status === "ok");
    assert.equal(ok.length, 3);
    assert.equal(epochs, ok.reduce((sum, { result }) => sum + result.epochs, 0));
    results.push(ok.map(({ case: c, result }) => ({ c, result })));
  }
  assert.deepEqual(results[0], results[1]);
});

Deno.test("runInWorkers() gives the same result with a team of threads in its worker", async () => {
  const { train, test } = OPTIONS.dataset.splits;
  const few = sliceSamples(test, 0, 50);
  const dataset = { ...OPTIONS.dataset, splits: { train, validation: few, test: few } };
  const conv: Case = { ...ORIGINAL, model: "conv", latents: null, labels: 40, seed: 0 };
  const { signal } = new AbortController();
  const results = [];
  for (const threads of [1, 2]) {
    const log = new Log();
    await runInWorkers([conv], { ...OPTIONS, dataset, threads, jobs: 1, signal }, log);
    const record = log.records.get(formatCase(conv));
    assert.ok(record?.status === "ok", log.lines.join("\n"));
    assert.equal(record.provenance.threads, threads);
    results.push(record.result);
  }
  assert.deepEqual(results[1], results[0]);
});

Deno.test("threadsFor() leaves no more threads than cores, nor than a team may have", () => {
  const given = [[1, 1], [1, 2], [2, 2], [3, 2], [2, 5], [1, 64]] as const;
  assert.deepEqual(given.map(([jobs, cores]) => threadsFor(jobs, cores)), [1, 2, 1, 1, 2, 8]);
});

Deno.test("runInWorkers() takes the cases in the order given, one after the other", async () => {
  const { lines } = await run([150, 100].map(fc), 1);
  assert.deepEqual(lines, [
    "start fc@150#0",
    "record fc@150#0",
    "start fc@100#0",
    "record fc@100#0",
  ]);
});

Deno.test("runInWorkers() waits until a record is stored before it takes the next case", async () => {
  const steps: string[] = [];
  await run([100, 150].map(fc), 1, {
    onStart: (c) => steps.push(`start ${c.labels}`),
    onFinished: async (c) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      steps.push(`stored ${c.labels}`);
    },
  });
  assert.deepEqual(steps, ["start 100", "stored 100", "start 150", "stored 150"]);
});

Deno.test("runInWorkers() tells of a case that cannot run, and runs the next one", async () => {
  const { lines } = await run([fc(6001), fc(100)], 1);
  assert.deepEqual(lines, [
    "start fc@6001#0",
    "error fc@6001#0: Cannot take samples 0 to 6001: there are 6000",
    "start fc@100#0",
    "record fc@100#0",
  ]);
});

Deno.test("runInWorkers() stops between steps when it is aborted, and starts nothing more", async () => {
  const interrupt = new AbortController();
  const cases = [6000, 5999, 5998, 5997].map(fc);
  const { lines, records } = await run(
    cases,
    2,
    { onEpoch: () => interrupt.abort() },
    interrupt.signal,
  );
  assert.deepEqual(lines, ["start fc@6000#0", "start fc@5999#0"]);
  assert.equal(records.size, 0);
});

Deno.test("runInWorkers() starts nothing when it was aborted before", async () => {
  const { lines } = await run([fc(100)], 1, {}, AbortSignal.abort());
  assert.deepEqual(lines, []);
});

Deno.test("runInWorkers() keeps a record that came in before the abort", async () => {
  const interrupt = new AbortController();
  const { lines } = await run([fc(100), fc(150)], 1, {
    onFinished: () => {
      interrupt.abort();
      return Promise.resolve();
    },
  }, interrupt.signal);
  assert.deepEqual(lines, ["start fc@100#0", "record fc@100#0"]);
});

Deno.test("runInWorkers() stops every worker when a record cannot be stored", async () => {
  const cases = [100, 6000, 5999].map(fc);
  const seen: string[] = [];
  const running = run(cases, 2, {
    onStart: (c) => seen.push(`start ${c.labels}`),
    onFinished: (c) => {
      seen.push(`record ${c.labels}`);
      return c.labels === 100 ? Promise.reject(new Error("the disk is full")) : Promise.resolve();
    },
  });
  await assert.rejects(running, { name: "Error", message: "the disk is full" });
  assert.deepEqual(seen, ["start 100", "start 6000", "record 100"]);
});

Deno.test("runInWorkers() of no cases ends", async () => {
  assert.deepEqual((await run([], 2)).lines, []);
});

/** Stands in for workers: each case ends as `outcome` says, after a turn of the event loop. */
async function withFakeWorkers(
  outcome: (c: Case) => "done" | "error",
  body: (
    asked: { readonly case: string; readonly encoded: EncodedDataset | null }[],
  ) => Promise<void>,
): Promise<void> {
  const asked: { case: string; encoded: EncodedDataset | null }[] = [];
  class FakeWorker {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    async postMessage(
      message: { kind: string; case: Case; encoded: EncodedDataset | null },
    ): Promise<void> {
      if (message.kind !== "run") return;
      asked.push({ case: formatCase(message.case), encoded: message.encoded });
      const scripted = await scriptedCase(message.case, { score: 0.9 }, OPTIONS);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const data = outcome(message.case) === "done"
        ? { kind: "done", finished: scripted }
        : { kind: "error", message: "out of memory" };
      this.onmessage?.({ data });
    }
    terminate(): void {}
  }
  const RealWorker = globalThis.Worker;
  globalThis.Worker = FakeWorker as unknown as typeof Worker;
  try {
    await body(asked);
  } finally {
    globalThis.Worker = RealWorker;
  }
}

const ENCODER: Case = { ...ORIGINAL, model: "ae", latents: 2, labels: null, seed: 0 };
const HEADS: readonly Case[] = [
  { ...ENCODER, labels: 100 },
  { ...ENCODER, model: "wide-ae", labels: 100 },
];

function encodedAs(encoder: string): EncodedDataset {
  const none = new Float32Array(0);
  return {
    encoder,
    embeddings: { latents: 2, values: { train: none, validation: none, test: none } },
  };
}

Deno.test("runInWorkers() runs heads after their encoder is stored, and hands them what it left", async () => {
  await withFakeWorkers(() => "done", async (asked) => {
    const order: string[] = [];
    const log = new Log({
      onFinished: async (c) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push(`stored ${formatCase(c)}`);
      },
    });
    const encodedBy = (encoder: Case) => {
      order.push(`embeddings of ${formatCase(encoder)}`);
      return Promise.resolve(encodedAs(formatCase(encoder)));
    };
    const { signal } = new AbortController();
    // The heads cost less, so that they come first.
    const cases = [...HEADS, ENCODER, fc(100)];
    await runInWorkers(cases, { ...OPTIONS, encodedBy, jobs: 2, signal }, log);
    assert.deepEqual(
      log.lines.filter((line) => line.startsWith("start")).toSorted(),
      ["start ae2#0", "start ae2@100#0", "start fc@100#0", "start wide-ae2@100#0"],
    );
    const autoencoded = order.filter((line) => line.includes("ae"));
    assert.deepEqual(autoencoded.slice(0, 3), [
      "stored ae2#0",
      "embeddings of ae2#0",
      "embeddings of ae2#0",
    ]);
    assert.deepEqual(
      autoencoded.slice(3).toSorted(),
      ["stored ae2@100#0", "stored wide-ae2@100#0"],
    );
    for (const { case: name, encoded } of asked) {
      assert.equal(
        encoded?.encoder ?? null,
        name.includes("@100") && name !== "fc@100#0" ? "ae2#0" : null,
      );
    }
    assert.equal(asked.length, 4);
  });
});

Deno.test("runInWorkers() tells why a head cannot run, asks no worker, and goes on", async () => {
  await withFakeWorkers(() => "error", async (asked) => {
    const encodedBy = () => Promise.reject(new Error("its encoder failed"));
    const log = new Log();
    const { signal } = new AbortController();
    const cases = [HEADS[0]!, ENCODER, HEADS[1]!];
    await runInWorkers(cases, { ...OPTIONS, encodedBy, jobs: 2, signal }, log);
    assert.deepEqual(log.lines.slice(0, 2), ["start ae2#0", "error ae2#0: out of memory"]);
    assert.deepEqual(log.lines.slice(2).toSorted(), [
      "error ae2@100#0: its encoder failed",
      "error wide-ae2@100#0: its encoder failed",
      "start ae2@100#0",
      "start wide-ae2@100#0",
    ]);
    assert.deepEqual(asked.map((one) => one.case), ["ae2#0"]);
  });
});

/** Whether a promise comes to its end soon. */
async function endsSoon(running: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), 2000);
  try {
    return await Promise.race([running.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

Deno.test("runInWorkers() ends when it is aborted while heads wait for their encoder", async () => {
  await withFakeWorkers(() => "done", async () => {
    const interrupt = new AbortController();
    const log = new Log({ onStart: () => interrupt.abort() });
    const options = { ...OPTIONS, jobs: 2, signal: interrupt.signal };
    assert.ok(await endsSoon(runInWorkers([ENCODER, ...HEADS], options, log)));
    assert.deepEqual(log.lines, ["start ae2#0"]);
  });
});

Deno.test("runInWorkers() ends when it was aborted before, and heads would wait for their encoder", async () => {
  await withFakeWorkers(() => "done", async (asked) => {
    const options = { ...OPTIONS, jobs: 2, signal: AbortSignal.abort() };
    assert.ok(await endsSoon(runInWorkers([ENCODER, ...HEADS], options, new Log())));
    assert.deepEqual(asked, []);
  });
});

Deno.test("runInWorkers() ends when an encoder cannot be stored, though heads wait for it", async () => {
  await withFakeWorkers(() => "done", async () => {
    const log = new Log({ onFinished: () => Promise.reject(new Error("the disk is full")) });
    const { signal } = new AbortController();
    const running = runInWorkers([ENCODER, ...HEADS], { ...OPTIONS, jobs: 2, signal }, log);
    await assert.rejects(endsSoon(running), { message: "the disk is full" });
    assert.deepEqual(log.lines, ["start ae2#0", "record ae2#0"]);
  });
});

Deno.test("runInWorkers() puts a new worker in the place of one that died", async () => {
  const made: FakeWorker[] = [];
  /** The first one dies at its first case; later ones answer. */
  class FakeWorker {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
    terminated = false;
    constructor() {
      made.push(this);
    }
    async postMessage(message: { kind: string; case: Case }): Promise<void> {
      if (message.kind !== "run") return;
      const finished = await scriptedCase(message.case, { score: 0.9 }, OPTIONS);
      if (made.length > 1) this.onmessage?.({ data: { kind: "done", finished } });
      else this.onerror?.({ message: "out of memory", preventDefault: () => {} });
    }
    terminate(): void {
      this.terminated = true;
    }
  }
  const RealWorker = globalThis.Worker;
  globalThis.Worker = FakeWorker as unknown as typeof Worker;
  try {
    const { lines } = await run([fc(100), fc(150), fc(200)], 1);
    assert.deepEqual(lines, [
      "start fc@100#0",
      "error fc@100#0: the worker died: out of memory",
      "start fc@150#0",
      "record fc@150#0",
      "start fc@200#0",
      "record fc@200#0",
    ]);
    assert.deepEqual(made.map(({ terminated }) => terminated), [true, true]);
  } finally {
    globalThis.Worker = RealWorker;
  }
});

Deno.test("runInWorkers() leaves cases alone that others run, and takes those that they gave up", async () => {
  const cases = [100, 150, 200].map(fc);
  const asked: string[] = [], released: string[] = [];
  const log = new Log();
  const claim: RunOptions["claim"] = (c) => {
    const name = formatCase(c);
    asked.push(name);
    if (name === "fc@150#0") return Promise.resolve("done");
    const times = asked.filter((one) => one === name).length;
    if (name === "fc@100#0" && times < 3) return Promise.resolve("taken");
    const release = () => Promise.resolve(void released.push(name));
    return Promise.resolve({ release, [Symbol.asyncDispose]: release });
  };
  const signal = new AbortController().signal;
  await runInWorkers(cases, { ...OPTIONS, claim, jobs: 1, signal }, log);
  assert.deepEqual(asked, ["fc@100#0", "fc@150#0", "fc@200#0", "fc@100#0", "fc@100#0"]);
  assert.deepEqual(log.lines, [
    "elsewhere fc@150#0",
    ...["start fc@200#0", "record fc@200#0"],
    ...["start fc@100#0", "record fc@100#0"],
  ]);
  assert.deepEqual(released, ["fc@200#0", "fc@100#0"]);
});
