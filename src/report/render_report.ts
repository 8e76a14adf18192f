/**
 * Records -> one self-contained HTML page that is read offline. A pure function of its input and of
 * the program's own files: no clock, no chance, no network; the same input gives the same bytes.
 * @module
 */
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { ReportInput } from "./input.ts";
import { readPageAssets } from "./page.tsx";
import { ReportPage } from "./report_page.tsx";
import { prepareChart } from "./sections/chart.tsx";
import { DATASET_LABELS } from "./dataset_labels.ts";
import { accuracyAgainstLabels } from "./specs/accuracy_against_labels.ts";

/** The page as HTML. */
export async function renderReport(input: ReportInput): Promise<string> {
  const spec = accuracyAgainstLabels(input.cases, DATASET_LABELS[input.dataset.name].title);
  const chart = spec === null ? null : await prepareChart(spec);
  const assets = await readPageAssets();
  return `<!DOCTYPE html>\n${renderToString(h(ReportPage, { input, chart, assets }))}\n`;
}
