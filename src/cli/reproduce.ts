/** `reproduce`: plan -> run what has no record -> verdicts -> report. */
import { checkedId } from "../checks/check_case.ts";
import { checkStore } from "../checks/check_store.ts";
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase, CheckedDataset } from "../checks/verdict.ts";
import { formatCount, formatDuration, shortDigest } from "../figures.ts";
import { type Case, isEncoder } from "../matrix/case.ts";
import { isExact } from "../matrix/select_cases.ts";
import { captureEnvironment } from "../runner/environment.ts";
import type { FinishedCase } from "../runner/run_case.ts";
import { deviceOf, isOnGpu, timeOf } from "../runner/lanes.ts";
import type { ClaimResult } from "../runner/runner.ts";
import { identityOf, recordFileName, type Store, type StoredRecord } from "../store/store.ts";
import { sayNotes } from "./case_notes.ts";
import { dryRunText } from "./dry_run.ts";
import type { Estimate } from "./estimate.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { jsonDocument } from "./json_document.ts";
import { type JunitFile, withJunit } from "./junit.ts";
import type { ReproduceOptions } from "./options.ts";
import { lanesOf, type Lines, planRun, type RunPlan } from "./plan_run.ts";
import { Progress } from "./progress.ts";
import { RunPage } from "./run_page.ts";
import { tellVerdicts } from "./tell_verdicts.ts";
import { tryFolder } from "./try_folder.ts";
import { verdictSummary, verdictTable } from "./verdict_table.ts";
import type { World } from "./world.ts";

/** From here on it is worth a line that native code is faster, and that there is a short profile. */
const LONG_RUN_SECONDS = 120;

export function reproduce(options: ReproduceOptions, world: World): Promise<ExitCode> {
  return withJunit(options.junit, (junit) => reproduceTo(junit, options, world));
}

async function reproduceTo(
  junit: JunitFile,
  options: ReproduceOptions,
  world: World,
): Promise<ExitCode> {
  const notify = (line: string) => world.stderr(`${line}\n`);
  const lines: Lines = { notify, say: options.quiet ? () => {} : notify };
  const plan = await planRun(options, world, lines);
  sayPlan(plan, options, lines);
  if (options.dryRun) {
    const time = (estimates: readonly Estimate[]) =>
      timeOf(estimates, plan.engine, lanesOf(plan.jobs, world));
    world.stdout(dryRunText(plan.cases, plan.estimates, time));
    return EXIT.ok;
  }
  const { store, dataset, engine, cases } = plan;
  // What cannot be used or written is said now, not after hours of work.
  if (options.fresh) {
    await store.removeUnusable(cases.map((c) => identityOf(c, dataset, engine.name)));
  }
  const stored = await store.readAll();
  await junit.goOn([asked(plan, checkBefore(plan, stored))]);
  await tryFolder(plan, options.saveModels, notify);
  const progress = new Progress(world, options.quiet, plan);
  const page = new RunPage(plan, progress, () => checkAll(plan), lines);
  const endedBy = await runCases(plan, stored, options, world, lines, progress, page);
  const all = await checkAll(plan);
  const verdicts = asked(plan, all);
  const { checked } = verdicts;
  const exitCode = endedBy ?? EXIT[outcomeOf(checked)];
  const text = options.json
    ? jsonDocument(plan.profile, dataset, checked, exitCode)
    : `${verdictTable(checked, world.color)}\n${dataset.name}, ${verdictSummary(checked)}\n`;
  const told = await tellVerdicts([verdicts], text, exitCode, junit, world);
  const path = await page.end(all, endedBy !== null);
  if (path !== null && !options.json) world.stdout(`Report: ${path}\n`);
  if (endedBy !== null) {
    notify("Interrupted: what had finished is kept, and the same command goes on from there");
  }
  return told;
}

function sayPlan(plan: RunPlan, options: ReproduceOptions, { say, notify }: Lines): void {
  const { dataset, cases, estimates, expected, profile, jobs, threads, engine } = plan;
  say(`Dataset: ${dataset.name} (${dataset.source}), SHA-256 ${shortDigest(dataset.sha256)}...`);
  if (options.shard !== null && cases.length === 0) {
    const { index, count } = options.shard;
    notify(
      `Shard ${index}/${count} has no cases: an encoder goes with its heads, and there are fewer ` +
        `such groups than ${count}`,
    );
  }
  const from = options.only !== null && isExact(options.only) ? "" : ` of profile ${profile}`;
  const gpuCases = estimates.filter((e) => deviceOf(e.case, engine) === "gpu").length;
  const onGpu = isOnGpu(engine)
    ? `${formatCount(gpuCases)} on the GPU, ${
      formatCount(estimates.length - gpuCases)
    } on the processor, `
    : "";
  say(
    `Cases: ${formatCount(cases.length)}${from}, ${formatCount(estimates.length)} to run, ` +
      `${onGpu}${jobs} side by side${threads > 1 ? `, up to ${threads} threads each` : ""}: ` +
      `about ${formatDuration(expected)}`,
  );
  if (expected <= LONG_RUN_SECONDS) return;
  if (engine.name === "exact" && !isOnGpu(engine) && options.backend !== "native") {
    say("deno task reproduce:native does the same with native code, in about half the time");
  }
  if (options.only === null && profile !== "quick") {
    say("--profile quick is a first answer in minutes");
  }
}

/** Runs what the plan says into its store. Returns the exit code of a request to end it, if any. */
async function runCases(
  plan: RunPlan,
  stored: readonly StoredRecord[],
  options: ReproduceOptions,
  world: World,
  lines: Lines,
  progress: Progress,
  page: RunPage,
): Promise<ExitCode | null> {
  const { dataset, engine, store, estimates, jobs, threads, encodedBy } = plan;
  const end = new AbortController();
  const known = new Map(stored.map((one) => [one.file, one]));
  world.onEndRequest((code) => end.abort(code));
  try {
    await world.runCases(estimates.map((e) => e.case), {
      dataset,
      engine,
      environment: await captureEnvironment(),
      jobs,
      threads,
      spareCores: options.threads === null ? world.cores : null,
      signal: end.signal,
      encodedBy,
      claim: async (c): Promise<ClaimResult> => {
        const identity = identityOf(c, dataset, engine.name);
        const claim = await store.claim(identity);
        if (claim === null) return "taken";
        if (options.fresh || (await store.read(identity))?.record.status !== "ok") return claim;
        await claim.release();
        return "done";
      },
      checkpoints: {
        directory: store.directory,
        everyMs: world.checkpointEveryMs,
        fresh: options.fresh,
      },
    }, {
      onStart: (c) => {
        progress.started(c);
        page.writeIfDue();
      },
      onEpoch: (c, result) => {
        progress.epoch(c, result);
        page.writeIfDue();
      },
      onNote: sayNotes(lines),
      onFinished: async (c, finished) => {
        const model = await keep(finished, store, options.saveModels);
        const { record } = finished;
        const file = await recordFileName(record);
        known.set(file, { file, record });
        progress.ended(c, verdictOn(c, [...known.values()], plan), model);
      },
      onElsewhere: (c) => progress.elsewhere(c),
      onError: (c, message) => progress.broke(c, message),
    });
  } finally {
    progress.clear();
    await page.settled();
  }
  return end.signal.aborted ? end.signal.reason : null;
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

/** Verdicts on all that the store holds of the dataset, and on what the plan lacks. */
async function checkAll(plan: RunPlan): Promise<CheckedCase[]> {
  return checkRecords(await plan.store.readAll(), plan);
}

/** The verdict on a case that has just ended. It depends on `fc` and encoders with the same seed. */
function verdictOn(c: Case, known: readonly StoredRecord[], plan: RunPlan): CheckedCase {
  const id = checkedId(c, plan.engine.name);
  const matter = known.filter(({ record: { case: other, engine } }) =>
    other.seed === c.seed && (other.model === "fc" || isEncoder(other)) ||
    checkedId(other, engine) === id
  );
  return checkRecords(matter, { ...plan, cases: [c] }).find((checked) => checked.id === id)!;
}

/** Verdicts on what need not run: a run that is killed leaves no file that says the rest passed. */
function checkBefore(plan: RunPlan, stored: readonly StoredRecord[]): CheckedCase[] {
  const running = new Set(plan.estimates.map((e) => checkedId(e.case, plan.engine.name)));
  const done = stored
    .filter(({ record }) => !running.has(checkedId(record.case, record.engine)));
  return checkRecords(done, plan);
}

function checkRecords(
  stored: readonly StoredRecord[],
  { cases, engine, dataset, published }: RunPlan,
): CheckedCase[] {
  return checkStore(cases, engine.name, stored, dataset, published);
}

/** The verdicts on the cases of the plan: the page shows all, what is said is of these. */
function asked(
  { cases, engine, dataset }: RunPlan,
  all: readonly CheckedCase[],
): CheckedDataset {
  const wanted = new Set(cases.map((c) => checkedId(c, engine.name)));
  return { dataset, checked: all.filter(({ id }) => wanted.has(id)) };
}
