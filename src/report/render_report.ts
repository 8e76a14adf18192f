/**
 * Records -> one self-contained HTML page that is read offline. A pure function of its input and of
 * the program's own files: no clock, no chance, no network; the same input gives the same bytes.
 * @module
 */
import { renderToString } from "preact-render-to-string";
import type { ReportInput } from "./input.ts";
import { reportPage } from "./report_page.tsx";
import { holdUnitsInHtml } from "./words/hold_units.ts";

/** The page as HTML. */
export async function renderReport(input: ReportInput): Promise<string> {
  const page = await reportPage(input);
  return `<!DOCTYPE html>\n${holdUnitsInHtml(renderToString(page))}\n`;
}
