/** What must hold of the exact engine on any GPU: the bits of WebAssembly, or it is not used. */
import assert from "node:assert/strict";
import { readPublished } from "../../src/checks/check_store.ts";
import { STROKES_SHA256 } from "../../src/data/strokes.ts";
import { readKernelBytes } from "../../src/engines/exact/kernels.ts";
import { loadExactEngine } from "../../src/engines/exact/load_exact_engine.ts";
import { MODES } from "../../src/engines/exact/webgpu/arithmetic.ts";
import { formatCase } from "../../src/matrix/case.ts";
import {
  bitsOfEpoch,
  bitsOfSteps,
  FAULTY,
  type GpuHost,
  REWRITTEN,
  STEPPED,
  TRAINED,
  TWO_STEPS_TO_MULTIPLY_AND_ADD,
} from "./gpu_cases.ts";

export interface GpuCheck {
  readonly name: string;
  /** On a GPU in software: a few seconds, less than a minute, or more. */
  readonly takes: "little" | "some" | "much";
  run(gpu: GpuHost): Promise<void>;
}

const CASE = "fc@250#0";

const cpu = await loadExactEngine(await readKernelBytes(), null, () => {});

function seesFault(fault: string): GpuCheck {
  return {
    name: `the self-test sees ${fault}`,
    takes: fault === TWO_STEPS_TO_MULTIPLY_AND_ADD ? "little" : "some",
    run: async (gpu) => assert.equal(await gpu.passes("hybrid", fault), false),
  };
}

/** Nothing forbids a compiler to rewrite what is not hidden; lavapipe's does, others need not. */
export const CHECK_OF_LAVAPIPE = seesFault(REWRITTEN);

export const GPU_CHECKS: readonly GpuCheck[] = [
  {
    name: "a GPU passes the self-test in one of the modes, and says which others have other bits",
    takes: "some",
    async run(gpu) {
      const { mode, description, lines } = await gpu.find();
      assert.deepEqual(
        lines,
        MODES.slice(0, MODES.indexOf(mode)).map((other) =>
          `The GPU (${description}) has other bits in the mode ${other}, which is not used`
        ),
      );
    },
  },
  ...STEPPED.map((model): GpuCheck => ({
    name: `two steps of ${model} on a GPU have the bits of WebAssembly`,
    takes: ["fc", "wide-deep"].includes(model) ? "little" : "some",
    run: async (gpu) => assert.deepEqual(await gpu.steps(model), await bitsOfSteps(cpu, model)),
  })),
  {
    name: `${CASE} on a GPU has its published digests`,
    takes: "some",
    async run(gpu) {
      const record = await gpu.train(CASE);
      assert.ok(record.status === "ok");
      assert.equal(record.provenance.backend, `webgpu-${(await gpu.find()).mode}`);
      const published = (await readPublished()).records.find(({ record }) =>
        record.dataset.sha256 === STROKES_SHA256 && record.engine === "exact" &&
        formatCase(record.case) === CASE
      );
      assert.ok(published?.record.status === "ok");
      assert.deepEqual(record.result, published.record.result);
    },
  },
  ...TRAINED.map((name): GpuCheck => ({
    name: `an epoch of ${name} on 200 images has the bits of WebAssembly on a GPU`,
    takes: "much",
    run: async (gpu) => assert.deepEqual(await gpu.epoch(name), await bitsOfEpoch(cpu, name)),
  })),
  ...FAULTY.filter((fault) => fault !== REWRITTEN).map(seesFault),
];
