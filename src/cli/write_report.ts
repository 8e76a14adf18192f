import type { CheckedCase } from "../checks/verdict.ts";
import type { DatasetName } from "../data/dataset.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Store } from "../store/store.ts";

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

/**
 * Renders the page of one dataset from the verdicts on its cases, beside the store's records. Gives
 * the page's path.
 */
export async function writeReport(
  store: Store,
  dataset: { readonly name: DatasetName; readonly sha256: string },
  checked: readonly CheckedCase[],
  profile: string | null,
  running: boolean,
): Promise<string> {
  // Loaded on demand: the chart libraries are the slowest part of the program to load.
  const { renderReport } = await import("../report/render_report.ts");
  const html = await renderReport({
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    profile,
    numericVersion: NUMERIC_VERSION,
    cases: checked,
    running,
  });
  return await store.writePage(pageName(dataset), html);
}
