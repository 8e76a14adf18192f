/**
 * A chart on a page: a static picture for wide and for narrow screens, the compiled spec for the
 * page's script, which replaces them, and the spec to download.
 */
import type { ComponentChildren } from "preact";
import type { Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { JsonScript } from "../parts/json_script.tsx";
import { type Cell, toCsv } from "../text/csv.ts";
import { compileForPage, drawStaticSvg } from "./compile.ts";

/** A chart that is ready to be put on a page. */
export interface Chart {
  readonly spec: TopLevelSpec;
  /** What the page's script draws. */
  readonly compiled: Spec;
  /** Static pictures, as SVG. */
  readonly wide: string;
  readonly narrow: string;
}

export async function prepareChart(spec: TopLevelSpec): Promise<Chart> {
  const compiled = compileForPage(spec);
  return {
    spec,
    compiled,
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
      <JsonScript data={chart.compiled} />
      {children}
    </figure>
  );
}

function Static({ svg, size }: { svg: string; size: "wide" | "narrow" }) {
  return <div class={size} dangerouslySetInnerHTML={{ __html: svg }} />;
}

/** Links that save what a chart shows, as CSV, and its spec, with the data in it. */
export function Downloads<Row extends { readonly [column in keyof Row]: Cell }>(
  { chart, file, columns, rows }: {
    chart: Chart;
    /** Name of the files, without their endings. */
    file: string;
    columns: readonly (keyof Row & string)[];
    rows: readonly Row[];
  },
) {
  return (
    <p class="downloads">
      <Download name={`${file}.csv`} type="text/csv" content={toCsv(columns, rows)}>
        Data (CSV)
      </Download>
      <Download
        name={`${file}.vl.json`}
        type="application/json"
        content={JSON.stringify({ ...chart.spec, width: 720 }, null, 2)}
      >
        Chart (Vega-Lite)
      </Download>
    </p>
  );
}

/** A link that saves `content`: the page holds it, nothing is asked of the network. */
function Download(
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
