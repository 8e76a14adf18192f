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
import { readKernelBytes } from "../src/engines/exact/kernels.ts";
import { passesWiderSelfTest } from "../src/engines/exact/startup_check.ts";
import { MODES } from "../src/engines/exact/webgpu/arithmetic.ts";
import { Gpu, GpuError } from "../src/engines/exact/webgpu/gpu.ts";
import { GpuEngine, loadGpuEngine } from "../src/engines/exact/webgpu/gpu_engine.ts";
import { shaderOf } from "../src/engines/exact/webgpu/gpu_kernel.ts";
import { formatCase } from "../src/matrix/case.ts";
import { ae, lae, strictVae, vae } from "../src/models/autoencoder.ts";
import { conv } from "../src/models/conv.ts";
import { fc } from "../src/models/fc.ts";
import type { ModelSpec } from "../src/models/spec.ts";
import { wideDeep } from "../src/models/wide_deep.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { findEngine } from "../src/runner/find_engine.ts";
import { runCase } from "../src/runner/run_case.ts";
import { temporaryFolder } from "../src/data/test_files.ts";
import { caseOf } from "./helpers/case_of.ts";
import { reproduceQuick } from "./helpers/commands.ts";
import { testOnGpu, testSlowly } from "./needs.ts";
import { ScriptedWorld } from "./scripted_world.ts";

const STROKES = drawStrokes();
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
  const dataset: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: STROKES };
  const c = caseOf("fc@250#0");
  const { record } = await runCase(c, dataset, found, await captureEnvironment());
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

await testOnGpu("on a GPU one case runs at a time, unless more are asked for", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const args = reproduceQuick(folder.path, "--backend", "webgpu", "--dry-run");
  assert.equal(await world.call(...args), 0);
  assert.match(world.err, /^Cases: 3 of profile quick, 3 to run, 1 side by side: about /m);
  const software = found?.gpu.isSoftware ?? false;
  assert.equal(/ is emulated in software: --backend wasm is faster$/m.test(world.err), software);
  assert.equal(await world.call(...args, "--jobs", "2"), 0);
  assert.match(world.err, /^Cases: 3 of profile quick, 3 to run, 2 side by side: about /m);
});

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
    assert.ok("kernels" in source && source.kernels.build.startsWith("wasm"));
    assert.deepEqual(lines, [
      "The GPU is not used: this host offers no GPU; going on with WebAssembly",
    ]);
  } finally {
    Object.defineProperty(Navigator.prototype, "gpu", gpu);
  }
});
