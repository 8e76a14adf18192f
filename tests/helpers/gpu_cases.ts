/**
 * What the exact engine is put to on a GPU, for any JavaScript host. All that is asked and answered is
 * JSON, so that a page in a browser can be asked the same.
 * @module
 */
import { type Dataset, sliceSamples, type Splits } from "../../src/data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../../src/data/strokes.ts";
import type { Engine, Evaluation } from "../../src/engines/engine.ts";
import { passesWiderSelfTest } from "../../src/engines/exact/startup_check.ts";
import type { Mode } from "../../src/engines/exact/webgpu/arithmetic.ts";
import { Gpu } from "../../src/engines/exact/webgpu/gpu.ts";
import { GpuEngine, loadGpuEngine } from "../../src/engines/exact/webgpu/gpu_engine.ts";
import { shaderOf } from "../../src/engines/exact/webgpu/gpu_kernel.ts";
import { ae, lae, strictVae, vae } from "../../src/models/autoencoder.ts";
import { conv } from "../../src/models/conv.ts";
import { fc } from "../../src/models/fc.ts";
import type { Tensor } from "../../src/models/parameters.ts";
import type { ModelSpec } from "../../src/models/spec.ts";
import { wideDeep } from "../../src/models/wide_deep.ts";
import { runCase } from "../../src/runner/run_case.ts";
import { sha256Hex } from "../../src/sha256.ts";
import type { CaseRecord } from "../../src/store/record.ts";
import { caseOf } from "./case_of.ts";

const STROKES = drawStrokes();
const PIXELS = { kind: "pixels", width: 784 } as const;
const WIDE = 784 + 20;

/**
 * Every family of layers at full width, and the samples of a first step. Batches of autoencoders are
 * small, so that a GPU in software can take them.
 */
const STEPS: { readonly [model: string]: readonly [spec: ModelSpec, batch: number] } = {
  "fc": [fc(PIXELS), 32],
  "wide-deep": [wideDeep(784, 20), 32],
  "conv": [conv(PIXELS), 10],
  "ae": [{ ...ae(PIXELS, 5), batchSize: 10 }, 10],
  "lae": [{ ...lae(PIXELS, 2), batchSize: 10 }, 9],
  "vae": [{ ...vae(PIXELS, 20), batchSize: 10 }, 10],
  "strict-vae": [{ ...strictVae(PIXELS, 20), batchSize: 10 }, 7],
};

/** What is trained for an epoch. */
const EPOCHS: { readonly [name: string]: ModelSpec } = {
  "ae5": { ...ae(PIXELS, 5), batchSize: 20 },
  "vae2": { ...vae(PIXELS, 2), batchSize: 20 },
};

export const TWO_STEPS_TO_MULTIPLY_AND_ADD = "a fused multiply-add in two steps";
export const REWRITTEN = "float expressions that its compiler rewrites";

/** Faults of arithmetic: what a device or its compiler may do where nothing forbids it. */
const FAULTS: { readonly [what: string]: readonly [from: RegExp, to: string] } = {
  [TWO_STEPS_TO_MULTIPLY_AND_ADD]: [/fma_of_bits\(bitcast<u32>\(a\), .*?\)\)\)/, "a * b + c)"],
  "a quotient that is off in its last place": [/select\(0u, 1u, r != 0\)/, "0u"],
  "a leak that is off in its last place": [/0x3e4ccccdu/g, "0x3e4cccceu"],
  [REWRITTEN]: [/ \^ zero_at_run_time/g, ""],
};

export const STEPPED = Object.keys(STEPS);
export const TRAINED = Object.keys(EPOCHS);
export const FAULTY = Object.keys(FAULTS);

/** Joined features for heads that see pixels and codes. */
const FEATURES = {
  ...{ count: 40, width: WIDE, labels: new Uint8Array(40).fill(3) },
  values: Float32Array.from({ length: 40 * WIDE }, (_, i) => i % 7 === 0 ? (i % 101) / 101 : 0),
};

/** Losses, and digests of tensors by name. */
export interface Bits {
  readonly losses: readonly number[];
  readonly digests: { readonly [name: string]: string };
}

/** What two steps and a small evaluation come to. */
export async function bitsOfSteps(engine: Engine, model: string): Promise<Bits> {
  const [spec, batch] = STEPS[model]!;
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
  const { weights, firstMoments, secondMoments } = await session.state();
  const digests = {
    ...await digestsOf(evaluation),
    ...await digestsByName("weights", weights),
    ...await digestsByName("first moments", firstMoments),
    ...await digestsByName("second moments", secondMoments),
  };
  await session.close();
  return { losses, digests };
}

/** What an epoch of an autoencoder on 200 images comes to. */
export async function bitsOfEpoch(engine: Engine, name: string): Promise<Bits> {
  const few = (count: number) => sliceSamples(STROKES.train, 0, count);
  const splits: Splits = { train: few(200), validation: few(50), test: few(50) };
  const session = await engine.open(EPOCHS[name]!, splits, 0);
  const losses: number[] = [];
  for (let at = 0; at < 200; at += 20) {
    losses.push(await session.step(Uint32Array.from({ length: 20 }, (_, i) => at + i), 1e-3, 1));
  }
  const digests = {
    ...await digestsOf(await session.evaluate("validation", 50, 1)),
    ...await digestsByName("weights", await session.weights()),
  };
  await session.close();
  return { losses, digests };
}

async function digestsOf({ outputs, losses, divergences }: Evaluation): Promise<Bits["digests"]> {
  return {
    outputs: await digestOf(outputs),
    losses: await digestOf(losses),
    ...divergences && { divergences: await digestOf(divergences) },
  };
}

async function digestsByName(kind: string, tensors: readonly Tensor[]): Promise<Bits["digests"]> {
  const digests: { [name: string]: string } = {};
  for (const { name, values } of tensors) digests[`${kind} of ${name}`] = await digestOf(values);
  return digests;
}

async function digestOf(values: Float32Array<ArrayBuffer>): Promise<string> {
  return await sha256Hex(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** A GPU whose self-test has passed. */
export interface FoundGpu {
  readonly mode: Mode;
  readonly description: string;
  readonly isSoftware: boolean;
  /** A line for each mode that did not pass. */
  readonly lines: readonly string[];
}

/** A host with a GPU: this process, or a page in a browser. */
export interface GpuHost {
  find(): Promise<FoundGpu>;
  steps(model: string): Promise<Bits>;
  epoch(name: string): Promise<Bits>;
  /** A whole case on `strokes`. */
  train(name: string): Promise<CaseRecord>;
  /** Whether the self-test passes in a mode, with a fault in its shaders if one is named. */
  passes(mode: Mode, fault: string | null): Promise<boolean>;
}

/** @param mode is used without a self-test; null: the first that passes it, which runs once */
export function gpuHere(mode: Mode | null): GpuHost {
  const lines: string[] = [];
  let loading: Promise<GpuEngine> | null = null;
  const load = () =>
    loading ??= mode === null
      ? loadGpuEngine((line) => lines.push(line))
      : Gpu.open(mode).then((gpu) => new GpuEngine(gpu));
  return {
    async find() {
      const { mode, description, isSoftware } = (await load()).gpu;
      return { mode, description, isSoftware, lines };
    },
    steps: async (model) => await bitsOfSteps(await load(), model),
    epoch: async (name) => await bitsOfEpoch(await load(), name),
    async train(name) {
      const dataset: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: STROKES };
      const machine = { os: "", arch: "", cpu: null, cores: 1 };
      const environment = { commit: null, sources: null, machine, versions: {} };
      return (await runCase(caseOf(name), dataset, await load(), environment)).record;
    },
    async passes(mode, fault) {
      const [from, to] = fault === null ? [/^/, ""] : FAULTS[fault]!;
      const gpu = await Gpu.open(mode, (name, phase, mode) => {
        const text = shaderOf(name, phase, mode);
        if (text.search(from) < 0) throw new Error(`Cannot plant ${fault}: ${from} is not there`);
        return text.replace(from, to);
      });
      const passes = await passesWiderSelfTest(new GpuEngine(gpu));
      gpu.close();
      return passes;
    },
  };
}
