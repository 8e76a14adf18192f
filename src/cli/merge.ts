/**
 * `merge`: joins the results of shards in one folder, and says what a profile still lacks. Nothing is
 * written where two records contradict each other.
 */
import { checkStore } from "../checks/check_store.ts";
import { checkedId } from "../checks/check_case.ts";
import { describeDifference, differencesOf } from "../checks/compare_results.ts";
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase } from "../checks/verdict.ts";
import { countOf, formatCount, shortDigest } from "../figures.ts";
import type { CaseRecord } from "../store/record.ts";
import { Store, type StoredRecord, type StoreError } from "../store/store.ts";
import { datasetsOf, wantedCases } from "./scope.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { type MergeOptions, selectionWords } from "./options.ts";
import { attestedLine, verdictSummary, verdictTable } from "./verdict_table.ts";
import type { World } from "./world.ts";
import { pathOrWarning, selectionOf, writeReport } from "./write_report.ts";

/** Contradictions that are named; of more, the number is said. */
const NAMED = 10;

/** A record and the store that it lies in. */
interface Found {
  readonly store: Store;
  readonly stored: StoredRecord;
}

export async function merge(options: MergeOptions, world: World): Promise<ExitCode> {
  const target = new Store(options.results);
  const shards = options.folders.map((folder) => new Store(folder));
  const byFile = new Map<string, Found[]>();
  for (const store of [target, ...shards]) {
    const all = await store.readAll();
    if (store !== target) await sayWhatIsUnfinished(store, all.length, world);
    for (const stored of all) {
      const found = byFile.get(stored.file) ?? [];
      byFile.set(stored.file, [...found, { store, stored }]);
    }
  }
  const contradictions = [...byFile.values()].flatMap(contradiction);
  if (contradictions.length > 0) {
    const more = contradictions.length - NAMED;
    const lines = contradictions.slice(0, NAMED).concat(
      more > 0 ? [`and ${formatCount(more)} more`] : [],
    );
    world.stderr(`Nothing was merged, for records contradict each other:\n${lines.join("\n")}\n`);
    return EXIT.checkFailed;
  }
  const { records, files } = await takeOver(byFile, target, shards);
  world.stderr(
    `${countOf(records, "record")} taken over, ${formatCount(byFile.size)} in ${options.results}\n`,
  );
  if (files > 0) {
    world.stderr(`${countOf(files, "file")} taken over beside records that were there\n`);
  }
  return await sayWhatIsThere(options, target, world);
}

/** Says which shards have something left to do. Throws if there is no such folder. */
async function sayWhatIsUnfinished(store: Store, records: number, world: World): Promise<void> {
  const { directory } = store;
  if (records === 0 && !await isFolder(directory)) {
    throw new Error(`Cannot merge ${directory}: there is no such folder; leave it out`);
  }
  const unfinished = store.countUnfinished();
  if (unfinished > 0) {
    world.stderr(
      `${directory}: ${unfinished} ${unfinished === 1 ? "case is" : "cases are"} unfinished; the ` +
        "shard's command goes on with them\n",
    );
  } else if (records === 0) {
    world.stderr(
      `${directory}: no records; the shard has no cases, or was stopped before it finished one\n`,
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Copies the records that the target lacks or has as a failure, each after the files beside it, and the
 * files that only a shard has beside a record of the target. Returns how many of both.
 */
async function takeOver(
  byFile: ReadonlyMap<string, readonly Found[]>,
  target: Store,
  shards: readonly Store[],
): Promise<{ records: number; files: number }> {
  const beside = new Map([target, ...shards].map((store) => [store, store.filesBeside()]));
  let [records, files] = [0, 0];
  for (const found of byFile.values()) {
    const best = found.find(({ stored }) => stored.record.status === "ok") ?? found[0]!;
    const here = found.find(({ store }) => store === target);
    const isTaken = best.store !== target && !(here && best.stored.record.status === "failed");
    const there = new Set(isTaken ? [] : beside.get(target)!(best.stored));
    for (const { store, stored } of found) {
      if (store === target || !isSameResult(stored.record, best.stored.record)) continue;
      const lacking = beside.get(store)!(stored).filter((path) => !there.has(path));
      await target.copy(store, lacking);
      for (const path of lacking) there.add(path);
      if (!isTaken) files += lacking.length;
    }
    if (!isTaken) continue;
    await target.write(best.stored.record);
    records++;
  }
  return { records, files };
}

function isSameResult(one: CaseRecord, other: CaseRecord): boolean {
  return one.status === "ok" && other.status === "ok" &&
    differencesOf(one.result, other.result).length === 0;
}

/** What two results of a case say that cannot both be; only our engine promises the same bits. */
function contradiction(found: readonly Found[]): string[] {
  const ok = found.flatMap(({ store, stored: { record, file } }) =>
    record.status === "ok" && record.engine === "exact" ? [{ store, record, file }] : []
  );
  const [first, ...others] = ok;
  for (const other of others) {
    const [difference] = differencesOf(first!.record.result, other.record.result);
    if (difference === undefined) continue;
    const place = ({ store, file }: (typeof ok)[number]) =>
      `${store.directory}/records/${shortDigest(file)}...`;
    const { case: c, engine } = first!.record;
    return [
      `${checkedId(c, engine)}: in ${place(other)} ` +
      describeDifference(difference, place(first!)),
    ];
  }
  return [];
}

/** Verdicts on all that is there and on what was asked for, and the reports. */
async function sayWhatIsThere(
  options: MergeOptions,
  store: Store,
  world: World,
): Promise<ExitCode> {
  const stored = await store.readAll();
  const published = await world.readPublished();
  const all: CheckedCase[][] = [];
  for (const dataset of datasetsOf(stored, options)) {
    const wanted = await wantedCases(options, dataset, stored);
    const checked = checkStore(wanted, options.engine, stored, dataset, published);
    world.stdout(verdictTable(checked, world.color));
    world.stdout(`\n${dataset.name}, ${verdictSummary(checked)}\n${attestedLine(checked)}`);
    const warn = ({ message }: StoreError) => world.stderr(`WARNING: ${message}\n`);
    const { profile, engine } = options;
    const words = selectionWords({ ...options, profile: profile ?? "headline" });
    const selection = selectionOf(checked, wanted, engine, words);
    const page = await pathOrWarning(
      () => writeReport(store, dataset, checked, { profile, selection, run: null }, warn),
      warn,
    );
    if (page !== null) world.stdout(`Report: ${page}\n`);
    all.push(checked);
  }
  const outcome = outcomeOf(all.flat());
  const lacks = all.flat().some(({ verdict }) => verdict === "missing" || verdict === "stale");
  return outcome !== "checkFailed" && lacks ? EXIT.incomplete : EXIT[outcome];
}
