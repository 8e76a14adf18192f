/** How figures are written on a page. The same value always gives the same text, in every locale. */
import type { Metric } from "../../training/score.ts";

type Fraction = number;
type Seconds = number;

const NO_BREAK_SPACE = "\u00a0";

/** `0.9765` as `97.65 %`, held together by a no-break space. */
export function formatPercent(value: Fraction): string {
  return `${(value * 100).toFixed(2)}${NO_BREAK_SPACE}%`;
}

/** `0.9012` and `0.9131` as `90.12 to 91.31 %`. */
export function formatRange(lo: Fraction, hi: Fraction): string {
  return `${(lo * 100).toFixed(2)} to ${formatPercent(hi)}`;
}

/** A score: an accuracy in percent, a loss with two decimals. */
export function formatScore(metric: Metric, value: number): string {
  return metric === "accuracy" ? formatPercent(value) : value.toFixed(2);
}

/** Two scores: `90.12 to 91.31 %`, or `58.10 to 59.65`. */
export function formatScoreRange(metric: Metric, lo: number, hi: number): string {
  return metric === "accuracy" ? formatRange(lo, hi) : `${lo.toFixed(2)} to ${hi.toFixed(2)}`;
}

/** `8.24` as `8.2 s`, `185` as `3 min 05 s`, `3725` as `1 h 02 min`. */
export function formatSeconds(value: Seconds): string {
  if (value < 59.95) return `${value.toFixed(1)}${NO_BREAK_SPACE}s`;
  const total = Math.round(value);
  const minutes = Math.floor(total / 60);
  const words = minutes < 60
    ? [`${minutes}`, "min", `${total % 60}`.padStart(2, "0"), "s"]
    : [`${Math.floor(minutes / 60)}`, "h", `${minutes % 60}`.padStart(2, "0"), "min"];
  return words.join(NO_BREAK_SPACE);
}

/** `55000` as `55,000`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 case`, `2 cases`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** The first characters of a digest: enough to tell two apart at a glance. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** An ISO 8601 instant to the minute: `2026-03-01 09:30 UTC`. */
export function formatInstant(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, "$1 $2 UTC");
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** With a capital letter and a full stop, as a clause stands alone; `%` stays with its number. */
export function asSentence(clause: string): string {
  const text = (clause.charAt(0).toUpperCase() + clause.slice(1))
    .replaceAll(" %", `${NO_BREAK_SPACE}%`);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
