/**
 * The exact engine on a GPU: the bits of WebAssembly, or it is not used. Where there is no GPU, Mesa's
 * lavapipe emulates one, which computes a fused multiply-add in two steps and rewrites float expressions.
 * @module
 */
import assert from "node:assert/strict";
import { type Dataset, sliceSamples } from "../src/data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../src/data/strokes.ts";
import { temporaryFolder } from "../src/data/test_files.ts";
import type { Engine } from "../src/engines/engine.ts";
import { readKernelBytes, type WasmBuild } from "../src/engines/exact/kernels.ts";
import { loadExactEngine } from "../src/engines/exact/load_exact_engine.ts";
import { Gpu, GpuError } from "../src/engines/exact/webgpu/gpu.ts";
import { GpuEngine, loadGpuEngine } from "../src/engines/exact/webgpu/gpu_engine.ts";
import { guarded } from "../src/engines/exact/webgpu/guard.ts";
import { fc } from "../src/models/fc.ts";
import { initialParameters } from "../src/models/parameters.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { findEngine } from "../src/runner/find_engine.ts";
import { runCase } from "../src/runner/run_case.ts";
import { runInWorkers } from "../src/runner/runner.ts";
import { caseOf } from "./helpers/case_of.ts";
import { reproduce } from "./helpers/commands.ts";
import { gpuHere } from "./helpers/gpu_cases.ts";
import { CHECK_OF_LAVAPIPE, GPU_CHECKS } from "./helpers/gpu_checks.ts";
import { testOnGpu, testSlowly } from "./needs.ts";
import { ScriptedWorld } from "./scripted_world.ts";

const HERE = gpuHere(null);
const STROKES = drawStrokes();
const STROKES_DATASET: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: STROKES };
const cpu = await loadExactEngine(await readKernelBytes(), null, () => {});

const adapter = await navigator.gpu?.requestAdapter();
const isLavapipe = adapter?.info.description.includes("llvmpipe") ?? false;

for (const { name, takes, run } of [...GPU_CHECKS, ...isLavapipe ? [CHECK_OF_LAVAPIPE] : []]) {
  const define = (name: string) => testOnGpu(name, () => run(HERE));
  await (takes === "much" ? testSlowly(name, define) : define(name));
}

await testSlowly(
  "integers alone have the bits of WebAssembly on a GPU",
  (name) => testOnGpu(name, async () => assert.ok(await HERE.passes("emulated", null))),
);

await testOnGpu(
  "a session refuses a batch, a split and a use that cannot be, as on the processor",
  async () => {
    const gpu = await Gpu.open("hybrid");
    const session = await new GpuEngine(gpu).open(
      fc({ kind: "pixels", width: 784 }),
      drawStrokes(),
      0,
    );
    assert.throws(() => session.step(new Uint32Array(33), 1e-3, 1), {
      name: "RangeError",
      message: "Cannot step on 33 samples: the batch size is 32",
    });
    await assert.rejects(
      session.evaluate("test", 1e6, 1),
      /^RangeError: Cannot evaluate 1000000 test/,
    );
    session.close();
    assert.throws(() => session.step(Uint32Array.of(0), 1e-3, 1), {
      name: "TypeError",
      message: "Cannot use a session that is closed",
    });
    gpu.close();
  },
);

await testOnGpu(
  "a buffer of the GPU that is spoiled is seen, and the case ends with the same bits",
  async () => {
    const device = await loadGpuEngine(() => {});
    const spoiling: Engine = {
      name: "exact",
      open: async (spec, splits, seed) => {
        const session = await device.open(spec, splits, seed);
        const step = session.step.bind(session);
        let steps = 0;
        session.step = (...args) => {
          const loss = step(...args);
          if (++steps === 21) session.setWeights(initialParameters(spec, seed));
          return loss;
        };
        return session;
      },
    };
    const told: string[] = [];
    const c = caseOf("fc@250#0");
    const run = async (engine: Engine) =>
      (await runCase(c, STROKES_DATASET, engine, await captureEnvironment(), {
        maxEpochs: 4,
        onDeviceError: ({ message }, epoch) => told.push(`${epoch}: ${message}`),
      })).record;
    const record = await run(guarded(spoiling, cpu, 10));
    assert.deepEqual(told, [
      "1: step 21, in epoch 3, has other bits on the GPU than on the processor: " +
      "the weights of dense1/weights",
    ]);
    const alone = await run(cpu);
    assert.ok(record.status === "ok" && alone.status === "ok");
    assert.deepEqual(record.result, alone.result);
    assert.equal(record.provenance.backend, alone.provenance.backend);
  },
);

await testSlowly(
  "the plan says how many cases run on the GPU and beside it",
  (name) =>
    testOnGpu(name, async () => {
      await using folder = await temporaryFolder();
      const world = new ScriptedWorld();
      const only = ["--profile", "smoke", "--only", "*c*@*", "--dry-run"];
      assert.equal(await world.call(...reproduce(folder.path, ...only, "--backend", "webgpu")), 0);
      assert.match(
        world.err,
        /^Cases: 2 of profile smoke, 2 to run, 1 on the GPU, 1 on the processor, 2 side by side: about /m,
      );
      const { isSoftware } = await HERE.find();
      assert.equal(
        / is emulated in software: --backend wasm is faster$/m.test(world.err),
        isSoftware,
      );
    }),
);

await testSlowly(
  "conv runs on the GPU, fc on the processor beside it, both to the bits of WebAssembly",
  (name) =>
    testOnGpu(name, async () => {
      const { gpu } = await loadGpuEngine(() => {});
      const few = (count: number) => sliceSamples(STROKES.train, 0, count);
      const splits = { train: few(40), validation: few(10), test: few(10) };
      const dataset = { ...STROKES_DATASET, splits };
      const kernels = { build: cpu.build as WasmBuild };
      const environment = await captureEnvironment();
      const cases = ["conv@20", "fc@20"].map(caseOf);
      const backends: string[] = [];
      await runInWorkers(cases, {
        ...{ dataset, environment, jobs: 1, threads: 1, spareCores: 2 },
        engine: { name: "exact", kernels, gpu: gpu.mode },
        encodedBy: () => assert.fail(),
        claim: null,
        checkpoints: null,
        signal: new AbortController().signal,
      }, {
        onStart: () => {},
        onEpoch: () => {},
        onElsewhere: () => {},
        onNote: (_, note) => assert.fail(JSON.stringify(note)),
        onError: (_, message) => assert.fail(message),
        onFinished: async (c, { record }) => {
          backends.push(`${c.model} ${record.provenance.backend}`);
          const { record: alone } = await runCase(c, dataset, cpu, environment);
          assert.ok(record.status === "ok" && alone.status === "ok");
          assert.deepEqual(record.result, alone.result);
        },
      });
      assert.deepEqual(backends.sort(), [`conv webgpu-${gpu.mode}`, `fc ${cpu.build}`]);
    }),
);

Deno.test("without a GPU the processor takes over, and says so", async () => {
  const gpu = Object.getOwnPropertyDescriptor(Navigator.prototype, "gpu");
  assert.ok(gpu);
  Object.defineProperty(Navigator.prototype, "gpu", { configurable: true, value: undefined });
  try {
    await assert.rejects(Gpu.open("native"), GpuError);
    const lines: string[] = [];
    const { source } = await findEngine(
      { engine: "exact", backend: "webgpu" },
      null,
      (line) => lines.push(line),
    );
    assert.ok(source.name === "exact" && source.gpu === undefined);
    assert.ok(source.kernels.build.startsWith("wasm"));
    assert.deepEqual(lines, [
      "The GPU is not used: this host offers no GPU; going on with WebAssembly",
    ]);
  } finally {
    Object.defineProperty(Navigator.prototype, "gpu", gpu);
  }
});
