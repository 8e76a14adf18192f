import type { StoredRecord } from "../../store/store.ts";
import { inOrder } from "../../checks/check_store.ts";
import { STROKES_SHA256 } from "../../data/strokes.ts";
import { dependencyOf, isEncoder } from "../../matrix/case.ts";
import { NUMERIC_VERSION } from "../../numeric_version.ts";
import type { PublishedCase } from "./input.ts";

/** Who plays does not wait for minutes: cases whose published run took longer are left out. */
const LONGEST_SECONDS = 60;

/** Of the published records, those of classifiers that a page can train on the dataset it draws. */
export function publishedCases(records: readonly StoredRecord[]): PublishedCase[] {
  const cases: PublishedCase[] = [];
  for (const { record } of [...records].sort((a, b) => inOrder(a.record, b.record))) {
    const { case: c, dataset, engine, numericVersion, provenance: { seconds } } = record;
    if (dataset.sha256 !== STROKES_SHA256 || numericVersion !== NUMERIC_VERSION) continue;
    if (engine !== "exact" || isEncoder(c) || dependencyOf(c) !== null) continue;
    if (record.status === "failed" || seconds > LONGEST_SECONDS) continue;
    const { curve, score, bestEpoch, digests } = record.result;
    cases.push({ case: c, curve, score, bestEpoch, digests });
  }
  return cases;
}
