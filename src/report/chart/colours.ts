/**
 * The colours of pages and charts, light and dark. A chart's spec holds the light colours, so that
 * it stands alone; on a page each becomes its CSS variable, and a chart follows the reader's scheme
 * without being drawn again. `series` colours are of models and of nothing else, `size` colours of
 * numbers of latents. Those that meet in one chart are told apart with every kind of colour vision.
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
  series1: { light: "#006eec", dark: "#3d86ff" },
  series2: { light: "#c05300", dark: "#f49434" },
  series3: { light: "#00735a", dark: "#00c491" },
  series4: { light: "#573491", dark: "#c8b6ff" },
  series5: { light: "#ed4c96", dark: "#ffbabb" },
  series6: { light: "#868052", dark: "#ffe387" },
  series7: { light: "#0097a0", dark: "#00788a" },
  series8: { light: "#923033", dark: "#a54f00" },
  series9: { light: "#664c67", dark: "#c08dbc" },
  series10: { light: "#3700f1", dark: "#5755da" },
  size1: { light: "#908a77", dark: "#6b6d72" },
  size2: { light: "#747474", dark: "#858277" },
  size3: { light: "#585e6d", dark: "#a49b74" },
  size4: { light: "#37476d", dark: "#cab865" },
  size5: { light: "#00224e", dark: "#fce73a" },
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

/** Numbers of latents in their order, the most stand out most. */
const SIZE_COLOURS: readonly string[] = [
  PALETTE.size1.light,
  PALETTE.size2.light,
  PALETTE.size3.light,
  PALETTE.size4.light,
  PALETTE.size5.light,
];

/** A colour for each of `count` sizes, spread over those that there are; beyond them they repeat. */
export function sizeColours(count: number): string[] {
  const last = SIZE_COLOURS.length - 1;
  const step = count > 1 ? Math.max(1, last / (count - 1)) : 1;
  return Array.from(
    { length: count },
    (_, index) => SIZE_COLOURS[Math.round(index * step) % SIZE_COLOURS.length]!,
  );
}

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
