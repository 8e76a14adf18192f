/**
 * The section "Engines": what a training step and a case cost on every engine and peer that was
 * measured, and the digests of each, side by side.
 */
import { prepareChart } from "../../chart/figure.tsx";
import type { Section } from "../../section.ts";
import { CaseTimes } from "./case_times.tsx";
import { stepTimes } from "./chart.ts";
import { DigestTables } from "./digests.tsx";
import { fastestRows, stepRows } from "./step_rows.ts";
import { StepTimes } from "./step_times.tsx";

export const ENGINES: Section = {
  id: "engines",
  title: "Engines",
  style: new URL("engines.css", import.meta.url),
  async render(input) {
    const rows = input.peerTimes === null ? [] : stepRows(input.peerTimes);
    const spec = stepTimes(fastestRows(rows));
    const chart = spec === null ? null : await prepareChart(spec);
    return (
      <section id="engines" aria-labelledby="engines-title">
        <h2 id="engines-title">Engines</h2>
        <h3>Time of a training step</h3>
        <StepTimes input={input} rows={rows} chart={chart} />
        <h3>Time of a case</h3>
        <CaseTimes cases={input.cases} />
        <h3>Digests side by side</h3>
        <DigestTables cases={input.cases} />
      </section>
    );
  },
};
