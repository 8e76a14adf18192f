/**
 * Records -> one self-contained HTML page that is read offline: sections, in the order in which they
 * are read. A pure function of its input and of the program's own files: no clock, no chance, no
 * network; the same input gives the same bytes.
 * @module
 */
import { renderToString } from "preact-render-to-string";
import { PANELS_STYLE } from "./chart/panels.tsx";
import type { ReportInput } from "./input.ts";
import { Page, readPageAssets } from "./page.tsx";
import type { Section } from "./section.ts";
import { AE_OR_VAE } from "./sections/ae_or_vae/ae_or_vae.tsx";
import { ANSWER } from "./sections/answer/answer.tsx";
import { findingsOf, sayAnswer } from "./sections/answer/findings.ts";
import { CASES } from "./sections/cases/cases.tsx";
import { ENGINES } from "./sections/engines/engines.tsx";
import { EXPERIMENT } from "./sections/experiment/experiment.tsx";
import { LABELS } from "./sections/labels/labels.tsx";
import { LATENT_SPACE } from "./sections/latent_space/latent_space.tsx";
import { isPublished, writeHeadline } from "./sections/overview/headline.ts";
import { OVERVIEW } from "./sections/overview/overview.tsx";
import { PROVENANCE } from "./sections/provenance/provenance.tsx";
import { RECONSTRUCTIONS } from "./sections/reconstructions/reconstructions.tsx";
import { TRAINING } from "./sections/training/training.tsx";
import { UNLABELLED } from "./sections/unlabelled/unlabelled.tsx";
import { DATASET_LABELS } from "./text/datasets.ts";
import { linkHeadings } from "./text/link_headings.ts";
import { holdUnitsInHtml } from "./text/units.ts";

/**
 * A chart or table goes into one of these, or into a section of its own. The published page begins
 * with the answer, a reader's own run with its verdict.
 */
const SECTIONS: readonly Section[] = [
  OVERVIEW,
  ANSWER,
  LABELS,
  UNLABELLED,
  RECONSTRUCTIONS,
  LATENT_SPACE,
  TRAINING,
  AE_OR_VAE,
  EXPERIMENT,
  ENGINES,
  CASES,
  PROVENANCE,
];

/** The page as HTML. */
export async function renderReport(input: ReportInput): Promise<string> {
  const page = renderToString(await reportPage(input));
  return `<!DOCTYPE html>\n${holdUnitsInHtml(linkHeadings(page))}\n`;
}

async function reportPage(input: ReportInput) {
  const styles = SECTIONS.flatMap(({ style }) => style ?? []);
  const script = new URL("client/charts.bundle.js", import.meta.url);
  const assets = await readPageAssets([PANELS_STYLE, ...styles], script);
  const findings = isPublished(input.cases) ? findingsOf(input) : null;
  const inOrder = findings === null
    ? SECTIONS
    : [ANSWER, ...SECTIONS.filter((section) => section !== ANSWER)];
  const rendered = await Promise.all(
    inOrder.map(async (section, i) => ({
      section,
      content: await section.render(input, i === 0),
    })),
  );
  const shown = rendered.filter(({ content }) => content !== null);
  const dataset = DATASET_LABELS[input.dataset.name].title;
  return (
    <Page
      title={`Latentbench on ${dataset}: ${
        findings === null ? writeHeadline(input).sentence : sayAnswer(findings)
      }`}
      sections={shown.map(({ section }) => section)}
      playPage={input.playPage}
      assets={assets}
    >
      {shown.map(({ content }) => content)}
    </Page>
  );
}
