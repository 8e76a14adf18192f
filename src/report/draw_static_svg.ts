/**
 * A chart as an SVG, drawn at render time: what a page shows before, and without, its script. The
 * same spec and width give the same bytes.
 */
import { parse, resetSVGDefIds, type Spec, View } from "vega";

type Pixels = number;

export async function drawStaticSvg(spec: Spec, width: Pixels): Promise<string> {
  resetSVGDefIds();
  const view = new View(parse(spec), { renderer: "none" });
  try {
    return await view.width(width).toSVG();
  } finally {
    view.finalize();
  }
}
