import type { StoredRecord } from "../../store/store.ts";
import { inOrder } from "../../checks/check_store.ts";
import { STROKES_SHA256 } from "../../data/strokes.ts";
import { dependencyOf } from "../../matrix/case.ts";
import { NUMERIC_VERSION } from "../../numeric_version.ts";
import type { PublishedCase } from "./input.ts";

/** Of the published records, those that a page can train on the dataset it draws: all but heads. */
export function publishedCases(records: readonly StoredRecord[]): PublishedCase[] {
  const cases: PublishedCase[] = [];
  for (const { record } of [...records].sort((a, b) => inOrder(a.record, b.record))) {
    const { case: c, dataset, engine, numericVersion } = record;
    if (dataset.sha256 !== STROKES_SHA256 || numericVersion !== NUMERIC_VERSION) continue;
    if (engine !== "exact" || dependencyOf(c) !== null || record.status === "failed") continue;
    const { curve, score, bestEpoch, digests } = record.result;
    cases.push({ case: c, curve, score, bestEpoch, digests });
  }
  return cases;
}
