/**
 * A chart as an SVG, drawn at render time: what a page shows before, and without, its script. The
 * same spec and width give the same bytes.
 */
import { parse, resetSVGDefIds, type Spec, View } from "vega";

type Pixels = number;

export async function drawStaticSvg(spec: Spec, width: Pixels): Promise<string> {
  resetSVGDefIds();
  const view = new View(parse(ofWidth(spec, width)), { renderer: "none" });
  try {
    return withoutBlanks(await view.toSVG());
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
