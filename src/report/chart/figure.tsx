/**
 * A chart on a page: a static picture for wide and for narrow screens, the compiled spec for the
 * page's script, which replaces them, and the spec to download.
 */
import type { ComponentChildren } from "preact";
import type { Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { FileDownload } from "../parts/file_download.tsx";
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

/**
 * Buttons that save what a chart shows: its data, and the chart as a picture and as a spec. Of several
 * charts beside each other one picture is made.
 */
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
      <FileDownload name={`${file}.csv`} type="text/csv" content={toCsv(columns, rows)}>
        CSV
      </FileDownload>
      <button type="button" data-picture={`${file}.svg`}>SVG</button>
      <button type="button" data-picture={`${file}.png`}>PNG</button>
      <FileDownload
        name={`${file}.vl.json`}
        type="application/json"
        content={JSON.stringify({ ...chart.spec, width: 720 }, null, 2)}
      >
        Vega-Lite
      </FileDownload>
    </p>
  );
}
