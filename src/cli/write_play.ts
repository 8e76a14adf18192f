/** The live page beside the reports, with a saved model in it where one was asked for. */
import type { Published } from "../checks/check_store.ts";
import { IMAGE_SIDE } from "../data/dataset.ts";
import { formatCase, isEncoder } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectParameters } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { PlayInput, PlayModel } from "../report/play/input.ts";
import { DATASET_LABELS } from "../report/text/datasets.ts";
import { sourceDigest } from "../runner/source_digest.ts";
import type { Store, StoredRecord } from "../store/store.ts";
import { readModelFile } from "../store/tensor_files.ts";
import { UsageError } from "./exit_codes.ts";
import { PLAY_PAGE } from "./write_report.ts";

/** Latents that a plane has. */
const PLANE = 2;

/** Renders the live page and gives its path, and its size in bytes. */
export async function writePlay(
  store: Store,
  model: PlayModel | null,
  published: Published,
  reports: PlayInput["reports"],
): Promise<{ path: string; bytes: number }> {
  const { publishedCases } = await import("../report/play/published_cases.ts");
  const { renderPlay } = await import("../report/play/render_play.tsx");
  const html = await renderPlay({
    numericVersion: NUMERIC_VERSION,
    sources: await sourceDigest(),
    cases: publishedCases(published.records),
    model,
    reports,
  });
  const path = await store.writePage(PLAY_PAGE, html);
  return { path, bytes: (await Deno.stat(path)).size };
}

/** Reads a saved model for the page. Throws a UsageError where it has no latent plane. */
export async function readPlayModel(
  path: string,
  records: readonly StoredRecord[],
): Promise<PlayModel> {
  const { model, bytes } = await readModelFile(path);
  const name = formatCase(model.case);
  const refuse = (reason: string, wayOut: string) =>
    new UsageError(`Cannot play with ${path}: ${reason}; ${wayOut}`);
  if (!isEncoder(model.case) || model.case.latents !== PLANE) {
    throw refuse(
      `it is ${name}, no encoder with ${PLANE} latents`,
      "save one with deno task reproduce --only 'vae2#0' --save-models",
    );
  }
  if (model.numericVersion !== NUMERIC_VERSION) {
    throw refuse(
      `it is of numeric version ${model.numericVersion}, not ${NUMERIC_VERSION}`,
      "train it again with this release, or use the release that saved it",
    );
  }
  try {
    selectParameters(modelOf(model.case, IMAGE_SIDE * IMAGE_SIDE), model.weights);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refuse(error.message, "give a file that reproduce --save-models wrote");
  }
  const known = records.find(({ record }) => record.dataset.sha256 === model.datasetSha256);
  return {
    name,
    dataset: known ? DATASET_LABELS[known.record.dataset.name].title : "another dataset",
    weightsDigest: model.weightsDigest,
    bytes,
  };
}
