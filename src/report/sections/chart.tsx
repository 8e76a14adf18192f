/**
 * A chart on a page: a static picture for wide and for narrow screens, the compiled spec for the
 * page's script, which replaces them, and the spec to download.
 */
import type { ComponentChildren } from "preact";
import type { TopLevelSpec } from "vega-lite";
import { compileChart } from "../compile_chart.ts";
import { drawStaticSvg } from "../draw_static_svg.ts";
import { withCssColours } from "../palette.ts";

/** A chart that is ready to be put on a page. */
export interface Chart {
  readonly spec: TopLevelSpec;
  /** The compiled spec as JSON that can stand inside of a script element. */
  readonly json: string;
  readonly wide: string;
  readonly narrow: string;
}

export async function prepareChart(spec: TopLevelSpec): Promise<Chart> {
  const compiled = withCssColours(compileChart(spec));
  return {
    spec,
    json: JSON.stringify(compiled).replaceAll("<", "\\u003c"),
    wide: await drawStaticSvg(compiled, 960),
    narrow: await drawStaticSvg(compiled, 350),
  };
}

export function ChartFigure(
  { chart, children }: { chart: Chart; children?: ComponentChildren },
) {
  return (
    <figure data-chart>
      <div class="stage" data-stage>
        <Static svg={chart.wide} size="wide" />
        <Static svg={chart.narrow} size="narrow" />
      </div>
      <script type="application/json" dangerouslySetInnerHTML={{ __html: chart.json }} />
      {children}
    </figure>
  );
}

function Static({ svg, size }: { svg: string; size: "wide" | "narrow" }) {
  return <div class={size} dangerouslySetInnerHTML={{ __html: svg }} />;
}

/** A link that saves `content`: the page holds it, nothing is asked of the network. */
export function Download(
  { name, type, content, children }: {
    name: string;
    type: string;
    content: string;
    children: ComponentChildren;
  },
) {
  const href = `data:${type};charset=utf-8,${encodeURIComponent(content.toWellFormed())}`;
  return <a download={name} href={href}>{children}</a>;
}
