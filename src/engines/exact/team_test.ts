import assert from "node:assert/strict";
import { drawStrokes } from "../../data/strokes.ts";
import { fc } from "../../models/fc.ts";
import type { BoundProgram } from "./bound_program.ts";
import { ExactEngine } from "./exact_engine.ts";
import { compileKernels, readKernelBytes } from "./kernels.ts";
import { Team } from "./team.ts";

const KERNELS = (await compileKernels("wasm", await readKernelBytes()))!;
const SPEC = fc({ kind: "pixels", width: 784 });
const STROKES = drawStrokes();
const BATCH = Uint32Array.from({ length: SPEC.batchSize }, (_, i) => i);

/** A program of one call, which adds an array to itself. */
function doubling(address: number, length: number): BoundProgram {
  return [{ kernel: "add", addresses: [address, address, address], sizes: ["count", length] }];
}

/** Puts a class in the place of Worker while `body` runs. */
async function withWorkers(fake: unknown, body: () => Promise<void>): Promise<void> {
  const RealWorker = globalThis.Worker;
  globalThis.Worker = fake as typeof Worker;
  try {
    await body();
  } finally {
    globalThis.Worker = RealWorker;
  }
}

Deno.test("a team runs every part of a call once", async () => {
  const instance = KERNELS.instantiate(true);
  const address = instance.allocate(4 * 32);
  const values = () => new Float32Array(instance.view(address, 4 * 32).slice().buffer);
  new Float32Array(instance.view(address, 0).buffer, address, 32).fill(1);
  const team = await Team.start(instance, [doubling(address, 32)], 3);
  try {
    team.run(0, 1);
    assert.deepEqual(values(), new Float32Array(32).fill(2));
    for (let i = 0; i < 9; i++) team.run(0, 1);
    assert.deepEqual(values(), new Float32Array(32).fill(1024));
  } finally {
    team.close();
  }
});

Deno.test("a team whose worker fails says why, and stays ended", async () => {
  const instance = KERNELS.instantiate(true);
  // The leader's half of this array lies within the memory, the worker's leads out of it.
  const half = 2 ** 20, address = instance.allocate(4 * half);
  const team = await Team.start(instance, [doubling(address, 2 * half)], 2);
  try {
    const message = "Cannot go on with a team of threads: memory access out of bounds";
    for (let i = 0; i < 2; i++) assert.throws(() => team.run(0, 1), { name: "Error", message });
  } finally {
    team.close();
  }
});

Deno.test("a team whose leader fails throws its error, and is ended", async () => {
  // Of this array only the worker's half is there, for addresses wrap.
  const team = await Team.start(KERNELS.instantiate(true), [doubling(2 ** 32 - 64, 32)], 2);
  try {
    assert.throws(() => team.run(0, 1), WebAssembly.RuntimeError);
    assert.throws(() => team.run(0, 1), /^Error: Cannot go on with a team of threads: memory acc/);
  } finally {
    team.close();
  }
});

Deno.test("a team does not wait for ever for a worker that is gone", async () => {
  class Gone {
    onmessage: (() => void) | null = null;
    terminate() {}
    postMessage() {
      this.onmessage?.();
    }
  }
  await withWorkers(Gone, async () => {
    const team = await Team.start(KERNELS.instantiate(true), [[]], 2, 1);
    assert.throws(() => team.run(0, 1), {
      name: "Error",
      message: "Cannot go on with a team of threads: one of them does not answer",
    });
    team.close();
  });
});

Deno.test("a worker that cannot start is an error, and the others are ended", async () => {
  let made = 0, terminated = 0;
  class Broken {
    onmessage: (() => void) | null = null;
    onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
    readonly number = made++;
    terminate() {
      terminated++;
    }
    postMessage() {
      if (this.number === 0) this.onmessage?.();
      else this.onerror?.({ message: "no memory", preventDefault: () => {} });
    }
  }
  await withWorkers(Broken, async () => {
    await assert.rejects(Team.start(KERNELS.instantiate(true), [[]], 3), {
      name: "Error",
      message: "Cannot start a team of threads: no memory",
    });
  });
  assert.equal(terminated, 2);
});

Deno.test("two sessions with teams do not disturb each other", async () => {
  const seeds = [1, 2];
  const alone = await Promise.all(
    seeds.map((seed) => new ExactEngine(KERNELS).open(SPEC, STROKES, seed)),
  );
  const teams = await Promise.all(
    seeds.map((seed) => new ExactEngine(KERNELS, 2, 0).open(SPEC, STROKES, seed)),
  );
  try {
    for (let step = 0; step < 20; step++) {
      const losses = (sessions: typeof teams) => sessions.map((s) => s.step(BATCH, 1e-3, 1));
      assert.deepEqual(losses(teams), losses(alone));
    }
    for (const [i, team] of teams.entries()) assert.deepEqual(team.state(), alone[i]!.state());
  } finally {
    for (const session of teams) session.close();
  }
});

Deno.test("an engine shares large plans only, and its sessions say so", async () => {
  const engine = new ExactEngine(KERNELS, 2);
  const session = await engine.open(SPEC, STROKES, 1);
  assert.equal(session.threads, 1);
});

Deno.test("close() leaves no thread behind: a program ends by itself", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--ext=ts",
      `import { ExactEngine } from "${new URL("exact_engine.ts", import.meta.url)}";
       import { compileKernels, readKernelBytes } from "${new URL("kernels.ts", import.meta.url)}";
       import { drawStrokes } from "${new URL("../../data/strokes.ts", import.meta.url)}";
       import { fc } from "${new URL("../../models/fc.ts", import.meta.url)}";
       const kernels = await compileKernels("wasm", await readKernelBytes());
       const spec = fc({ kind: "pixels", width: 784 });
       const session = await new ExactEngine(kernels!, 4, 0).open(spec, drawStrokes(), 0);
       console.log(session.step(Uint32Array.of(1, 2, 3), 1e-3, 1) > 0);
       session.close();`,
    ],
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr));
  assert.equal(decoder.decode(stdout), "true\n");
});
