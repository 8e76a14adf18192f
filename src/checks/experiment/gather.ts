/** What the experiment's analysis reads of records and of packed heads. */
import type { DatasetName } from "../../data/dataset.ts";
import { formatCase, isEncoder } from "../../matrix/case.ts";
import { NUMERIC_VERSION } from "../../numeric_version.ts";
import type { PackedHeads } from "../../store/packed_heads.ts";
import type { CaseRecord } from "../../store/record.ts";
import { ALL_KINDS, type HeadScores, PLAN } from "./analysis.ts";
import type { MeasuredEncoder } from "./conclusions.ts";

export interface ExperimentData {
  readonly heads: HeadScores;
  readonly encoders: readonly MeasuredEncoder[];
}

/**
 * The scores of heads on one dataset by the exact engine, and the measured encoders. A head that is
 * both packed and in a record counts once.
 */
export function gather(
  records: readonly CaseRecord[],
  packed: PackedHeads | null,
  dataset: DatasetName,
): ExperimentData {
  const found = records.flatMap((record) =>
    record.status === "ok" && record.engine === "exact" && record.dataset.name === dataset &&
      record.numericVersion === NUMERIC_VERSION
      ? [record]
      : []
  );
  const heads = new Map(
    [
      ...packed?.dataset.name === dataset ? packed.heads : [],
      ...found.filter(({ case: c }) => !isEncoder(c))
        .map(({ case: c, result }) => ({ case: c, score: result.score })),
    ].map(({ case: c, score }) => [formatCase(c), { case: c, score }]),
  );
  const encoders = found.flatMap(({ case: c, result: { measurements } }): MeasuredEncoder[] => {
    const kind = ALL_KINDS.find((known) => known === c.model);
    const isOurs = isEncoder(c) && c.unlabelled === null && c.latents === PLAN.latents;
    return kind && isOurs && measurements ? [{ kind, seed: c.seed, measurements }] : [];
  });
  return { heads: [...heads.values()], encoders };
}
