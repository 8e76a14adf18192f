/**
 * The worker of the live page: the program's own engine, dataset and training, called by the page.
 * The page makes it from a Blob; it reads no file and asks no network.
 * @module
 */
import { type Dataset, IMAGE_SIDE } from "../../../data/dataset.ts";
import { drawStrokes, STROKES_SHA256, strokesBytes } from "../../../data/strokes.ts";
import type { Engine } from "../../../engines/engine.ts";
import type { ExactEngine } from "../../../engines/exact/exact_engine.ts";
import { loadExactEngine } from "../../../engines/exact/load_exact_engine.ts";
import { GpuEngine } from "../../../engines/exact/webgpu/gpu_engine.ts";
import { guarded } from "../../../engines/exact/webgpu/guard.ts";
import { joinBytes } from "../../../join_bytes.ts";
import type { Case } from "../../../matrix/case.ts";
import { type Calibration, costOf, secondsOf } from "../../../matrix/cost.ts";
import { modelOf } from "../../../matrix/model_of.ts";
import { runCase } from "../../../runner/run_case.ts";
import { sha256Hex } from "../../../sha256.ts";
import { parseModel } from "../../../store/saved_model.ts";
import type { EpochResult } from "../../../training/train.ts";
import { findGpu, type FoundGpu } from "./find_gpu.ts";
import { LatentPlane, rangeOf } from "./latent_plane.ts";
import type { CallName, Calls, Reply, Request, WantedBuild } from "./messages.ts";
import { unlessLost } from "./unless_lost.ts";
import { timeBatch } from "./time_batch.ts";
import { unpack } from "../../client/unpack.ts";

type Answers = {
  readonly [name in CallName]: (
    tell: (epoch: EpochResult) => void,
    ...args: Parameters<Calls[name]>
  ) => Promise<ReturnType<Calls[name]>>;
};

const PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/** Test digits that the page is given. */
const SHOWN = 300;
/** Test digits that decide which part of the plane is shown: the emulated build takes 10 ms each. */
const RANGED = 200;

let wanted: WantedBuild | null = null;
let engine: ExactEngine | null = null;
let gpu: Promise<FoundGpu> | null = null;
let dataset: Dataset | null = null;
let plane: LatentPlane | null = null;
/** By model. */
const times = new Map<string, Calibration>();

const ANSWERS: Answers = {
  async start(_tell, kernels, build) {
    const start = performance.now();
    const bytes = {
      "wasm": await unpack(kernels.wasm),
      "wasm-emulated": await unpack(kernels["wasm-emulated"]),
    };
    wanted = build;
    engine = await loadExactEngine(bytes, build === "webgpu" ? null : build, () => {});
    return {
      build: buildOf(engine),
      reason: engine.build === "wasm"
        ? "fast"
        : build === "wasm-emulated"
        ? "chosen"
        : WebAssembly.validate(bytes.wasm)
        ? "wrong"
        : "unknown",
      seconds: secondsSince(start),
    };
  },

  async drawDataset() {
    const start = performance.now();
    const splits = drawStrokes();
    const sha256 = await sha256Hex(joinBytes(strokesBytes(splits)));
    if (sha256 !== STROKES_SHA256) {
      throw new Error(
        `Cannot use the drawn dataset: its SHA-256 is ${sha256}, not ${STROKES_SHA256}; ` +
          "try another browser",
      );
    }
    dataset = { name: "strokes", sha256, splits };
    const { train, validation, test } = splits;
    return {
      sha256,
      seconds: secondsSince(start),
      training: train.count,
      validation: validation.count,
      test: test.count,
      digits: Uint8Array.from(test.values.subarray(0, SHOWN * PIXELS)),
      labels: Uint8Array.from(test.labels.subarray(0, SHOWN)),
    };
  },

  async trainerOf(_tell, c) {
    const found = await gpuFor(c);
    if (!found?.engine) return { gpu: null, reason: found?.reason ?? null };
    const { engine: { gpu: { mode, description } }, seconds } = found;
    return { gpu: { backend: `webgpu-${mode}`, description, seconds }, reason: null };
  },

  async estimate(_tell, c, epochs) {
    const { splits } = drawn(dataset);
    const spec = modelOf(c, PIXELS);
    const time = times.get(spec.name) ?? await timeBatch(await engineFor(c), spec, splits);
    times.set(spec.name, time);
    return secondsOf(costOf(spec, c, splits, epochs), time);
  },

  async train(tell, c, environment) {
    const device = await engineFor(c);
    const run = (engine: Engine) =>
      runCase(c, drawn(dataset), engine, environment, { onEpoch: tell });
    if (device instanceof GpuEngine) {
      // A run whose GPU fails ends: the reader can start it again without one.
      const { name, open } = guarded(device, started(engine));
      const { record } = await unlessLost(device, run({ name, open }));
      return { record };
    }
    const { record } = await run(device);
    return { record };
  },

  async openPlane(_tell, model) {
    const saved = await parseModel(await unpack(model), "the model in this page");
    const spec = modelOf(saved.case, PIXELS);
    plane = await LatentPlane.open(started(engine), { spec, weights: saved.weights });
    const { values } = drawn(dataset).splits.test;
    return rangeOf(plane.encode(Uint8Array.from(values.subarray(0, RANGED * PIXELS))));
  },

  decode(_tell, points) {
    const start = performance.now();
    const pixels = opened(plane).decode(points);
    return Promise.resolve({ pixels, milliseconds: performance.now() - start });
  },

  encode(_tell, digit) {
    const start = performance.now();
    const point = opened(plane).encode(digit);
    const pixels = opened(plane).decode(point);
    const milliseconds = performance.now() - start;
    return Promise.resolve({ point: [point[0]!, point[1]!], pixels, milliseconds });
  },
};

/** A GPU for a case, or why there is none; null for a case that is to be trained without one. */
async function gpuFor({ model }: Case): Promise<FoundGpu | null> {
  // A dense network is so small that a GPU would wait most of the time.
  const asks = wanted === "webgpu" || wanted === null && model !== "fc";
  return asks ? await (gpu ??= findGpu(wanted === "webgpu")) : null;
}

async function engineFor(c: Case): Promise<ExactEngine | GpuEngine> {
  return (await gpuFor(c))?.engine ?? started(engine);
}

function buildOf({ build }: ExactEngine): "wasm" | "wasm-emulated" {
  return build === "wasm" ? build : "wasm-emulated";
}

function started(engine: ExactEngine | null): ExactEngine {
  if (engine === null) throw new Error("Cannot compute: the engine was not started");
  return engine;
}

function drawn(dataset: Dataset | null): Dataset {
  if (dataset === null) throw new Error("Cannot train: the dataset was not drawn");
  return dataset;
}

function opened(plane: LatentPlane | null): LatentPlane {
  if (plane === null) throw new Error("Cannot decode: no model was opened");
  return plane;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply): void;
};

/** One call after the other, in the order in which they came. */
let last: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: { id, name, args } }) => {
  last = last.then(async () => {
    try {
      const answer = ANSWERS[name] as (...args: unknown[]) => Promise<unknown>;
      const tell = (epoch: EpochResult) => scope.postMessage({ id, kind: "epoch", epoch });
      scope.postMessage({ id, kind: "answer", value: await answer(tell, ...args) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      scope.postMessage({ id, kind: "error", message });
    }
  });
};
