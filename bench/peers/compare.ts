/**
 * Times the training steps of fc, conv, ae and vae, ours and those of PyTorch, TensorFlow,
 * TensorFlow.js and JAX, in turns, on the same weights and batches, of MNIST where MNIST_DIR names it, else of `strokes`; with
 * 1 and 2 threads; then the steps of two processes side by side, of one thread each. First all must
 * go the same way: the losses of the first steps agree within roundings. A peer that is not there is
 * reported as missing.
 *
 * Usage: deno task bench:peers [--help]
 * @module
 */
import { medianOf } from "../../src/checks/statistics/sample_intervals.ts";
import { DataError } from "../../src/data/data_error.ts";
import { loadExactEngine } from "../../src/engines/exact/load_exact_engine.ts";
import { readKernelBytes } from "../../src/engines/exact/kernels.ts";
import { formatRatio } from "../../src/figures.ts";
import { captureEnvironment } from "../../src/runner/environment.ts";
import { Contest, type Missing, type Participant } from "./contest.ts";
import { loadTimedDataset } from "./dataset.ts";
import { fcRates, type Rates, ratesLine } from "./fc_rates.ts";
import { type Options, parseOptions, USAGE, UsageError } from "./options.ts";
import { type Candidate, candidates, join } from "./participants.ts";
import { COMPARED, expectedLosses, OtherStepsError } from "./same_losses.ts";
import {
  barLines,
  bars,
  OURS,
  throughputBars,
  throughputLines,
  throughputTable,
  timingTable,
} from "./summary.ts";
import { openRequest, workload } from "./workload.ts";

const options = await orExit(UsageError, 2, readOptions);
const python = Deno.env.get("LATENTBENCH_PEERS_PYTHON") || "python3";
const dataset = await orExit(DataError, 3, loadTimedDataset);
const engine = await loadExactEngine(await readKernelBytes(), null, console.error);

const missing: Missing[] = [];
const all = candidates(dataset, options.peers, python);
const participants = await joinAll(all, 0);
/** The second processes, of those that have one thread. */
const seconds = options.throughput
  ? await joinAll(all.filter(({ threads }) => threads === 1), 1)
  : [];

const contests: Contest[] = [];
let rates: Rates | null = null;
await orExit(OtherStepsError, 1, async () => {
  try {
    for (const model of options.models) contests.push(await compare(model));
    const step = contests.find(({ model }) => model === "fc")?.entries
      .find(({ participant: { system, threads } }) => system === OURS.wasm && threads === 1);
    if (step) rates = await fcRates(workload("fc", dataset), Math.min(...step.samples));
  } finally {
    for (const { contestant } of [...participants, ...seconds]) await contestant.close();
  }
});
report();
if (options.json !== null) await Deno.writeTextFile(options.json, await json());

/** Errors that the user can understand end the program with their message. */
async function orExit<T>(
  known: new (...args: never[]) => Error,
  code: number,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof known)) throw error;
    console.error(error.message);
    Deno.exit(code);
  }
}

async function readOptions(): Promise<Options> {
  const options = parseOptions(Deno.args);
  if (options === null) {
    console.log(USAGE);
    Deno.exit(0);
  }
  if (options.json !== null) {
    // Better now than after all has been timed.
    await Deno.writeTextFile(options.json, "").catch((error) => {
      throw new UsageError(`Cannot write ${options.json}: ${error.message}`);
    });
  }
  return options;
}

/** Starts one after the other; who cannot start is missing, and said so once. */
async function joinAll(candidates: readonly Candidate[], skipCores: number) {
  const joined: Participant[] = [];
  for (const candidate of candidates) {
    if (skipCores > 0 && isMissing(candidate)) continue;
    const participant = await join(candidate, skipCores);
    if ("reason" in participant) missing.push(participant);
    else joined.push(participant);
  }
  return joined;
}

function isMissing({ system, threads }: Candidate): boolean {
  return missing.some((one) => one.system === system && one.threads === threads);
}

async function compare(model: Options["models"][number]): Promise<Contest> {
  console.error(`${model}: comparing the first losses`);
  const work = workload(model, dataset);
  const expected = await expectedLosses(engine, work);
  const contest = new Contest(model, openRequest(work, COMPARED), expected, work.steps);
  for (const participant of participants) await contest.enter(participant);
  console.error(`${model}: timing ${contest.entries.length} ways to do a step`);
  await contest.time(options.rounds);
  for (const { system, contestant } of seconds) {
    const first = participants.find((one) => one.system === system && one.threads === 1);
    if (first) await contest.pairUp(first, contestant);
  }
  await contest.timePairs(Math.min(options.rounds, 5));
  return contest;
}

function timings() {
  return contests.flatMap(({ model, entries }) =>
    entries.map(({ participant: { system, threads }, variant, samples, losses }) => ({
      ...{ model, system, variant, threads, samples, losses },
    }))
  );
}

function throughputs() {
  return contests.flatMap(({ model, pairs }) =>
    pairs.map(({ entry: { participant: { system }, variant }, stepsPerSecond }) => ({
      ...{ model, system, variant, stepsPerSecond },
    }))
  );
}

function allMissing(): Missing[] {
  return [...missing, ...contests.flatMap(({ missing }) => missing)];
}

function report(): void {
  const timed = timings(), pairs = throughputs();
  console.log(`Training steps on ${dataset.name}, rounds: ${options.rounds}\n`);
  if (timed.length > 0) console.log(timingTable(timed));
  if (pairs.length > 0) {
    console.log(`\nTwo processes side by side, 1 thread each\n\n${throughputTable(pairs)}`);
  }
  for (const { model, system, threads, variant, reason } of allMissing()) {
    const what = [model, system, variant, threads === 1 ? "1 thread" : `${threads} threads`];
    console.log(`Missing: ${what.filter((part) => part !== null).join(", ")}: ${reason}`);
  }
  for (const { model, system, samples } of timed) {
    const spread = medianOf(samples) / Math.min(...samples);
    if (system !== OURS.native || spread <= 1.2) continue;
    console.log(
      `The machine was noisy: our median of ${model} is ${formatRatio(spread)} times our minimum.`,
    );
  }
  const lines = [...barLines(bars(timed)), ...throughputLines(throughputBars(pairs))];
  if (lines.length > 0) console.log(`\nHow many times as fast, by medians:\n${lines.join("\n")}`);
  if (rates !== null) console.log(`\n${ratesLine(rates)}`);
}

async function json(): Promise<string> {
  const { commit, machine, versions } = await captureEnvironment();
  const timed = timings(), pairs = throughputs();
  const document = {
    schemaVersion: 2,
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    ...{ commit, machine, versions },
    peers: Object.fromEntries(participants.map(({ system, version }) => [system, version])),
    rounds: options.rounds,
    models: contests.map(({ model, steps, request: { spec }, expected }) => ({
      model,
      batchSize: spec.batchSize,
      stepsPerSample: steps,
      // Losses of the first steps, and how far from them others may be: for as long as that tells.
      ...expected,
    })),
    timings: timed.map(({ samples, ...timing }) => ({
      ...timing,
      minMs: Math.min(...samples),
      medianMs: medianOf(samples),
      samplesMs: samples,
    })),
    throughput: pairs,
    missing: allMissing(),
    bars: bars(timed),
    throughputBars: throughputBars(pairs),
    fcRates: rates,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
