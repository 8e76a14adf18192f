import { formatCase } from "../matrix/case.ts";
import type { CheckedCase } from "../checks/verdict.ts";
import type { DatasetName } from "../data/dataset.ts";
import type { ExitCode } from "./exit_codes.ts";

export const JSON_SCHEMA_VERSION = 1;

/**
 * What `--json` prints: verdicts for programs. Accuracies are fractions, losses nats.
 *
 * @param more what a command has to say besides
 */
export function jsonDocument(
  profile: string | null,
  dataset: { readonly name: DatasetName; readonly sha256: string },
  cases: readonly CheckedCase[],
  exitCode: ExitCode,
  more: { readonly [field: string]: unknown } = {},
): string {
  const document = {
    schemaVersion: JSON_SCHEMA_VERSION,
    profile,
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    cases: cases.map(({ case: c, engine, record, file, band, attested, verdict, reason }) => {
      const result = record?.status === "ok" ? record.result : null;
      return {
        case: formatCase(c),
        model: c.model,
        latents: c.latents,
        unlabelled: c.unlabelled,
        labels: c.labels,
        reading: c.reading,
        draw: c.draw,
        seed: c.seed,
        engine,
        backend: record?.provenance.backend ?? null,
        score: result?.score ?? null,
        metric: result?.metric ?? null,
        band: band && { lo: band.lo, hi: band.hi, inSample: band.inSample },
        verdict,
        reason,
        attestedBy: attested && attested.repeatedBy.length,
        digests: result && { ...result.digests, plan: record!.provenance.plan },
        epochs: result?.epochs ?? null,
        bestEpoch: result?.bestEpoch ?? null,
        seconds: record?.provenance.seconds ?? null,
        record: file,
      };
    }),
    ...more,
    exitCode,
  };
  return JSON.stringify(document, null, 2) + "\n";
}
