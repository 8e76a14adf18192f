/** `reproduce`: dataset -> cases -> run what has no record -> verdicts -> report. */
import type { Bands } from "../checks/bands.ts";
import { checkedId } from "../checks/check_case.ts";
import { checkStore } from "../checks/check_store.ts";
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase } from "../checks/verdict.ts";
import type { LoadedDataset } from "../data/load_dataset.ts";
import { type Case, formatCase } from "../matrix/case.ts";
import { bytesOf, makespan } from "../matrix/cost.ts";
import { modelOf } from "../matrix/model_of.ts";
import { casesOfShard, type Shard } from "../matrix/shards.ts";
import { selectCases } from "../matrix/select_cases.ts";
import { captureEnvironment } from "../runner/environment.ts";
import { findEngine } from "../runner/find_engine.ts";
import type { FinishedCase } from "../runner/run_case.ts";
import { threadsFor } from "../runner/runner.ts";
import { Store } from "../store/store.ts";
import { storedCheckpoints } from "./checkpoints.ts";
import { encodedBySaved, readSavedEncoder, storedEncoders } from "./encoders.ts";
import { costCases, estimate } from "./estimate.ts";
import { dryRunText } from "./dry_run.ts";
import { asUsage, EXIT, type ExitCode, UsageError } from "./exit_codes.ts";
import { tellGitHub } from "./github_actions.ts";
import { jsonDocument } from "./json_document.ts";
import { writeJunit } from "./junit.ts";
import { cacheOf, loadData } from "./load_data.ts";
import type { ReproduceOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { casesToRun, identityOf } from "./todo.ts";
import { seconds, verdictSummary, verdictTable } from "./verdict_table.ts";
import type { World } from "./world.ts";
import { writeReport } from "./write_report.ts";

/** While cases run, the page is rendered again at most this often, and in this share of the time. */
const REPORT_EVERY_MS = 10_000;
const REPORT_SHARE = 0.01;

/** From here on it is worth a line that native code is faster, and that there is a short profile. */
const LONG_RUN_SECONDS = 120;

export async function reproduce(options: ReproduceOptions, world: World): Promise<ExitCode> {
  refuseImpossible(options);
  const notify = (line: string) => world.stderr(`${line}\n`);
  const say = (line: string) => options.quiet || notify(line);
  const found = await findEngine(options, cacheOf(world), notify);
  const dataset = await loadData(options, world, options.quiet);
  const profile = options.profile ?? "headline";
  const selected = await asUsage(() =>
    selectCases({ ...options, profile, firstSeed: options.seed }, dataset.splits.train.count)
  );
  const published = await world.readPublished();
  const mine = ofShard(selected, options.shard, dataset, published.bands);
  const store = new Store(options.results);
  const saved = options.encoder === null
    ? null
    : await readSavedEncoder(options.encoder, mine, dataset);
  const cases = saved?.heads ?? mine;
  const stored = saved === null ? storedEncoders(dataset, options.engine, store) : null;
  const todo = options.fresh
    ? cases
    : await casesToRun(cases, dataset, options.engine, store, stored, notify);
  const jobs = sideBySide(options, todo, dataset, world, notify);
  const threads = options.threads ?? threadsFor(jobs, world.cores);
  const engine = await found.open(threads);
  const encodedBy = stored ?? encodedBySaved(saved!, dataset, engine, say);
  const estimates = await estimate(costCases(todo, dataset, published.bands), dataset, engine);
  const expected = makespan(estimates.map((e) => e.seconds), Math.min(jobs, world.cores));

  say(`Dataset: ${dataset.name} (${dataset.source}), SHA-256 ${dataset.sha256.slice(0, 12)}...`);
  say(
    `Cases: ${cases.length} of profile ${profile}, ${todo.length} to run, ` +
      `${jobs} side by side${threads > 1 ? `, up to ${threads} threads each` : ""}: ` +
      `about ${seconds(expected)}`,
  );
  if (expected > LONG_RUN_SECONDS) adviseOnSpeed(options, profile, say);
  if (options.dryRun) {
    world.stdout(dryRunText(estimates, Math.min(jobs, world.cores)));
    return EXIT.ok;
  }
  // A file that cannot be used is said now, not after hours of work.
  if (options.fresh) {
    await store.removeUnusable(cases.map((c) => identityOf(c, dataset, options.engine)));
  }
  const checkAll = async () =>
    checkStore(cases, options.engine, await store.readAll(), dataset, published);
  const wanted = new Set(cases.map((c) => checkedId(c, options.engine)));
  const verdictsOf = (all: readonly CheckedCase[]) => [
    { dataset, checked: all.filter(({ id }) => wanted.has(id)) },
  ];
  // Of what need not run, so that a run that is killed leaves no file that says it passed.
  const running = new Set(todo.map((c) => checkedId(c, options.engine)));
  const done = (await store.readAll())
    .filter(({ record }) => !running.has(checkedId(record.case, record.engine)));
  await writeJunit(
    options.junit,
    verdictsOf(checkStore(cases, options.engine, done, dataset, published)),
  );

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
  const told = new Set<string>();
  const render = async (all: readonly CheckedCase[], running: boolean) =>
    await writeReport(store, dataset, all, profile, running, ({ message }) => {
      // A page that does without a picture is no reason to end a run.
      if (!told.has(message)) notify(`WARNING: ${message}`);
      told.add(message);
    });
  let renderAgainAt = performance.now() + REPORT_EVERY_MS;
  try {
    await world.runCases(estimates.map((e) => e.case), {
      dataset,
      engine: found.source,
      environment: await captureEnvironment(),
      jobs,
      threads,
      spareCores: options.threads === null ? world.cores : null,
      signal: interrupt.signal,
      encodedBy,
      claim: async (c) => {
        const identity = identityOf(c, dataset, options.engine);
        const claim = await store.claim(identity);
        if (claim === null) return "taken";
        if (options.fresh || (await store.read(identity))?.record.status !== "ok") return claim;
        await claim.release();
        return "done";
      },
      checkpoints: storedCheckpoints(dataset, options.engine, store, {
        fresh: options.fresh,
        everyMs: world.checkpointEveryMs,
      }, { say, notify }),
    }, {
      onStart: (c) => progress.started(c),
      onEpoch: (c, result) => progress.epoch(c, result),
      onFinished: async (c, finished) => {
        const model = await keep(finished, store, options.saveModels);
        progress.ended(c, finished.record, model);
        const start = performance.now();
        if (start < renderAgainAt) return;
        await render(await checkAll(), true);
        const took = performance.now() - start;
        renderAgainAt = start + Math.max(REPORT_EVERY_MS, took / REPORT_SHARE);
      },
      onElsewhere: (c) => progress.elsewhere(c),
      onError: (c, message) => progress.broke(c, message),
    });
  } finally {
    progress.clear();
    stopListening();
  }

  const interrupted = interrupt.signal.aborted;
  const all = await checkAll();
  const page = await render(all, interrupted);
  const verdicts = verdictsOf(all);
  const checked = verdicts.flatMap((one) => one.checked);
  const exitCode = interrupted ? EXIT.interrupted : EXIT[outcomeOf(checked)];
  await writeJunit(options.junit, verdicts);
  if (options.json) {
    world.stdout(jsonDocument(profile, dataset, checked, exitCode));
  } else {
    world.stdout(verdictTable(checked, world.color));
    world.stdout(`\n${dataset.name}, ${verdictSummary(checked)}\nReport: ${page}\n`);
  }
  await tellGitHub(verdicts, world);
  if (interrupted) {
    world.stderr(
      "Interrupted: what had finished is kept, and the same command goes on from there\n",
    );
  }
  return exitCode;
}

/** Throws a UsageError for options that the engine has no use for. */
function refuseImpossible({ engine, backend, threads }: ReproduceOptions): void {
  if (engine === "exact") return;
  // The task reproduce:native always asks for native code.
  if (backend !== null && backend !== "native") {
    throw new UsageError(
      `Cannot use --backend ${backend}: it is a build of exact, not of ${engine}`,
    );
  }
  if (engine !== "tfjs-node" && threads !== null && threads > 1) {
    throw new UsageError(`Cannot use ${threads} threads: ${engine} computes on one`);
  }
}

/** The cases of one shard of the matrix; null: all. */
function ofShard(
  selected: readonly Case[],
  shard: Shard | null,
  dataset: LoadedDataset,
  bands: Bands,
): readonly Case[] {
  if (shard === null) return selected;
  const costed = costCases(selected, dataset, bands);
  return casesOfShard(costed.map((c) => ({ case: c.case, gigaflop: c.cost.gigaflop })), shard);
}

/** Cases side by side: as many as were asked for, one a core unless told, and as memory allows. */
function sideBySide(
  { jobs }: ReproduceOptions,
  todo: readonly Case[],
  { splits }: LoadedDataset,
  { cores, freeMemory }: World,
  notify: (line: string) => void,
): number {
  const wanted = Math.min(jobs ?? cores, Math.max(1, todo.length));
  const largest = Math.max(
    ...todo.map((c) => bytesOf(modelOf(c, splits.train.width), splits)),
    1,
  );
  const possible = Math.max(1, Math.floor((freeMemory ?? Infinity) / largest));
  if (possible >= wanted) return wanted;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  notify(
    `Running ${possible} cases side by side, not ${wanted}: one may take ${gigabytes(largest)}, ` +
      `and ${gigabytes(freeMemory!)} are free`,
  );
  return possible;
}

/** Writes what a case leaves, its record last; gives the path of its saved model, if any. */
async function keep(
  { record, weights, artifacts }: FinishedCase,
  store: Store,
  saveModels: boolean,
): Promise<string | null> {
  let model: string | null = null;
  if (record.status === "ok") {
    await store.writeArtifacts(record, artifacts);
    if (saveModels && weights !== null) model = await store.writeModel(record, weights);
  }
  await store.write(record);
  await store.removeCheckpoint(record);
  return model;
}

function adviseOnSpeed(
  { engine, backend }: ReproduceOptions,
  profile: string,
  say: (line: string) => void,
): void {
  if (engine === "exact" && backend !== "native") {
    say("deno task reproduce:native does the same with native code, in about half the time");
  }
  if (profile !== "quick") say("--profile quick is a first answer in minutes");
}
