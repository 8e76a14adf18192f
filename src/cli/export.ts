/** `export`: all records as CSV, on standard output. */
import { inOrder } from "../checks/check_store.ts";
import { formatCase } from "../matrix/case.ts";
import { toCsv } from "../report/text/csv.ts";
import type { CaseRecord } from "../store/record.ts";
import { Store, type StoredRecord } from "../store/store.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { ExportOptions } from "./options.ts";
import { datasetsOf } from "./scope.ts";
import type { World } from "./world.ts";

const COLUMNS = [
  ...["case", "model", "latents", "unlabelled", "labels", "reading", "draw", "seed"],
  ...["dataset", "datasetSha256", "engine"],
  ...["numericVersion", "status", "metric", "score", "validationScore", "epochs", "bestEpoch"],
  ...["weightsSha256", "outputsSha256", "encoderSha256", "failure", "backend", "threads"],
  ...["plan", "kernels", "commit", "os", "arch", "cpu", "cores", "startedAt", "seconds", "record"],
] as const;

type Row = { readonly [column in typeof COLUMNS[number]]: string | number | null };

export async function exportRecords(options: ExportOptions, world: World): Promise<ExitCode> {
  const stored = await new Store(options.results).readAll();
  const datasets = new Set(datasetsOf(stored, options).map(({ sha256 }) => sha256));
  const rows = stored.filter(({ record }) => datasets.has(record.dataset.sha256))
    .toSorted((a, b) => inOrderOfDatasets(a.record, b.record)).map(rowOf);
  world.stdout(toCsv(COLUMNS, rows));
  return EXIT.ok;
}

/** By dataset, then by case and engine as everywhere, then by numeric version. */
function inOrderOfDatasets(a: CaseRecord, b: CaseRecord): number {
  const names = [a, b].map(({ dataset }) => `${dataset.name} ${dataset.sha256}`);
  if (names[0] !== names[1]) return names[0]! < names[1]! ? -1 : 1;
  return inOrder(a, b) || a.numericVersion - b.numericVersion;
}

function rowOf({ record, file }: StoredRecord): Row {
  const { case: c, dataset, engine, numericVersion, status, provenance } = record;
  const result = record.status === "ok" ? record.result : null;
  const { backend, threads, plan, kernels, commit, machine, startedAt, seconds } = provenance;
  return {
    case: formatCase(c),
    ...c,
    dataset: dataset.name,
    datasetSha256: dataset.sha256,
    ...{ engine, numericVersion, status },
    metric: result?.metric ?? null,
    score: result?.score ?? null,
    validationScore: result?.validationScore ?? null,
    epochs: result?.epochs ?? null,
    bestEpoch: result?.bestEpoch ?? null,
    weightsSha256: result?.digests.weights ?? null,
    outputsSha256: result?.digests.outputs ?? null,
    encoderSha256: result?.encoder ?? null,
    failure: record.status === "failed" ? record.failure.message : null,
    ...{ backend, threads, plan, kernels, commit },
    ...machine,
    ...{ startedAt, seconds },
    record: file,
  };
}
