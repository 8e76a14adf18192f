/** What `reproduce` is about to do: which cases, on what, how many side by side, for how long. */
import type { Published } from "../checks/check_store.ts";
import type { Bands } from "../checks/bands.ts";
import type { LoadedDataset } from "../data/load_dataset.ts";
import { formatBytes } from "../figures.ts";
import type { Case } from "../matrix/case.ts";
import { bytesOf, type Seconds } from "../matrix/cost.ts";
import { modelOf } from "../matrix/model_of.ts";
import type { ProfileName } from "../matrix/profiles.ts";
import { casesOfShard, type Shard } from "../matrix/shards.ts";
import { selectCases } from "../matrix/select_cases.ts";
import { type EngineSource, findEngine } from "../runner/find_engine.ts";
import { deviceOf, timeOf } from "../runner/lanes.ts";
import { threadsFor } from "../runner/runner.ts";
import { Store } from "../store/store.ts";
import { casesToRun } from "./cases_to_run.ts";
import {
  type EncodedBy,
  encodedBySaved,
  publishedEncoders,
  readSavedEncoder,
  storedEncoders,
} from "./encoders.ts";
import { costCases, type Estimate, estimate } from "./estimate.ts";
import { asUsage, UsageError } from "./exit_codes.ts";
import { cacheOf, loadData } from "./load_data.ts";
import { type ReproduceOptions, selectionWords } from "./options.ts";
import type { World } from "./world.ts";

/** Takes a line for the user: `say` is silent with `--quiet`, `notify` never is. */
export interface Lines {
  say(line: string): void;
  notify(line: string): void;
}

export interface RunPlan {
  readonly profile: ProfileName;
  /** The words of a command line that selects the cases. */
  readonly selection: readonly string[];
  readonly dataset: LoadedDataset;
  readonly engine: EngineSource;
  readonly published: Published;
  readonly store: Store;
  /** Those that have a record too. */
  readonly cases: readonly Case[];
  /** Of the cases to run, in the order in which they start. */
  readonly estimates: readonly Estimate[];
  /** From the first case to the end of the last. */
  readonly expected: Seconds;
  /** Cases in parallel on the processor, and threads of each. A GPU takes one more. */
  readonly jobs: number;
  readonly threads: number;
  readonly encodedBy: EncodedBy;
}

/** Throws a UsageError where the options ask for what cannot be; nothing has been written then. */
export async function planRun(
  options: ReproduceOptions,
  world: World,
  { say, notify }: Lines,
): Promise<RunPlan> {
  refuseImpossible(options);
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
  const given = options.publishedEncoders
    ? await publishedEncoders(mine, dataset, world.reference)
    : null;
  const cases = saved?.heads ?? given?.cases ?? mine;
  const stored = saved === null && given === null
    ? storedEncoders(dataset, options.engine, store)
    : null;
  const todo = options.fresh
    ? cases
    : await casesToRun(cases, dataset, options.engine, store, stored, notify);
  const jobs = sideBySide(options.jobs ?? world.cores, todo, dataset, world, notify);
  const threads = options.threads ?? threadsFor(jobs, world.cores);
  const engine = await found.open(threads);
  const estimates = await estimate(
    costCases(todo, dataset, published.bands),
    dataset,
    (c) => deviceOf(c, found.source) === "gpu" ? engine : engine.substitute ?? engine,
  );
  return {
    profile,
    selection: selectionWords({ ...options, profile }),
    dataset,
    engine: found.source,
    published,
    store,
    cases,
    estimates,
    expected: timeOf(estimates, found.source, lanesOf(jobs, world)),
    jobs,
    threads,
    encodedBy: stored ?? given?.encodedBy ?? encodedBySaved(saved!, dataset, engine, say),
  };
}

/** Cases that really run at the same time: more than cores take turns. */
export function lanesOf(jobs: number, { cores }: World): number {
  return Math.min(jobs, cores);
}

/** Throws a UsageError for options that the engine has no use for. */
function refuseImpossible(
  { engine, backend, threads }: ReproduceOptions,
): void {
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

/** Cases side by side: as many as are wanted, as there are cases, and as memory allows. */
function sideBySide(
  jobs: number,
  todo: readonly Case[],
  { splits }: LoadedDataset,
  { freeMemory }: World,
  notify: (line: string) => void,
): number {
  const wanted = Math.min(jobs, Math.max(1, todo.length));
  const largest = Math.max(
    ...todo.map((c) => bytesOf(modelOf(c, splits.train.width), splits)),
    1,
  );
  const possible = Math.max(1, Math.floor((freeMemory ?? Infinity) / largest));
  if (possible >= wanted) return wanted;
  notify(
    `Running ${possible} cases side by side, not ${wanted}: one may take ${
      formatBytes(largest)
    }, ` +
      `and ${formatBytes(freeMemory!)} are free`,
  );
  return possible;
}
