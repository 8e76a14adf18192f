/**
 * The test digits as the latent plane's script knows them: rows read from the CSV file that the page
 * offers to download, which of them are selected, which is nearest, and how they are said in words.
 */
import { fixed, formatCount } from "../../../figures.ts";

/** A digit's class (`digit`), its place in the test set, and its latents, such as `aeX`, by column. */
export interface Digit {
  readonly digit: number;
  readonly index: number;
  readonly [column: string]: number;
}

/** Ranges of columns, as a brush gives them; empty where nothing is brushed. */
export interface Brush {
  readonly [column: string]: readonly number[];
}

/** Reads the rows of a CSV file of numbers. */
export function readDigits(text: string): Digit[] {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const columns = head.split(",");
  return lines.map((line, index) => {
    const row: { digit: number; index: number; [column: string]: number } = { digit: NaN, index };
    line.split(",").forEach((cell, i) => row[columns[i]!] = Number(cell));
    return row;
  });
}

/** Whether a digit lies in the brush and is of one of the classes. */
export function isSelected(row: Digit, brush: Brush, classes: readonly number[]): boolean {
  return classes.includes(row.digit) &&
    Object.entries(brush).every(([column, [a = 0, b = 0]]) =>
      row[column]! >= Math.min(a, b) && row[column]! <= Math.max(a, b)
    );
}

/** `All 10,000 digits are shown.`, or `1,204 of 10,000 digits selected; by class, 3: 980, 5: 224.` */
export function describeSelection(selected: readonly Digit[], total: number): string {
  if (selected.length === total) return `All ${formatCount(total)} digits are shown.`;
  const counts = [...Map.groupBy(selected, ({ digit }) => digit)]
    .map(([digit, members]) => ({ digit, count: members.length }))
    .sort((a, b) => b.count - a.count || a.digit - b.digit);
  const classes = counts.map(({ digit, count }) => `${digit}: ${formatCount(count)}`).join(", ");
  return `${formatCount(selected.length)} of ${formatCount(total)} digits selected${
    classes && `; by class, ${classes}`
  }.`;
}

/** `digit 7, AE at (0.31, -1.20), VAE at (1.10, 0.52)`. */
export function describeDigit(row: Digit, models: readonly string[]): string {
  return [`digit ${row.digit}`, ...models.map((m) => `${m.toUpperCase()} at ${placeOf(row, m)}`)]
    .join(", ");
}

/** `(0.31, -1.20)`. */
export function placeOf(row: Digit, model: string): string {
  return `(${fixed(row[`${model}X`]!, 2)}, ${fixed(row[`${model}Y`]!, 2)})`;
}

/** The digit whose place, as `project` gives it, is nearest to a point, and within `reach` of it. */
export function nearest(
  digits: readonly Digit[],
  project: (row: Digit) => readonly [x: number, y: number],
  [x, y]: readonly [x: number, y: number],
  reach: number,
): Digit | null {
  let best: Digit | null = null;
  let least = reach;
  for (const row of digits) {
    const [px, py] = project(row);
    const distance = Math.hypot(px - x, py - y);
    if (distance > least) continue;
    least = distance;
    best = row;
  }
  return best;
}

/**
 * The digit that a key leads to from `from` (null: none yet): the next or previous one by left and
 * right, the first of the next or previous class by down and up, the ends by Home and End. Digits
 * come sorted by class. Null where the key leads nowhere.
 */
export function stepByKey(
  digits: readonly Digit[],
  from: Digit | null,
  key: string,
): Digit | null {
  const last = digits.length - 1;
  const at = from === null ? -1 : digits.findIndex(({ index }) => index === from.index);
  const classStarts = [...digits.keys()].filter((i) => digits[i]!.digit !== digits[i - 1]?.digit);
  switch (key) {
    case "ArrowRight":
      return digits[Math.min(at + 1, last)] ?? null;
    case "ArrowLeft":
      return digits[at < 0 ? last : Math.max(at - 1, 0)] ?? null;
    case "ArrowDown":
      return digits[classStarts.find((i) => i > at) ?? Math.max(at, 0)] ?? null;
    case "ArrowUp":
      return digits[classStarts.findLast((i) => i < at) ?? (at < 0 ? last : at)] ?? null;
    case "Home":
      return digits[0] ?? null;
    case "End":
      return digits[last] ?? null;
    default:
      return null;
  }
}
