/**
 * The exact engine on a GPU: the bits of WebAssembly, or it is not used. Where there is no GPU, Mesa's
 * lavapipe emulates one, which computes a fused multiply-add in two steps and rewrites float expressions.
 * @module
 */
import assert from "node:assert/strict";
import { readPublished } from "../src/checks/check_store.ts";
import { type Dataset, sliceSamples } from "../src/data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../src/data/strokes.ts";
import type { Engine } from "../src/engines/engine.ts";
import { loadExactEngine } from "../src/engines/exact/load_exact_engine.ts";
import { readKernelBytes, type WasmBuild } from "../src/engines/exact/kernels.ts";
import { passesWiderSelfTest } from "../src/engines/exact/startup_check.ts";
import { MODES } from "../src/engines/exact/webgpu/arithmetic.ts";
import { Gpu, GpuError } from "../src/engines/exact/webgpu/gpu.ts";
import { guarded } from "../src/engines/exact/webgpu/guard.ts";
import { GpuEngine, loadGpuEngine } from "../src/engines/exact/webgpu/gpu_engine.ts";
import { shaderOf } from "../src/engines/exact/webgpu/gpu_kernel.ts";
import { formatCase } from "../src/matrix/case.ts";
import { initialParameters } from "../src/models/parameters.ts";
import { ae, lae, strictVae, vae } from "../src/models/autoencoder.ts";
import { conv } from "../src/models/conv.ts";
import { fc } from "../src/models/fc.ts";
import type { ModelSpec } from "../src/models/spec.ts";
import { wideDeep } from "../src/models/wide_deep.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { findEngine } from "../src/runner/find_engine.ts";
import { runCase } from "../src/runner/run_case.ts";
import { runInWorkers } from "../src/runner/runner.ts";
import { temporaryFolder } from "../src/data/test_files.ts";
import { caseOf } from "./helpers/case_of.ts";
import { reproduce } from "./helpers/commands.ts";
import { testOnGpu, testSlowly } from "./needs.ts";
import { ScriptedWorld } from "./scripted_world.ts";

const STROKES = drawStrokes();
const STROKES_DATASET: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: STROKES };
const PIXELS = { kind: "pixels", width: 784 } as const;
const WIDE = 784 + 20;

/** Every family of layers at full width; batches are small, so that a GPU in software can take them. */
const MODELS: readonly (readonly [spec: ModelSpec, batch: number])[] = [
  [fc(PIXELS), 32],
  [wideDeep(784, 20), 32],
  [conv(PIXELS), 10],
  [{ ...ae(PIXELS, 5), batchSize: 10 }, 10],
  [{ ...lae(PIXELS, 2), batchSize: 10 }, 9],
  [{ ...vae(PIXELS, 20), batchSize: 10 }, 10],
  [{ ...strictVae(PIXELS, 20), batchSize: 10 }, 7],
];

/** Joined features for heads that see pixels and codes. */
const FEATURES = {
  ...{ count: 40, width: WIDE, labels: new Uint8Array(40).fill(3) },
  values: Float32Array.from({ length: 40 * WIDE }, (_, i) => i % 7 === 0 ? (i % 101) / 101 : 0),
};

/** What two steps and a small evaluation come to. */
async function shortRun(engine: Engine, spec: ModelSpec, batch: number) {
  const splits = spec.input.kind === "pixels"
    ? STROKES
    : { train: FEATURES, validation: FEATURES, test: FEATURES };
  const session = await engine.open(spec, splits, 3);
  const losses: number[] = [];
  for (let step = 0; step < 2; step++) {
    const indices = Uint32Array.from({ length: batch - step }, (_, i) => (i * 7 + step) % 40);
    losses.push(await session.step(indices, 1e-3, 1));
  }
  const evaluation = await session.evaluate("test", 3, 2);
  const state = structuredClone(await session.state());
  await session.close();
  return { losses, evaluation, state };
}

await testOnGpu(
  "a GPU passes the self-test in one of the modes, and says which others have other bits",
  async () => {
    const lines: string[] = [];
    const engine = await loadGpuEngine((line) => lines.push(line));
    const { mode, description } = engine.gpu;
    assert.equal(lines.length, MODES.indexOf(mode));
    for (const [i, line] of lines.entries()) {
      assert.equal(
        line,
        `The GPU (${description}) has other bits in the mode ${MODES[i]}, which is not used`,
      );
    }
    engine.gpu.close();
  },
);

const cpu = await loadExactEngine(await readKernelBytes(), null, () => {});
const found = await navigator.gpu?.requestAdapter()
  ? await loadGpuEngine(() => {}).catch(() => null)
  : null;

for (const [spec, batch] of MODELS) {
  await testOnGpu(`two steps of ${spec.name} on a GPU have the bits of WebAssembly`, async () => {
    assert.ok(found !== null);
    assert.deepEqual(await shortRun(found, spec, batch), await shortRun(cpu, spec, batch));
  });
}

await testOnGpu("fc@250#0 on a GPU has its published digests", async () => {
  assert.ok(found !== null);
  const c = caseOf("fc@250#0");
  const { record } = await runCase(c, STROKES_DATASET, found, await captureEnvironment());
  assert.ok(record.status === "ok");
  assert.equal(record.provenance.backend, `webgpu-${found.gpu.mode}`);
  const published = (await readPublished()).records.find(({ record }) =>
    record.dataset.sha256 === STROKES_SHA256 && record.engine === "exact" &&
    formatCase(record.case) === formatCase(c)
  );
  assert.ok(published?.record.status === "ok");
  assert.deepEqual(record.result, published.record.result);
});

for (const spec of [ae(PIXELS, 5), vae(PIXELS, 2)]) {
  testSlowly(
    `an epoch of ${spec.name} on 200 images has the bits of WebAssembly`,
    (name) =>
      testOnGpu(name, async () => {
        assert.ok(found !== null);
        const few = (count: number) => sliceSamples(STROKES.train, 0, count);
        const splits = { train: few(200), validation: few(50), test: few(50) };
        const run = async (engine: Engine) => {
          const session = await engine.open({ ...spec, batchSize: 20 }, splits, 0);
          for (let at = 0; at < 200; at += 20) {
            await session.step(Uint32Array.from({ length: 20 }, (_, i) => at + i), 1e-3, 1);
          }
          const result = [await session.evaluate("validation", 50, 1), await session.weights()];
          await session.close();
          return result;
        };
        assert.deepEqual(await run(found), await run(cpu));
      }),
  );
}

/** Faults of arithmetic: what a device or its compiler may do where nothing forbids it. */
const FAULTS: readonly (readonly [what: string, from: RegExp, to: string])[] = [
  ["a fused multiply-add in two steps", /fma_of_bits\(bitcast<u32>\(a\), .*?\)\)\)/, "a * b + c)"],
  ["a quotient that is off in its last place", /select\(0u, 1u, r != 0\)/, "0u"],
  ["a leak that is off in its last place", /0x3e4ccccdu/g, "0x3e4cccceu"],
];

/** What is a fault on these devices alone: others need not be tempted. */
const REWRITES = found?.gpu.description.includes("llvmpipe")
  ? [["float expressions that its compiler rewrites", / \^ zero_at_run_time/g, ""] as const]
  : [];

for (const [what, from, to] of [...FAULTS, ...REWRITES]) {
  await testOnGpu(`the self-test sees ${what}`, async () => {
    const gpu = await Gpu.open("hybrid", (name, phase, mode) => {
      const text = shaderOf(name, phase, mode);
      assert.match(text, from);
      return text.replace(from, to);
    });
    assert.equal(await passesWiderSelfTest(new GpuEngine(gpu)), false);
    gpu.close();
  });
}

testSlowly(
  "integers alone have the bits of WebAssembly on a GPU",
  (name) =>
    testOnGpu(name, async () => {
      const gpu = await Gpu.open("emulated");
      assert.ok(await passesWiderSelfTest(new GpuEngine(gpu)));
      gpu.close();
    }),
);

await testOnGpu(
  "a session refuses a batch, a split and a use that cannot be, as on the processor",
  async () => {
    assert.ok(found !== null);
    const session = await found.open(fc(PIXELS), STROKES, 0);
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
  },
);

await testOnGpu(
  "a buffer of the GPU that is spoiled is seen, and the case ends with the same bits",
  async () => {
    assert.ok(found !== null);
    const device = found;
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

testSlowly(
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
      const software = found?.gpu.isSoftware ?? false;
      assert.equal(
        / is emulated in software: --backend wasm is faster$/m.test(world.err),
        software,
      );
    }),
);

testSlowly(
  "conv runs on the GPU, fc on the processor beside it, both to the bits of WebAssembly",
  (name) =>
    testOnGpu(name, async () => {
      assert.ok(found !== null);
      const few = (count: number) => sliceSamples(STROKES.train, 0, count);
      const splits = { train: few(40), validation: few(10), test: few(10) };
      const dataset = { ...STROKES_DATASET, splits };
      const kernels = { build: cpu.build as WasmBuild };
      const environment = await captureEnvironment();
      const cases = ["conv@20", "fc@20"].map(caseOf);
      const backends: string[] = [];
      await runInWorkers(cases, {
        ...{ dataset, environment, jobs: 1, threads: 1, spareCores: 2 },
        engine: { name: "exact", kernels, gpu: found.gpu.mode },
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
      assert.deepEqual(backends.sort(), [`conv webgpu-${found.gpu.mode}`, `fc ${cpu.build}`]);
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
