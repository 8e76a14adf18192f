/**
 * The chart "latent plane": every test digit in the plane of two latents, AE beside VAE, as a
 * Vega-Lite spec. The two share one brush and one choice of classes: what is selected in one stands
 * out in the other. The data are not in it: the page's script puts them in, and a saved spec reads
 * the CSV file that lies beside it.
 */
import type { TopLevelSpec } from "vega-lite";
import { fixed } from "../../../figures.ts";
import { MAP_SIDE } from "../../../training/encode.ts";
import { spokenAxis } from "../../chart/axes.ts";
import { DIGIT_COLOURS, PALETTE } from "../../chart/colours.ts";
import { CHART_CONFIG, SCHEMA } from "../../chart/frame.ts";
import { badgePlaces, classesOf, type LatentDigits, type Plane } from "./places.ts";

/** The latents that a digit map covers: half a step beyond its outermost points. */
export const MAP_EDGES = [-2.1, 1.9] as const;

if (MAP_SIDE !== 20) throw new Error("Cannot outline the digit map: its points have moved");

/** The spec, with data from `csv`; null: the data set `digits`, to be filled by the page. */
export function latentPlane(digits: LatentDigits, csv: string | null): TopLevelSpec {
  const classes = classesOf(digits);
  return {
    $schema: SCHEMA,
    description: describe(digits),
    padding: 0,
    config: CHART_CONFIG,
    data: csv === null ? { name: "digits" } : { url: csv, format: { type: "csv" } },
    datasets: { focused: [] },
    params: [
      { name: "classes", value: classes },
      {
        name: "brush",
        select: {
          type: "interval",
          encodings: ["x", "y"],
          zoom: false,
          mark: {
            fill: PALETTE.ink.light,
            fillOpacity: 0.07,
            stroke: PALETTE.muted.light,
            strokeOpacity: 1,
          },
        },
        views: digits.planes.map(({ model }) => `${model}_points`),
      },
    ],
    columns: 2,
    spacing: 24,
    concat: digits.planes.map((plane) => planeView(plane, digits)),
  };
}

function planeView(plane: Plane, digits: LatentDigits) {
  const { model, label, id } = plane;
  const x = axisOf("X", `${model}X`, "First latent", plane.xDomain);
  const y = axisOf("Y", `${model}Y`, "Second latent", plane.yDomain);
  const classes = classesOf(digits);
  const color = {
    field: "digit",
    type: "nominal" as const,
    scale: { domain: classes, range: classes.map((digit) => DIGIT_COLOURS[digit % 10]!) },
    legend: null,
  };
  return {
    name: model,
    title: {
      text: `${label} (${id})`,
      anchor: "start" as const,
      color: PALETTE.ink.light,
      fontSize: 13,
      fontWeight: 600 as const,
      offset: 8,
    },
    width: 400,
    height: 400,
    layer: [
      {
        name: `${model}_points`,
        mark: { type: "circle" as const, size: pointSize(digits.labels.length), aria: false },
        encoding: {
          x,
          y,
          color,
          opacity: {
            condition: { test: { and: [{ param: "brush" }, IN_CLASSES] }, value: 0.75 },
            value: 0.05,
          },
        },
      },
      ...(plane.map ? [mapOutline(x, y)] : []),
      ...labelLayers(plane, digits, x, y, color),
      ...ringLayers(model, x, y),
    ],
  };
}

/** Evaluated where `classes` is the list of classes that are chosen, or of all. */
const IN_CLASSES = "indexof(classes, datum.digit) >= 0";

function axisOf(
  side: "X" | "Y",
  field: string,
  title: string,
  domain: readonly [number, number],
) {
  return {
    field,
    type: "quantitative" as const,
    title,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: {
      description: spokenAxis(side, title, fixed(domain[0], 1), fixed(domain[1], 1)),
      tickCount: 5,
      domain: false,
      ticks: false,
      minExtent: 22,
    },
  };
}

type Axis = ReturnType<typeof axisOf>;

/** Ten thousand digits cover each other less when they are small. */
function pointSize(count: number): number {
  return count > 4000 ? 7 : count > 1000 ? 12 : 24;
}

/** A dashed frame around the part of the plane that the digit map decodes. */
function mapOutline(x: Axis, y: Axis) {
  const [lo, hi] = MAP_EDGES;
  return {
    data: { values: [{ lo, hi }] },
    mark: {
      type: "rect" as const,
      clip: true,
      filled: false,
      stroke: PALETTE.ink.light,
      strokeWidth: 1.25,
      strokeDash: [5, 4],
      aria: false,
    },
    encoding: {
      x: { ...x, field: "lo" },
      x2: { field: "hi" },
      y: { ...y, field: "lo" },
      y2: { field: "hi" },
    },
  };
}

/** Each class by its digit, at (or beside) the median of its places, so that colour never stands alone. */
function labelLayers(plane: Plane, digits: LatentDigits, x: Axis, y: Axis, color: object) {
  const data = { values: badgePlaces(digits, plane) };
  const opacity = { condition: { test: IN_CLASSES, value: 1 }, value: 0.15 };
  const place = { x: { ...x, field: "x" }, y: { ...y, field: "y" } };
  return [
    {
      name: `${plane.model}_badges`,
      data,
      mark: {
        type: "point" as const,
        filled: false,
        fill: PALETTE.surface.light,
        size: 260,
        strokeWidth: 2,
        aria: false,
      },
      encoding: { ...place, color, opacity },
    },
    {
      name: `${plane.model}_labels`,
      data,
      mark: {
        type: "text" as const,
        fontSize: 12,
        fontWeight: 700 as const,
        color: PALETTE.ink.light,
        aria: false,
      },
      encoding: { ...place, text: { field: "digit" }, opacity },
    },
  ];
}

/** A ring around the digit whose picture is shown: `focused` holds its row, or none. */
function ringLayers(model: string, x: Axis, y: Axis) {
  const ring = (name: string, stroke: string, strokeWidth: number) => ({
    name: `${model}_${name}`,
    data: { name: "focused" },
    mark: {
      type: "point" as const,
      size: 170,
      filled: false,
      stroke,
      strokeWidth,
      opacity: 1,
      aria: false,
    },
    encoding: { x, y },
  });
  return [ring("halo", PALETTE.surface.light, 6), ring("ring", PALETTE.ink.light, 2.5)];
}

function describe({ labels, planes }: LatentDigits): string {
  const names = planes.map(({ label }) => label).join(" and ");
  return `${labels.length} test digits in the plane of two latents, of ${names}, coloured by class.`;
}
