/** Before any case runs: whether the results folder can keep what the cases leave. */
import type { Splits } from "../data/dataset.ts";
import { type Case, isEncoder } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { placeLayers } from "../models/parameters.ts";
import type { Abilities, Needs } from "../store/store.ts";
import type { Lines, RunPlan } from "./plan_run.ts";

const FLOAT_BYTES = 4;

/** A record with a long curve. */
const RECORD_BYTES = 16 * 1024;

/** Artifacts of an encoder with two latents, which are the largest. */
const ARTIFACT_BYTES = 4 * 2 ** 20;

/** Throws a StoreError if a case could not be kept; says what else the file system cannot do. */
export async function tryFolder(
  { store, estimates, dataset }: Pick<RunPlan, "store" | "estimates" | "dataset">,
  saveModels: boolean,
  notify: Lines["notify"],
): Promise<void> {
  if (estimates.length === 0) return;
  const cases = estimates.map((e) => e.case);
  const abilities = await store.tryOut(needsOf(cases, dataset.splits, saveModels));
  for (const line of warnings(abilities, store.directory)) notify(line);
}

/** What any of the cases writes at most; a checkpoint does not count, for a case can do without. */
export function needsOf(cases: readonly Case[], splits: Splits, saveModels: boolean): Needs {
  const { train, validation, test } = splits;
  const samples = train.count + validation.count + test.count;
  const encoders = cases.filter(isEncoder);
  const weights = (c: Case) =>
    placeLayers(modelOf(c, train.width)).flatMap(({ parameters }) => parameters)
      .reduce((sum, pair) => sum + pair.weights.reduce((a, b) => a * b) + pair.outputs, 0);
  return {
    records: RECORD_BYTES,
    ...encoders.length > 0 && {
      embeddings: FLOAT_BYTES * samples * largest(encoders, ({ latents }) => latents!),
      artifacts: ARTIFACT_BYTES,
    },
    ...saveModels && { models: FLOAT_BYTES * largest(cases, weights) },
  };
}

function largest(cases: readonly Case[], size: (c: Case) => number): number {
  return cases.reduce((most, c) => Math.max(most, size(c)), 0);
}

function warnings({ sync, lock }: Abilities, folder: string): string[] {
  return [
    ...sync ? [] : [
      `WARNING: the file system of ${folder} cannot sync: a power cut may lose the last records; ` +
      "name another --results folder to be safe from that",
    ],
    ...lock ? [] : [
      `WARNING: processes cannot share ${folder}: its file system has no locks to rely on; run one ` +
      "at a time there, or give each a --results folder of its own and merge them",
    ],
  ];
}
