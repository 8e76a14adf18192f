/** Axes: what all have in common, and that of accuracies. */
import { rounded } from "../../figures.ts";

type Fraction = number;

/** The title of a y axis above its labels, written as a line of text. */
export const TITLE_ABOVE = {
  titleAngle: 0,
  titleAlign: "left" as const,
  titleAnchor: "end" as const,
  titleBaseline: "bottom" as const,
  titleX: 0,
  titleY: -12,
};

/** An expression of Vega that labels an axis of counts: `55,000`, on a narrow chart `55k`. */
export const COUNT_LABELS = "width < 560 ? format(datum.value, '~s') : format(datum.value, ',')";

/**
 * What is read aloud of an axis: its ends as its labels write them. Vega would read the ends of the
 * scale, which are padded, and are of what is wrong where the labels are of accuracies.
 */
export function spokenAxis(side: "X" | "Y", title: string, from: string, to: string): string {
  return `${side}-axis titled '${title}', from ${from} to ${to}`;
}

/** Less than one image of ten thousand cannot be told from none, and has no place on the axis. */
export const LEAST_ERROR: Fraction = 1e-4;

/** An expression of Vega that turns a field's accuracy into what is wrong. */
export function errorOf(field: string): string {
  return `max(1 - datum.${field}, ${LEAST_ERROR})`;
}

/** Transforms that put what is wrong beside accuracies: of `mean` it is `meanError`. */
export function errorsOf(...accuracies: readonly string[]) {
  return accuracies.map((field) => ({ calculate: errorOf(field), as: `${field}Error` }));
}

/** Where the axis may begin and end, within each power of ten, and where it may be labelled. */
const ENDS = [1, 1.5, 2, 3, 4, 5, 6, 8];
const LABELLED = [1, 2, 3, 5];

/**
 * Scale and axis that hold these accuracies; there is at least one. The axis is stretched towards
 * 100 %: equal steps are equal ratios of what is wrong, so that 98 and 99 % stand as far apart as 80
 * and 90 %. Charts hold the fraction that is wrong in a field and read its labels as accuracies.
 */
export function accuracyAxis(accuracies: readonly Fraction[], title: string) {
  const errors = accuracies.map((accuracy) => Math.max(1 - accuracy, LEAST_ERROR));
  const ends = steps(ENDS);
  const worst = Math.max(...errors), best = Math.min(...errors);
  const hi = ends.find((end) => end >= worst * 1.02) ?? 1;
  const lo = ends.findLast((end) => end < hi && end <= best / 1.02) ?? LEAST_ERROR / 1.5;
  const inside = (values: readonly number[]) => values.filter((v) => lo <= v && v <= hi);
  const labelled = inside(steps(LABELLED));
  return {
    scale: { type: "log" as const, domain: [lo, hi], reverse: true, nice: false },
    axis: {
      title,
      description: spokenAxis("Y", title, percent(1 - hi), percent(1 - lo)),
      ...TITLE_ABOVE,
      values: labelled.length >= 3 ? labelled : inside(ends),
      labelExpr: "format((1 - datum.value) * 100, '.4~f') + ' %'",
      labelOverlap: "greedy" as const,
      labelSeparation: 6,
      domain: false,
      ticks: false,
    },
  };
}

/** As the axis is labelled: `60 %`, `99.6 %`. */
function percent(accuracy: Fraction): string {
  return `${rounded(accuracy, 2, 2)} %`;
}

/** The multiples in each power of ten from 0.0001 to 1, ascending. */
function steps(multiples: readonly number[]): number[] {
  const all = [-4, -3, -2, -1].flatMap((exponent) =>
    multiples.map((m) => Number(`${m}e${exponent}`))
  );
  return [...all, 1];
}
