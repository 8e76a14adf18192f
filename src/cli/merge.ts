/**
 * `merge`: joins the results of shards in one folder, and says what a profile still lacks. Nothing is
 * written where two records contradict each other.
 */
import { checkStore } from "../checks/check_store.ts";
import { checkedId } from "../checks/check_case.ts";
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase } from "../checks/verdict.ts";
import type { CaseRecord, OkRecord } from "../store/record.ts";
import { Store, type StoredRecord } from "../store/store.ts";
import { datasetsOf, wantedCases } from "./scope.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { MergeOptions } from "./options.ts";
import { verdictSummary, verdictTable } from "./verdict_table.ts";
import type { World } from "./world.ts";
import { writeReport } from "./write_report.ts";

/** Contradictions that are named; of more, the number is said. */
const NAMED = 10;

/** A record and the store that it lies in. */
interface Found {
  readonly store: Store;
  readonly stored: StoredRecord;
}

export async function merge(options: MergeOptions, world: World): Promise<ExitCode> {
  const target = new Store(options.results);
  const byFile = new Map<string, Found[]>();
  for (const store of [target, ...options.folders.map((folder) => new Store(folder))]) {
    const all = await store.readAll();
    if (store !== target && all.length === 0) {
      throw new Error(`Cannot merge ${store.directory}: it has no records; leave it out`);
    }
    for (const stored of all) {
      const found = byFile.get(stored.file) ?? [];
      byFile.set(stored.file, [...found, { store, stored }]);
    }
  }
  const contradictions = [...byFile.values()].flatMap(contradiction);
  if (contradictions.length > 0) {
    const more = contradictions.length - NAMED;
    const lines = contradictions.slice(0, NAMED).concat(more > 0 ? [`and ${more} more`] : []);
    world.stderr(`Nothing was merged, for records contradict each other:\n${lines.join("\n")}\n`);
    return EXIT.checkFailed;
  }
  let taken = 0;
  for (const found of byFile.values()) {
    const best = found.find(({ stored }) => stored.record.status === "ok") ?? found[0]!;
    const here = found.find(({ store }) => store === target);
    if (best.store === target || here && best.stored.record.status === "failed") continue;
    await target.adopt(best.store, best.stored);
    taken++;
  }
  world.stderr(`${taken} records taken over, ${byFile.size} in ${options.results}\n`);
  return await sayWhatIsThere(options, target, world);
}

/** What two results of a case say that cannot both be; only our engine promises the same bits. */
function contradiction(found: readonly Found[]): string[] {
  const [first, ...others] = found.filter(({ stored: { record } }) =>
    record.status === "ok" && record.engine === "exact"
  );
  const other = others.find(({ stored }) =>
    digestsOf(stored.record) !== digestsOf(first!.stored.record)
  );
  if (!other) return [];
  const { case: c, engine } = first!.stored.record;
  return [
    `${checkedId(c, engine)}: ${describe(first!)}, but ${describe(other)}`,
  ];
}

function digestsOf(record: CaseRecord): string {
  const { weights, outputs } = (record as OkRecord).result.digests;
  return `${weights} ${outputs}`;
}

function describe({ store, stored: { record, file } }: Found): string {
  return `${store.directory}/records/${file.slice(0, 12)}... has weights ${
    digestsOf(record).slice(0, 12)
  }`;
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
    const wanted = await wantedCases(options, dataset.name);
    const checked = checkStore(wanted, options.engine, stored, dataset, published);
    const page = await writeReport(store, dataset, checked, options.profile, false);
    world.stdout(verdictTable(checked, world.color));
    world.stdout(`\n${dataset.name}, ${verdictSummary(checked)}\nReport: ${page}\n`);
    all.push(checked);
  }
  const outcome = outcomeOf(all.flat());
  const lacks = all.flat().some(({ verdict }) => verdict === "missing" || verdict === "stale");
  return outcome !== "checkFailed" && lacks ? EXIT.incomplete : EXIT[outcome];
}
