/** The report as a page: its sections in the order in which they are read. */
import { DATASET_LABELS } from "./dataset_labels.ts";
import { writeHeadline } from "./headline.ts";
import type { ReportInput } from "./input.ts";
import { Page, type PageAssets } from "./page.tsx";
import { Accuracy } from "./sections/accuracy.tsx";
import type { Chart } from "./sections/chart.tsx";
import { Overview } from "./sections/overview.tsx";

export function ReportPage(
  { input, chart, assets }: { input: ReportInput; chart: Chart | null; assets: PageAssets },
) {
  const dataset = DATASET_LABELS[input.dataset.name].title;
  return (
    <Page title={`Latentbench on ${dataset}: ${writeHeadline(input).sentence}`} assets={assets}>
      <Overview input={input} />
      <Accuracy input={input} chart={chart} />
    </Page>
  );
}
