import { checkedId } from "../checks/check_case.ts";
import type { CheckedCase } from "../checks/verdict.ts";
import type { DatasetName } from "../data/dataset.ts";
import { analyse } from "../checks/experiment/analysis.ts";
import { conclude } from "../checks/experiment/conclusions.ts";
import { gather } from "../checks/experiment/gather.ts";
import type { ExperimentInput } from "../report/sections/experiment/experiment.tsx";
import { type PackedHeads, readPackedHeads } from "../store/packed_heads.ts";
import type { EngineName } from "../engines/engine_name.ts";
import { type Case, isEncoder } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Artifacts, ReportInput } from "../report/input.ts";
import { parsePeerTimes, type PeerTimes } from "../report/sections/engines/peer_times.ts";
import { type Store, StoreError } from "../store/store.ts";

/** The page of a dataset: MNIST's is the index, and no dataset overwrites another's. */
export function pageName(dataset: { name: DatasetName; sha256: string }): string {
  switch (dataset.name) {
    case "mnist":
      return "index.html";
    case "strokes":
      return "strokes.html";
    case "idx":
      return `idx-${dataset.sha256.slice(0, 12)}.html`;
    default:
      return dataset.name satisfies never;
  }
}

/** The page shows records as they are. */
export const NOTHING_ASKED = { profile: null, selection: null, run: null };

/** Where `bench:peers --json` puts its times for the report. */
const PEER_TIMES = "peers.json";

/** Where the live page lies. */
export const PLAY_PAGE = "play.html";

/**
 * Renders the page of one dataset from the verdicts on its cases, beside the store's records. Gives
 * the page's path.
 *
 * @param asked what the page is of, nothing where records are taken as they are, and how far a run is
 * @param onProblem is told of a file beside the records that cannot be used, and that the page does
 * without where it returns
 */
export async function writeReport(
  store: Store,
  dataset: { readonly name: DatasetName; readonly sha256: string },
  checked: readonly CheckedCase[],
  asked: Pick<ReportInput, "profile" | "selection" | "run">,
  onProblem: (problem: StoreError) => void = (problem) => {
    throw problem;
  },
): Promise<string> {
  // Loaded on demand: the chart libraries are the slowest part of the program to load.
  const { renderReport } = await import("../report/report_page.tsx");
  const html = await renderReport({
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    ...asked,
    numericVersion: NUMERIC_VERSION,
    cases: checked,
    artifacts: await readArtifacts(store, checked, onProblem),
    peerTimes: await readPeerTimes(store).catch(without(onProblem)),
    experiment: experimentOf(checked, await readPackedHeads(store), dataset.name),
    playPage: await store.readText(PLAY_PAGE) === null ? null : PLAY_PAGE,
  });
  return await store.writePage(pageName(dataset), html);
}

/** The experiment as far as its records are here; null if they hold no drawn head. */
function experimentOf(
  checked: readonly CheckedCase[],
  packed: PackedHeads | null,
  dataset: DatasetName,
): ExperimentInput | null {
  const records = checked.flatMap(({ record }) => record === null ? [] : [record]);
  const { heads, encoders } = gather(records, packed, dataset);
  if (!heads.some(({ case: c }) => c.draw !== null)) return null;
  const experiment = analyse(heads);
  return { experiment, conclusions: conclude(experiment, encoders) };
}

/**
 * The path of a page that `write` returns. Null if the page cannot be written: `warn` takes the
 * reason, for the verdicts do not depend on it.
 */
export async function pathOrWarning(
  write: () => Promise<string>,
  warn: (problem: StoreError) => void,
): Promise<string | null> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    warn(error);
    return null;
  }
}

/** `selection` if it selects every case of the page. */
export function selectionOf(
  checked: readonly CheckedCase[],
  selected: readonly Case[],
  engine: EngineName,
  selection: readonly string[],
): readonly string[] | null {
  const ids = new Set(selected.map((c) => checkedId(c, engine)));
  return checked.every(({ id }) => ids.has(id)) ? selection : null;
}

/** What the encoders among the cases left, by case id: of those with a valid result and files. */
export async function readArtifacts(
  store: Store,
  checked: readonly CheckedCase[],
  onProblem: (problem: StoreError) => void,
) {
  const artifacts = new Map<string, Artifacts>();
  for (const { id, case: c, record, verdict } of checked) {
    if (!isEncoder(c) || record?.status !== "ok" || verdict === "stale") continue;
    const tensors = await store.readArtifacts(record).catch(without(onProblem));
    if (tensors !== null) artifacts.set(id, new Map(tensors.map((t) => [t.name, t])));
  }
  return artifacts;
}

/** Tells of what is wrong with a file, and gives nothing in its place. */
function without(onProblem: (problem: StoreError) => void): (error: unknown) => null {
  return (error) => {
    if (!(error instanceof StoreError)) throw error;
    onProblem(error);
    return null;
  };
}

/** The times that `bench:peers` left in the results folder; null without, a StoreError where broken. */
export async function readPeerTimes(store: Store): Promise<PeerTimes | null> {
  const text = await store.readText(PEER_TIMES);
  if (text === null) return null;
  try {
    return parsePeerTimes(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `Cannot use ${store.directory}/${PEER_TIMES}: ${reason}; remove it, or write it again with ` +
        "deno task bench:peers --json",
    );
  }
}
