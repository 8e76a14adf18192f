/**
 * Vega-Lite spec -> Vega spec -> SVG, at render time, so that pages need not carry the compiler, and
 * show a chart before, and without, their script.
 */
import { type Mark, parse, resetSVGDefIds, type Spec, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { rounded } from "../../figures.ts";
import { withCssColours } from "./colours.ts";
import { CHART_CONFIG } from "./frame.ts";

type Pixels = number;

/** A warning of the compiler is an error: a chart that it had to guess at is not published. */
export function compileChart(spec: TopLevelSpec): Spec {
  return compile(spec, { logger: STRICT_LOGGER }).spec;
}

/** The same in the colours of a page, which follow the reader's scheme. */
export function compileForPage(spec: TopLevelSpec): Spec {
  const compiled = withCssColours(compileChart(spec));
  for (const mark of compiled.marks ?? []) nameMarks(mark);
  return compiled;
}

/** Vega reads the marks of a layer aloud as an image if there is one or none: it needs a text. */
function nameMarks(mark: Mark): void {
  if (mark.type === "group") {
    for (const inner of mark.marks ?? []) nameMarks(inner);
  } else if (mark.aria !== false && mark.name !== undefined) {
    mark.description = mark.name.replace(/_marks$/, "");
  }
}

/** A chart as an SVG. The same spec and width give the same bytes. */
export async function drawStaticSvg(spec: Spec, width: Pixels): Promise<string> {
  resetSVGDefIds();
  const view = new View(parse(ofWidth(spec, width)), { renderer: "none" });
  try {
    return shortened(withoutBlanks(await view.toSVG()));
  } finally {
    view.finalize();
  }
}

/** The spec with its width fixed, where it would ask the page for it: there is none yet. */
function ofWidth(spec: Spec, width: Pixels): Spec {
  const others = (spec.signals ?? []).filter(({ name }) => name !== "width");
  return { ...spec, signals: [{ name: "width", value: width }, ...others] };
}

/** Without the paths around every group of marks that have neither a stroke nor a fill. */
function withoutBlanks(svg: string): string {
  return svg
    .replaceAll(/<path class="foreground" aria-hidden="true" d=""[^>]* display="none"\/>/g, "")
    .replaceAll(
      /<path class="background" aria-hidden="true" d="[^"]*"(?: pointer-events="none")?\/>/g,
      "",
    );
}

/** Attributes that hold places and lengths, in pixels. */
const PLACES = /(?<= (?:d|transform|x1?|x2|y1?|y2|width|height)=")[^"]*/g;

/** With a tenth of a pixel where it is exact to more, and the font of the page. */
function shortened(svg: string): string {
  return svg
    .replaceAll(` font-family="${CHART_CONFIG.font}"`, "")
    .replaceAll(
      PLACES,
      (places) =>
        places.replaceAll(/-?\d+\.\d{2,}(?:e-\d+)?/g, (place) => String(rounded(Number(place), 1))),
    );
}

type Logger = NonNullable<NonNullable<Parameters<typeof compile>[1]>["logger"]>;

function reject(...messages: readonly unknown[]): never {
  throw new Error(`Cannot compile the chart: ${messages.map(String).join(" ")}`);
}

function level(): number;
function level(value: number): Logger;
function level(value?: number): number | Logger {
  return value === undefined ? 0 : STRICT_LOGGER;
}

const STRICT_LOGGER: Logger = {
  level,
  error: reject,
  warn: reject,
  info: () => STRICT_LOGGER,
  debug: () => STRICT_LOGGER,
};
