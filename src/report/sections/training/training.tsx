/** The section "Training": how each case came to its score, epoch by epoch. */
import { medianOf } from "../../../checks/statistics/sample_intervals.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { formatCount, formatCountSpan, formatScoreSpan, rounded } from "../../../figures.ts";
import { metricOf } from "../../../matrix/case.ts";
import type { OkRecord } from "../../../store/record.ts";
import { type Chart, Downloads } from "../../chart/figure.tsx";
import { Panels, preparePanel } from "../../chart/panels.tsx";
import type { ReportInput } from "../../input.ts";
import { groupCases } from "../../parts/groups.ts";
import type { Section } from "../../section.ts";
import { DATASET_LABELS } from "../../text/datasets.ts";
import { stackedCurves, trainingCurves } from "./chart.ts";
import { type CurvePanel, curvePanels, hasCurve } from "./panels.ts";
import { WithoutCurve } from "./without_curve.tsx";

export const TRAINING: Section = {
  id: "training",
  title: "Training",
  style: new URL("training.css", import.meta.url),
  async render(input) {
    if (input.cases.length === 0) return null;
    const dataset = DATASET_LABELS[input.dataset.name].title;
    const panels = curvePanels(input.cases);
    const charts: Chart[] = [];
    for (const panel of panels) {
      const picture = trainingCurves(panel, dataset, false);
      charts.push(await preparePanel(trainingCurves(panel, dataset), picture));
    }
    return (
      <section id="training" aria-labelledby="training-title">
        <h2 id="training-title">Training</h2>
        {panels.length > 0 && <Curves input={input} panels={panels} charts={charts} />}
        <WithoutCurve cases={input.cases.filter((c) => !hasCurve(c))} />
      </section>
    );
  },
};

interface Props {
  readonly input: ReportInput;
  readonly panels: readonly CurvePanel[];
  readonly charts: readonly Chart[];
}

function Curves({ input, panels, charts }: Props) {
  const dataset = DATASET_LABELS[input.dataset.name].title;
  const picks = panels.some(({ entries }) => entries.length > 1);
  return (
    <>
      <p class="lead">
        The validation score of each case after each epoch. Training stops after 3 epochs in a row
        without a better one, or at 200, and goes back to the best. Axes of accuracies are stretched
        towards 100 %.
      </p>
      <div class="notes">
        <ul class="key">
          <li>
            <span aria-hidden="true">●</span> best epoch
          </li>
          <li>
            <span aria-hidden="true">│</span> last epoch
          </li>
          <li class="live">
            Point at a line for its case{picks &&
              "; click an entry of a legend to pick it, elsewhere to see all again"}.
          </li>
        </ul>
      </div>
      <Panels titles={panels.map(({ title }) => title)} charts={charts} />
      <div class="notes">
        <Downloads
          chart={{ ...charts[0]!, spec: stackedCurves(panels, dataset) }}
          file={`latentbench-${input.dataset.name}-training`}
          columns={["case", "epoch", "validation"]}
          rows={panels.flatMap(epochRows)}
        />
      </div>
      <details class="figures">
        <summary>Epochs and validation scores as a table</summary>
        <EpochsTable cases={input.cases} />
      </details>
    </>
  );
}

/** One row an epoch; accuracies with four decimals, losses with three. */
function epochRows({ curves, metric }: CurvePanel) {
  const digits = metric === "accuracy" ? 4 : 3;
  return curves.flatMap((curve) =>
    curve.scores.map((score, index) => ({
      case: curve.case,
      epoch: index + 1,
      validation: rounded(score, digits),
    }))
  );
}

function EpochsTable({ cases }: { cases: readonly CheckedCase[] }) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Case</th>
          <th scope="col" class="number">Seeds</th>
          <th scope="col" class="number">Epochs</th>
          <th scope="col" class="number">Best epoch</th>
          <th scope="col" class="number">Best validation score, range</th>
        </tr>
      </thead>
      <tbody>
        {groupCases(cases.filter(hasCurve)).map(({ configuration, cases: members }) => {
          const results = members.map(({ record }) => (record as OkRecord).result);
          const metric = metricOf(members[0]!.case);
          const scores = results.map(({ validationScore }) => validationScore);
          return (
            <tr key={configuration}>
              <th scope="row">{configuration}</th>
              <td class="number">{formatCount(members.length)}</td>
              <td class="number">{spread(results.map(({ epochs }) => epochs))}</td>
              <td class="number">{spread(results.map(({ bestEpoch }) => bestEpoch))}</td>
              <td class="number">
                {formatScoreSpan(metric, scores)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** `18`, or `14 to 22, median 18`. */
function spread(values: readonly number[]): string {
  const span = formatCountSpan(values);
  return new Set(values).size === 1 ? span : `${span}, median ${medianOf(values)}`;
}
