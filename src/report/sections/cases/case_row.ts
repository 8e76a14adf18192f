/** What a page holds of each case for its script: the table's filters, the drawer and the CSV. */
import { sayRun } from "../../../checks/attested.ts";
import { checkedId } from "../../../checks/check_case.ts";
import { testLabelsOf } from "../../../checks/test_labels.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { formatCount } from "../../../figures.ts";
import { type Case, dependencyOf, metricOf } from "../../../matrix/case.ts";
import type { CaseRecord, CaseResult } from "../../../store/record.ts";
import type { Metric } from "../../../training/score.ts";
import type { ReportInput } from "../../input.ts";
import { type Pending, pendingOf } from "../../parts/pending.ts";
import { reproduceCase } from "../../text/commands.ts";
import { formatVersions } from "../../text/provenance.ts";
import { VERDICT_WORDS } from "../../text/verdicts.ts";
import { packCurve, packDigest } from "./packed.ts";

export interface CaseRow extends Case {
  readonly id: string;
  readonly engine: string;
  readonly metric: Metric;
  /** The verdict's word, or that its run has not got to the case. */
  readonly verdict: string;
  /** Why; null of a case that passes, of which score, band and digests say it. */
  readonly reason: string | null;
  readonly score: number | null;
  readonly validationScore: number | null;
  readonly epochs: number | null;
  readonly bestEpoch: number | null;
  /** Validation scores of all epochs; see `packCurve`. */
  readonly curve: string | null;
  /** How often each digit was taken for each, true digit by true digit; null if it is not known. */
  readonly confusion: string | null;
  /** Digests; see `packDigest`. */
  readonly weights: string | null;
  readonly outputs: string | null;
  readonly predictions: string | null;
  readonly labelBytes: string | null;
  readonly publishedWeights: string | null;
  readonly publishedOutputs: string | null;
  /** The weights that a head learned from, and the case that they are of. */
  readonly encoderWeights: string | null;
  readonly encoder: string | null;
  /** A line per tensor of an encoder: name, shape and digest. */
  readonly artifacts: string | null;
  readonly bandLo: number | null;
  readonly bandHi: number | null;
  readonly bandMedian: number | null;
  readonly bandSeeds: number | null;
  readonly bandOrigin: string | null;
  readonly inBandsSample: number | null;
  /** A line per independent run that repeated the case. */
  readonly repeatedBy: string | null;
  readonly numericVersion: number | null;
  readonly startedAt: string | null;
  readonly seconds: number | null;
  readonly backend: string | null;
  readonly threads: number | null;
  readonly os: string | null;
  readonly arch: string | null;
  readonly cpu: string | null;
  readonly cores: number | null;
  readonly versions: string | null;
  readonly plan: string | null;
  readonly kernels: string | null;
  readonly commit: string | null;
  /** The record's file, without `.json`. */
  readonly record: string | null;
  /** The folder of results that the record is in. */
  readonly results: string;
  /** The command that repeats the case, up to its name; which is its id, less a second engine. */
  readonly reproduce: string;
}

export function caseRows(input: ReportInput): CaseRow[] {
  const pending = pendingOf(input.run);
  const byId = new Map(input.cases.map((c) => [c.id, c]));
  const labels = testLabelsOf(input.dataset.sha256);
  return input.cases.map((c): CaseRow => {
    const { record, band, reference } = c;
    const result = record?.status === "ok" ? record.result : null;
    const digests = result?.digests;
    return {
      id: c.id,
      ...c.case,
      engine: c.engine,
      metric: metricOf(c.case),
      verdict: wordOf(c, pending),
      reason: c.verdict === "pass" ? null : c.reason,
      score: result?.score ?? null,
      validationScore: result?.validationScore ?? null,
      epochs: result?.epochs ?? null,
      bestEpoch: result?.bestEpoch ?? null,
      curve: result && packCurve(result.curve.map((epoch) => epoch.validationScore)),
      confusion: result && confusionOf(result, labels),
      weights: packed(digests?.weights),
      outputs: packed(digests?.outputs),
      predictions: packed(digests?.predictions),
      labelBytes: packed(digests?.labels),
      publishedWeights: packed(reference?.weights),
      publishedOutputs: packed(reference?.outputs),
      ...encoderOf(c, result, byId),
      artifacts: result?.artifacts?.map(({ name, shape, sha256 }) =>
        `${name} [${shape.map(formatCount).join(" × ")}] ${packDigest(sha256)}`
      ).join("\n") ?? null,
      bandLo: band?.lo ?? null,
      bandHi: band?.hi ?? null,
      bandMedian: band?.median ?? null,
      bandSeeds: band?.n ?? null,
      bandOrigin: band?.origin ?? null,
      inBandsSample: band && Number(band.inSample),
      repeatedBy: c.attested && c.attested.repeatedBy.map(sayRun).join("\n"),
      numericVersion: record?.numericVersion ?? null,
      ...ranOf(record),
      record: c.file?.replace(/\.json$/, "") ?? null,
      results: c.attested === null ? "reports/latest" : "reports/reference",
      reproduce: reproduceCase(input, c).replace(/'[^']*'$/, ""),
    };
  });
}

/** The verdict's word, or that the run has not got to the case. */
export function wordOf(c: CheckedCase, pending: Pending): string {
  return pending.has(c) ? pending.word : VERDICT_WORDS[c.verdict].word;
}

function packed(digest: string | null | undefined): string | null {
  return digest == null ? null : packDigest(digest);
}

/** 100 counts; null where the record keeps no predictions, or nobody knows the labels. */
export function confusionOf(
  { predictions }: Pick<CaseResult, "predictions">,
  labels: Uint8Array | null,
): string | null {
  if (predictions === undefined || labels?.length !== predictions.length) return null;
  const counts = new Array<number>(100).fill(0);
  labels.forEach((label, i) => counts[10 * label + Number(predictions[i])]!++);
  return counts.join(" ");
}

/** The encoder that a head learned from: its case, and the weights if its record here has others. */
function encoderOf(
  { case: c, engine }: CheckedCase,
  result: CaseResult | null,
  byId: ReadonlyMap<string, CheckedCase>,
): Pick<CaseRow, "encoder" | "encoderWeights"> {
  const dependency = dependencyOf(c);
  if (dependency === null || result?.encoder === undefined) {
    return { encoder: null, encoderWeights: null };
  }
  const encoder = checkedId(dependency, engine);
  const record = byId.get(encoder)?.record;
  const same = record?.status === "ok" && record.result.digests.weights === result.encoder;
  return { encoder, encoderWeights: same ? null : packDigest(result.encoder) };
}

function ranOf(record: CaseRecord | null) {
  const provenance = record?.provenance ?? null;
  return {
    startedAt: provenance?.startedAt ?? null,
    seconds: provenance?.seconds ?? null,
    backend: provenance?.backend ?? null,
    threads: provenance?.threads ?? null,
    os: provenance?.machine.os ?? null,
    arch: provenance?.machine.arch ?? null,
    cpu: provenance?.machine.cpu ?? null,
    cores: provenance?.machine.cores ?? null,
    versions: provenance && formatVersions(provenance),
    plan: packed(provenance?.plan),
    kernels: packed(provenance?.kernels),
    commit: provenance?.commit ?? null,
  };
}
