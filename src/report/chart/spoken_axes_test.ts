import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import { pairedDifferences } from "../../checks/paired_differences.ts";
import { pairedDifferenceChart } from "../sections/ae_or_vae/chart.ts";
import { stepTimes } from "../sections/engines/chart.ts";
import { fastestRows, stepRows } from "../sections/engines/step_rows.ts";
import { accuracyAgainstLabels } from "../sections/labels/chart.ts";
import { labelsPanels } from "../sections/labels/panels.ts";
import { trainingCurves } from "../sections/training/chart.ts";
import { curvePanels } from "../sections/training/panels.ts";
import { fullMatrixInput } from "../testdata/full_matrix_input.ts";
import { plausiblePeerTimes } from "../testdata/peer_times.ts";
import { compileForPage, drawStaticSvg } from "./compile.ts";

/** What a screen reader says of the axes of a chart. */
async function axesOf(spec: TopLevelSpec): Promise<string[]> {
  const svg = await drawStaticSvg(compileForPage(spec), 700);
  return [...svg.matchAll(/aria-label="([XY]-axis[^"]*)"/g)].map(([, words]) => words!);
}

Deno.test("axes are read aloud as their labels are: accuracies, counts and times with their unit", async () => {
  const { cases } = fullMatrixInput();
  const differences = pairedDifferences(cases).byBoth.filter(({ latents }) => latents === 20);
  const specs = [
    accuracyAgainstLabels(labelsPanels(cases, []), "MNIST")[0]!,
    trainingCurves(curvePanels(cases)[0]!, "MNIST", false),
    pairedDifferenceChart({ title: "All", by: "labels", differences }, "MNIST"),
    stepTimes(fastestRows(stepRows(plausiblePeerTimes())))!,
  ];
  const axes = await Promise.all(specs.map(axesOf));
  assert.match(
    axes[0]![0]!,
    /^X-axis titled 'Labelled training images \(log scale\)', from 100 to 55,000$/,
  );
  assert.match(axes[0]![1]!, /^Y-axis titled 'Test accuracy', from \d\d % to 99\.\d %$/);
  assert.match(axes[1]![1]!, /^Y-axis titled 'Validation accuracy', from \d\d? % to 99\.\d %$/);
  assert.match(axes[2]![1]!, /percentage points', from -\d+\.\d\d pp to \+\d+\.\d\d pp$/);
  assert.match(axes[3]![0]!, /^X-axis titled 'Median time.*', from 0\.\d+ ms to \d+ ms$/);
  for (const words of axes.flat()) assert.doesNotMatch(words, /\d\.\d{4}|\|/);
});
