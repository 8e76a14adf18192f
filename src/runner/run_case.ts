/**
 * One case from dataset to record. This is where the clock and the machine come in: around the
 * training, never in it.
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import type { Engine } from "../engines/engine.ts";
import type { Case } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Provenance, Record } from "../store/record.ts";
import { RECORD_SCHEMA_VERSION } from "../store/record.ts";
import { NonFiniteError } from "../training/non_finite_error.ts";
import { type EpochResult, limitLabels, train } from "../training/train.ts";

/** What the machine adds to a record, captured once. */
export type Environment = Pick<Provenance, "commit" | "machine" | "versions">;

export interface CaseOptions {
  readonly maxEpochs?: number;
  readonly onEpoch?: (result: EpochResult) => void;
}

/** Trains a case. A value that is not finite gives a failed record; any other error is thrown. */
export async function runCase(
  c: Case,
  dataset: Dataset,
  engine: Engine,
  environment: Environment,
  options: CaseOptions = {},
): Promise<Record> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const splits = limitLabels(dataset.splits, c.labels ?? dataset.splits.train.count);
  const spec = modelOf(c, splits.train.width);
  const session = await engine.open(spec, splits, c.seed);
  const identity = {
    schemaVersion: RECORD_SCHEMA_VERSION as typeof RECORD_SCHEMA_VERSION,
    case: { model: c.model, latents: c.latents, labels: c.labels, seed: c.seed },
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    engine: "exact" as const,
    numericVersion: NUMERIC_VERSION,
  };
  const provenance = () => ({
    backend: session.backend,
    ...session.digests,
    ...environment,
    threads: session.threads,
    startedAt,
    seconds: (performance.now() - start) / 1000,
  });
  try {
    const { metric, score, validationScore, bestEpoch, curve, digests } = await train(
      spec,
      session,
      splits,
      c.seed,
      options,
    );
    return {
      ...identity,
      status: "ok",
      result: {
        metric,
        score,
        validationScore,
        epochs: curve.length,
        bestEpoch,
        curve: [...curve],
        digests,
      },
      provenance: provenance(),
    };
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    const { message, epoch, step } = error;
    return {
      ...identity,
      status: "failed",
      failure: { message, epoch, step },
      provenance: provenance(),
    };
  } finally {
    await session.close();
  }
}
