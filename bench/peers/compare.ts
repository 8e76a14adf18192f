/**
 * Times one training step of fc at batch 32, ours (WebAssembly, one thread) and JAX's, in
 * alternation, on the same weights and batches, of MNIST where MNIST_DIR names it, else of `strokes`.
 * First both must go the same way: the losses of the first steps agree within the roundings of
 * float32. A peer that is not there is reported as missing.
 *
 * Usage: deno task bench:peers [--rounds N] [--json FILE]
 * The Python with JAX (bench/peers/requirements.txt) is $LATENTBENCH_PEERS_PYTHON, or python3.
 * @module
 */
import { parseArgs } from "node:util";
import { loadDataset } from "../../src/data/load_dataset.ts";
import { loadExactEngine } from "../../src/engines/exact/load_exact_engine.ts";
import { readKernelBytes } from "../../src/engines/exact/kernels.ts";
import { padded } from "../../src/engines/exact/plan.ts";
import { fc } from "../../src/models/fc.ts";
import { initialParameters } from "../../src/models/parameters.ts";
import { permutation } from "../../src/random/permutation.ts";
import { AdamRate } from "../../src/training/adam_rate.ts";
import { naiveGradients, toNaive, toNaiveBatch } from "../../tests/helpers/naive_fc.ts";
import { measureFmaPeak } from "./fma_peak.ts";
import { JaxPeer } from "./jax_peer.ts";

/** Different batches, taken in turns: 512 images. */
const BATCHES = 16;
/** A sample is the mean over this many steps; a round is this many samples. */
const STEPS = 160, CHUNKS = 10;
/** Steps whose losses are compared. */
const COMPARED = 5;

const PIXELS = 784, HIDDEN = 100, CLASSES = 10;

const { values: options } = parseArgs({
  args: Deno.args,
  options: { rounds: { type: "string", default: "7" }, json: { type: "string" } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`Cannot run ${options.rounds} rounds: give a whole number from 1`);
  Deno.exit(2);
}
const python = Deno.env.get("LATENTBENCH_PEERS_PYTHON") ?? "python3";

const spec = fc({ kind: "pixels", width: PIXELS });
const { batchSize } = spec;
const directory = Deno.env.get("MNIST_DIR") ?? null;
const dataset = await loadDataset({
  dataset: directory === null ? "strokes" : "mnist",
  directory,
  environment: {},
  notify: console.error,
});
const { splits } = dataset;
const weights = initialParameters(spec, 0);
const order = permutation(0, 1, splits.train.count).slice(0, BATCHES * batchSize);
const batches = Array.from(
  { length: BATCHES },
  (_, i) => order.slice(i * batchSize, (i + 1) * batchSize),
);
const engine = await loadExactEngine(await readKernelBytes(), null, console.error);

/** One thing that is timed: ms a step, one value a sample. */
interface Contestant {
  readonly name: string;
  readonly samples: number[];
  readonly round: () => Promise<number[]>;
}

const contestants: Contestant[] = [await ours()];
const missing: { name: string; reason: string }[] = [];
const peers: JaxPeer[] = [];
let jaxVersion: string | null = null;
for (const threads of ["default", 1] as const) {
  const name = threads === 1 ? "JAX, 1 thread" : "JAX, default threads";
  const { peer, reason } = await startJax(threads);
  if (peer === null) missing.push({ name, reason });
  else contestants.push(...jaxContestants(name, peer));
}

for (const { round } of contestants) await round(); // not counted
for (let i = 0; i < rounds; i++) {
  // Every second round the other way about, so that no one always follows the same one.
  for (const { samples, round } of i % 2 === 0 ? contestants : contestants.toReversed()) {
    samples.push(...await round());
  }
}
const peak = await measureFmaPeak();
for (const peer of peers) await peer.close();
print();
if (options.json !== undefined) await Deno.writeTextFile(options.json, json());

/** Our step; checks nothing, for the losses were compared before. */
async function ours(): Promise<Contestant> {
  const session = await engine.open(spec, splits, 0);
  let rate = new AdamRate();
  return {
    name: `Latentbench, ${session.backend}, 1 thread`,
    samples: [],
    round: () => {
      rate = new AdamRate();
      return Promise.resolve(Array.from({ length: CHUNKS }, () => {
        const start = performance.now();
        for (let i = 0; i < STEPS; i++) session.step(batches[i % BATCHES]!, rate.next(), 1);
        return (performance.now() - start) / STEPS;
      }));
    },
  };
}

async function startJax(
  threads: 1 | "default",
): Promise<{ peer: JaxPeer; reason: "" } | { peer: null; reason: string }> {
  const peer = JaxPeer.start(python, threads);
  if (peer === null) return { peer: null, reason: `${python} was not found` };
  const bytes = (values: Float32Array | Uint8Array) =>
    new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength).toBase64();
  const { values, labels } = splits.train;
  const pixels = new Uint8Array(order.length * PIXELS);
  for (const [i, index] of order.entries()) {
    pixels.set(values.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
  }
  const ready = await peer.ask({
    task: "setup",
    weights: weights.map((tensor) => bytes(tensor.values)),
    pixels: bytes(pixels),
    labels: bytes(Uint8Array.from(order, (index) => labels[index]!)),
    batches: BATCHES,
    batchSize,
  });
  if (typeof ready["missing"] === "string") {
    await peer.close();
    return { peer: null, reason: ready["missing"] };
  }
  peers.push(peer);
  jaxVersion = String(ready["jax"]);
  await compareLosses(peer);
  return { peer, reason: "" };
}

function jaxContestants(name: string, peer: JaxPeer): Contestant[] {
  return [false, true].map((scan) => ({
    name: scan ? `${name}, ${STEPS} steps a call` : name,
    samples: [],
    round: async () => {
      const { seconds } = await peer.ask({ task: "round", chunks: CHUNKS, steps: STEPS, scan });
      return (seconds as number[]).map((s) => s * 1e3 / STEPS);
    },
  }));
}

/** Throws where the first losses of both differ by more than their roundings allow. */
async function compareLosses(peer: JaxPeer): Promise<void> {
  const session = await engine.open(spec, splits, 0);
  const { losses } = await peer.ask({ task: "losses", steps: COMPARED }) as { losses: number[] };
  const rate = new AdamRate();
  let drift = 0;
  for (let i = 0; i < COMPARED; i++) {
    const batch = toNaiveBatch(splits.train, batches[i]!);
    const { loss, lossTolerance, gradients, tolerances } = naiveGradients(
      toNaive(session.weights()),
      batch,
    );
    // Each side is off by its roundings, and by what earlier steps made of them.
    const tolerance = 2 * (lossTolerance + drift);
    const got = session.step(batches[i]!, rate.next(), 1);
    if (!(Math.abs(got - losses[i]!) <= tolerance && Math.abs(got - loss) <= tolerance)) {
      throw new Error(
        `Cannot compare times: the loss of step ${i + 1} is ${got}, ${losses[i]} in JAX and ` +
          `${loss} in float64, further apart than ${tolerance}`,
      );
    }
    if (!(tolerance < 1e-3 * loss)) throw new Error(`Cannot tell losses apart by ${tolerance}`);
    // An update is at most 1e-3 sqrt(10) m / |g|, so a gradient that is off by d moves a weight by
    // at most 1e-3 sqrt(10) d / |g|, and the loss by that times |g|; never by more than the updates.
    for (const [t, values] of gradients.entries()) {
      for (const [j, g] of values.entries()) {
        drift += 1e-3 * Math.sqrt(10) * Math.min(tolerances[t]![j]!, 2 * Math.abs(g));
      }
    }
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Multiplications and additions of a step, a multiply-add counted as two. */
function operations(): { denseEquivalent: number; executed: number } {
  let ink = 0;
  for (const index of order) {
    for (let k = 0; k < PIXELS; k++) if (splits.train.values[index * PIXELS + k]! > 0) ink++;
  }
  const listed = ink / BATCHES;
  const adam = (parameters: number) => parameters * 12;
  const lanes = (width: number) => Math.ceil(width / 4) * 4;
  return {
    // Forward and weight gradient of both layers, input gradient of the second, Adam.
    denseEquivalent: 2 * batchSize * (2 * PIXELS * HIDDEN + 3 * HIDDEN * CLASSES) +
      adam(PIXELS * HIDDEN + HIDDEN + HIDDEN * CLASSES + CLASSES),
    executed: 2 * 2 * listed * lanes(HIDDEN) +
      2 * batchSize * HIDDEN * (2 * lanes(CLASSES) + CLASSES) +
      adam((PIXELS + 1) * padded(HIDDEN) + (HIDDEN + 1) * padded(CLASSES)),
  };
}

function rates() {
  const seconds = Math.min(...contestants[0]!.samples) / 1e3;
  const { denseEquivalent, executed } = operations();
  return {
    denseEquivalentGflops: denseEquivalent / seconds / 1e9,
    executedGflops: executed / seconds / 1e9,
    peakGflops: peak,
  };
}

function print(): void {
  const [first] = contestants as [Contestant];
  const width = Math.max(...contestants.map(({ name }) => name.length));
  console.log(
    `A training step of fc on ${dataset.name}, batch ${batchSize}: ${rounds} rounds of ${CHUNKS} x ${STEPS} steps`,
  );
  console.log(`${"".padEnd(width)}  min ms  median ms  times ours (min, median)`);
  for (const { name, samples } of contestants) {
    const [least, middle] = [Math.min(...samples), median(samples)];
    const ratios = [least / Math.min(...first.samples), middle / median(first.samples)];
    console.log(
      `${name.padEnd(width)}  ${least.toFixed(3).padStart(6)}  ${middle.toFixed(3).padStart(9)}  ` +
        ratios.map((ratio) => ratio.toFixed(2).padStart(6)).join(" "),
    );
  }
  for (const { name, reason } of missing) console.log(`${name}: missing (${reason})`);
  const spread = median(first.samples) / Math.min(...first.samples);
  if (spread > 1.2) {
    console.log(`The machine was noisy: our median is ${spread.toFixed(2)} times our minimum.`);
  }
  const { denseEquivalentGflops, executedGflops } = rates();
  const share = (gflops: number) =>
    peak === null ? "" : ` (${(100 * gflops / peak).toFixed(0)} % of the peak)`;
  console.log(
    `Ours at its minimum: ${denseEquivalentGflops.toFixed(1)} GFLOP/s as if dense` +
      `${share(denseEquivalentGflops)}, ${executedGflops.toFixed(1)} executed` +
      `${share(executedGflops)}.`,
  );
  console.log(
    peak === null
      ? "The peak was not measured: relaxed SIMD is not to be had here."
      : `Peak of 128-bit fused multiply-adds in WebAssembly, one thread: ${
        peak.toFixed(1)
      } GFLOP/s.`,
  );
}

function json(): string {
  const document = {
    schemaVersion: 1,
    step: { model: spec.name, batchSize, dataset: dataset.name },
    rounds,
    stepsPerSample: STEPS,
    jax: jaxVersion,
    contestants: contestants.map(({ name, samples }) => ({
      name,
      minMs: Math.min(...samples),
      medianMs: median(samples),
      samplesMs: samples,
    })),
    missing,
    rates: rates(),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
