/**
 * Small charts of a kind, side by side where there is room: each a static picture, drawn once at the
 * width of a column, and the spec that the page's script puts in its place.
 */
import type { TopLevelSpec } from "vega-lite";
import { compileForPage, drawStaticSvg } from "./compile.ts";
import { type Chart, ChartFigure } from "./figure.tsx";

type Pixels = number;

/** What panels look like on a page. */
export const PANELS_STYLE = new URL("panels.css", import.meta.url);

/** A column of two on a wide page. */
const COLUMN: Pixels = 470;

/**
 * A chart that is ready to be put beside others. `picture` is what is drawn before any script runs,
 * where that is less than the chart itself.
 */
export async function preparePanel(spec: TopLevelSpec, picture = spec): Promise<Chart> {
  const compiled = compileForPage(spec);
  const drawn = picture === spec ? compiled : compileForPage(picture);
  return {
    spec,
    compiled,
    wide: await drawStaticSvg(drawn, COLUMN),
    narrow: "",
  };
}

/** Charts in columns, each under its title. */
export function Panels(
  { titles, charts }: { titles: readonly string[]; charts: readonly Chart[] },
) {
  return (
    <div class="panels">
      {charts.map((chart, index) => (
        <section key={titles[index]} class="panel" aria-label={titles[index]}>
          <h3>{titles[index]}</h3>
          <ChartFigure chart={chart} />
        </section>
      ))}
    </div>
  );
}
