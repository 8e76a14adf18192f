/**
 * The colours of pages and charts, light and dark. A chart's spec holds the light colours, so that
 * it stands alone; on a page each becomes its CSS variable, and a chart follows the reader's scheme
 * without being drawn again. The series colours differ in lightness as well as in hue.
 */
import { ENGINE_NAMES, type EngineName } from "../../engines/engine_name.ts";
import type { ModelName } from "../../matrix/models.ts";

interface Shade {
  readonly light: string;
  readonly dark: string;
}

export const PALETTE = {
  surface: { light: "#fdfdfc", dark: "#131519" },
  raised: { light: "#f4f4f1", dark: "#1c1f25" },
  ink: { light: "#191c20", dark: "#e9ebee" },
  muted: { light: "#59616b", dark: "#a0a8b3" },
  axis: { light: "#8c939c", dark: "#6d7682" },
  line: { light: "#e2e4e3", dark: "#2d323a" },
  link: { light: "#1a5fa8", dark: "#7cb8f5" },
  good: { light: "#17733d", dark: "#5fcb8c" },
  bad: { light: "#b4231b", dark: "#ff8b80" },
  open: { light: "#855300", dark: "#f0b64c" },
  plain: { light: "#4d5763", dark: "#b3bbc5" },
  series1: { light: "#1f6fb5", dark: "#64aff1" },
  series2: { light: "#c65a10", dark: "#f49d56" },
  series3: { light: "#0a7d66", dark: "#45c9a9" },
  series4: { light: "#7a49b3", dark: "#ba97f2" },
  series5: { light: "#98386a", dark: "#ea8cb9" },
  series6: { light: "#6a6400", dark: "#cdc344" },
  series7: { light: "#0d0d8d", dark: "#ab03f9" },
  series8: { light: "#4d1e0b", dark: "#14801d" },
  series9: { light: "#d848fc", dark: "#fc0060" },
  series10: { light: "#3c00f0", dark: "#7860a8" },
  digit0: { light: "#855a02", dark: "#49729f" },
  digit1: { light: "#420f44", dark: "#75f7fe" },
  digit2: { light: "#c16989", dark: "#25a87b" },
  digit3: { light: "#91144c", dark: "#942ee6" },
  digit4: { light: "#1b3200", dark: "#a3472a" },
  digit5: { light: "#1e9cd0", dark: "#e3fc7b" },
  digit6: { light: "#a048f1", dark: "#ccaee2" },
  digit7: { light: "#3c5b8d", dark: "#e862fe" },
  digit8: { light: "#1a01b0", dark: "#ff4c1c" },
  digit9: { light: "#789b0e", dark: "#55de06" },
} as const satisfies { readonly [name: string]: Shade };

export const SERIES_COLOURS: readonly string[] = [
  PALETTE.series1.light,
  PALETTE.series2.light,
  PALETTE.series3.light,
  PALETTE.series4.light,
  PALETTE.series5.light,
  PALETTE.series6.light,
];

/** The colours of the digit classes, which are also told apart by labels. */
export const DIGIT_COLOURS: readonly string[] = [
  PALETTE.digit0.light,
  PALETTE.digit1.light,
  PALETTE.digit2.light,
  PALETTE.digit3.light,
  PALETTE.digit4.light,
  PALETTE.digit5.light,
  PALETTE.digit6.light,
  PALETTE.digit7.light,
  PALETTE.digit8.light,
  PALETTE.digit9.light,
];

/** The colour of each model, the same in every chart. */
export const MODEL_COLOURS: { readonly [model in ModelName]: string } = {
  "fc": PALETTE.series1.light,
  "conv": PALETTE.series2.light,
  "ae": PALETTE.series3.light,
  "vae": PALETTE.series4.light,
  "lae": PALETTE.series7.light,
  "mild-vae": PALETTE.series9.light,
  "strict-vae": PALETTE.series10.light,
  "wide-ae": PALETTE.series6.light,
  "wide-vae": PALETTE.series5.light,
  "wide-lae": PALETTE.series8.light,
};

/** The colour of each row's `model`, the same in every chart; null: the page has a key of its own. */
export function modelColours<Legend extends object>(
  models: readonly ModelName[],
  legend: Legend | null,
) {
  return {
    field: "model",
    type: "nominal" as const,
    title: null,
    scale: { domain: [...models], range: models.map((model) => MODEL_COLOURS[model]) },
    legend: legend && { ...legend, symbolType: "circle", symbolOpacity: 1 },
  };
}

/** How lines tell engines apart: those of the exact engine are whole. */
const DASHES: { readonly [engine in EngineName]: readonly number[] } = {
  "exact": [1, 0],
  "tfjs-node": [6, 3],
  "tfjs-webgpu": [2, 2],
  "tfjs-cpu": [8, 2, 2, 2],
};

/** The dash of a line, by the field `engine`; nothing where there is but the exact one. */
export function engineDash(rows: Iterable<{ readonly engine: EngineName }>) {
  if ([...rows].every(({ engine }) => engine === "exact")) return {};
  const range = ENGINE_NAMES.map((name) => [...DASHES[name]]);
  const scale = { domain: [...ENGINE_NAMES], range };
  return { strokeDash: { field: "engine", type: "nominal" as const, scale, legend: null } };
}

const VARIABLES: ReadonlyMap<unknown, string> = new Map(
  Object.entries(PALETTE).map(([name, shade]) => [shade.light, `var(--${name})`]),
);

/** The palette as CSS custom properties of one scheme. */
export function cssVariables(scheme: keyof Shade): string {
  return Object.entries(PALETTE).map(([name, shade]) => `--${name}:${shade[scheme]}`).join(";");
}

/** A copy of plain data in which every colour of the palette is its CSS variable. */
export function withCssColours<T>(data: T): T {
  return JSON.parse(
    JSON.stringify(data, (_key, value: unknown) => VARIABLES.get(value) ?? value),
  ) as T;
}

/** A colour of the palette as a page writes it. */
export function cssColour(light: string): string {
  return VARIABLES.get(light) ?? light;
}
