/** `reproduce`: dataset -> cases -> run what has no record -> verdicts -> report. */
import { findBand } from "../checks/bands.ts";
import { checkStore, type Published } from "../checks/check_store.ts";
import { outcomeOf } from "../checks/outcome.ts";
import type { LoadedDataset } from "../data/load_dataset.ts";
import { findExactEngine } from "../runner/find_kernels.ts";
import type { Engine } from "../engines/engine.ts";
import { type Case, formatCase } from "../matrix/case.ts";
import { type Calibration, type Cost, costOf, makespan, secondsOf } from "../matrix/cost.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectCases } from "../matrix/select_cases.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { calibrate } from "../runner/calibrate.ts";
import { captureEnvironment } from "../runner/environment.ts";
import { threadsFor } from "../runner/runner.ts";
import { type Identity, Store } from "../store/store.ts";
import { asUsage, EXIT, type ExitCode } from "./exit_codes.ts";
import { jsonDocument } from "./json_document.ts";
import { loadData, nativeCache } from "./load_data.ts";
import type { ReproduceOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { seconds, verdictSummary, verdictTable } from "./verdict_table.ts";
import type { World } from "./world.ts";
import { writeReport } from "./write_report.ts";

/** While cases run, the page is rendered again at most this often. */
const REPORT_EVERY_MS = 10_000;

/** From here on it is worth a line that native code is faster. */
const LONG_RUN_SECONDS = 120;

interface Estimate {
  readonly case: Case;
  readonly cost: Cost;
  readonly seconds: number;
}

export async function reproduce(options: ReproduceOptions, world: World): Promise<ExitCode> {
  const say = (line: string) => options.quiet || world.stderr(`${line}\n`);
  const dataset = await loadData(options, world, options.quiet);
  const profile = options.profile ?? "headline";
  const cases = await asUsage(() =>
    selectCases({ ...options, profile, firstSeed: options.seed }, dataset.splits.train.count)
  );
  const published = await world.readPublished();
  const store = new Store(options.results);
  const todo = options.fresh ? cases : await casesWithoutResult(cases, dataset, store);
  const jobs = Math.min(options.jobs ?? world.cores, Math.max(1, todo.length));
  const threads = options.threads ?? threadsFor(jobs, world.cores);
  const { engine, source } = await findExactEngine(
    options.backend,
    nativeCache(world),
    threads,
    (line) => world.stderr(`${line}\n`),
  );
  const estimates = await estimate(todo, dataset, engine, published);
  const expected = makespan(estimates.map((e) => e.seconds), jobs);

  say(`Dataset: ${dataset.name} (${dataset.source}), SHA-256 ${dataset.sha256.slice(0, 12)}...`);
  say(
    `Cases: ${cases.length} of profile ${profile}, ${todo.length} to run, ` +
      `${jobs} side by side${threads > 1 ? `, up to ${threads} threads each` : ""}: ` +
      `about ${seconds(expected)}`,
  );
  if (expected > LONG_RUN_SECONDS && options.backend !== "native") {
    say("deno task reproduce:native does the same with native code, in about half the time");
  }
  if (options.dryRun) {
    world.stdout(dryRunTable(estimates));
    return EXIT.ok;
  }
  // A file that cannot be used is said now, not after hours of work.
  if (options.fresh) await store.removeUnusable(cases.map((c) => identityOf(c, dataset)));
  await store.readAll();

  const checkAll = async () => checkStore(cases, await store.readAll(), dataset, published);
  const interrupt = new AbortController();
  const stopListening = world.onInterrupt(() => interrupt.abort());
  const progress = new Progress(
    world,
    options.quiet,
    new Map(
      estimates.map((e) => [formatCase(e.case), { seconds: e.seconds, epochs: e.cost.epochs }]),
    ),
    expected,
  );
  let rendered = performance.now();
  try {
    await world.runCases(estimates.map((e) => e.case), {
      dataset,
      kernels: source,
      environment: await captureEnvironment(),
      jobs,
      threads,
      signal: interrupt.signal,
    }, {
      onStart: (c) => progress.started(c),
      onEpoch: (c, result) => progress.epoch(c, result),
      onRecord: async (c, record) => {
        await store.write(record);
        progress.ended(c, record);
        if (performance.now() - rendered < REPORT_EVERY_MS) return;
        rendered = performance.now();
        await writeReport(store, dataset, await checkAll(), profile, true);
      },
      onError: (c, message) => progress.broke(c, message),
    });
  } finally {
    progress.clear();
    stopListening();
  }

  const interrupted = interrupt.signal.aborted;
  const all = await checkAll();
  const page = await writeReport(store, dataset, all, profile, interrupted);
  const wanted = new Set(cases.map(formatCase));
  const checked = all.filter(({ id }) => wanted.has(id));
  const exitCode = interrupted ? EXIT.interrupted : EXIT[outcomeOf(checked)];
  if (options.json) {
    world.stdout(jsonDocument(profile, dataset, checked, exitCode));
  } else {
    world.stdout(verdictTable(checked, world.color));
    world.stdout(`\n${dataset.name}, ${verdictSummary(checked)}\nReport: ${page}\n`);
  }
  if (interrupted) {
    world.stderr(
      "Interrupted: what had finished is kept, and the same command goes on from there\n",
    );
  }
  return exitCode;
}

/** The cases that still need a run: a failed one is run again. */
async function casesWithoutResult(
  cases: readonly Case[],
  dataset: LoadedDataset,
  store: Store,
): Promise<Case[]> {
  const todo: Case[] = [];
  for (const c of cases) {
    const stored = await store.read(identityOf(c, dataset));
    if (stored?.record.status !== "ok") todo.push(c);
  }
  return todo;
}

function identityOf(c: Case, { name, sha256 }: LoadedDataset): Identity {
  return { case: c, dataset: { name, sha256 }, engine: "exact", numericVersion: NUMERIC_VERSION };
}

/** What each case will take on this machine, cheapest first. */
async function estimate(
  cases: readonly Case[],
  dataset: LoadedDataset,
  engine: Engine,
  { bands }: Published,
): Promise<Estimate[]> {
  const { splits, sha256 } = dataset;
  const calibrations = new Map<string, Calibration>();
  const estimates: Estimate[] = [];
  for (const c of cases) {
    const spec = modelOf(c, splits.train.width);
    let calibration = calibrations.get(spec.name);
    if (!calibration) {
      calibration = await calibrate(engine, spec, splits);
      calibrations.set(spec.name, calibration);
    }
    const cost = costOf(spec, c, splits, findBand(bands, sha256, c)?.epochs ?? null);
    estimates.push({ case: c, cost, seconds: secondsOf(cost, calibration) });
  }
  return estimates.sort((a, b) => a.seconds - b.seconds);
}

function dryRunTable(estimates: readonly Estimate[]): string {
  const lines = estimates.map((e) =>
    `${formatCase(e.case).padEnd(16)}${`${e.cost.steps}`.padStart(8)} steps` +
    `${e.cost.gigaflop.toFixed(1).padStart(10)} GFLOP${seconds(e.seconds).padStart(14)}`
  );
  return lines.join("\n") + (lines.length > 0 ? "\n" : "Nothing to run: every case has a record\n");
}
