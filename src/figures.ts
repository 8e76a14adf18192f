/**
 * How figures are written, in the terminal, on the pages and in data: the same value is the same text
 * everywhere. Each is rounded once, from the value as it was computed, and ties go away from zero:
 * 97.665 % is 97.67 %, though the double nearest to 0.97665 lies below it.
 * @module
 */

type Fraction = number;
type Seconds = number;
type Milliseconds = number;

/** What a score is: see `training/score.ts`. */
type Metric = "accuracy" | "loss";

/** What losses and their differences are in. */
const LOSS_UNIT = "nats/digit";

/**
 * `value` times ten to the power of `shift`, with so many decimals. It is rounded as it is written in
 * decimal: as the shortest number that reads back as the same double. What rounds to zero has no sign.
 */
export function fixed(value: number, decimals: number, shift = 0): string {
  if (!Number.isFinite(value)) return String(value);
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const digits = mantissa.replace(/[-.]/g, "");
  // Digits behind the last decimal that is kept.
  const dropped = digits.length - 1 - Number(exponent) - shift - decimals;
  const unit = 10n ** BigInt(Math.abs(dropped));
  const kept = dropped > 0 ? (BigInt(digits) + unit / 2n) / unit : BigInt(digits) * unit;
  const text = String(kept).padStart(decimals + 1, "0");
  const whole = text.slice(0, text.length - decimals);
  const sign = value < 0 && kept > 0n ? "-" : "";
  return sign + (decimals === 0 ? whole : `${whole}.${text.slice(-decimals)}`);
}

/** The same as a number, for data. */
export function rounded(value: number, decimals: number, shift = 0): number {
  return Number(fixed(value, decimals, shift));
}

/** `0.9765` as `97.65 %`. */
export function formatPercent(value: Fraction, decimals = 2): string {
  return `${fixed(value, decimals, 2)} %`;
}

/** A score: `97.65 %`, or `58.84 nats/digit`. */
export function formatScore(metric: Metric, value: number, decimals = 2): string {
  return metric === "accuracy"
    ? formatPercent(value, decimals)
    : `${fixed(value, decimals)} ${LOSS_UNIT}`;
}

/** Two scores: `90.12 to 91.31 %`, or `58.10 to 59.65 nats/digit`. */
export function formatScoreRange(metric: Metric, lo: number, hi: number, decimals = 2): string {
  return joinRange(formatScore(metric, lo, decimals), formatScore(metric, hi, decimals));
}

/** With how many decimals, 2 or more, two scores that differ are also written differently. */
export function decimalsThatTell(metric: Metric, a: number, b: number): number {
  let decimals = 2;
  while (a !== b && formatScore(metric, a, decimals) === formatScore(metric, b, decimals)) {
    decimals++;
  }
  return decimals;
}

/** From the lowest of these scores to the highest; one figure where they are the same. */
export function formatScoreSpan(metric: Metric, scores: readonly number[]): string {
  const [lo, hi] = [Math.min(...scores), Math.max(...scores)];
  return lo === hi ? formatScore(metric, lo) : formatScoreRange(metric, lo, hi);
}

/** The units of differences of scores in words. */
export const DIFFERENCE_UNIT = { accuracy: "percentage points", loss: "nats per digit" } as const;

/** A difference of scores in its unit: of accuracies 0.01 is 1 percentage point. */
export function inUnit(metric: Metric, difference: number): number {
  return metric === "accuracy" ? rounded(difference, 12, 2) : difference;
}

/** A difference of scores with its sign: `+0.12 pp`, `-0.0312 nats/digit`, `0.00 pp`. */
export function formatDifference(
  metric: Metric,
  difference: number,
  decimals = metric === "accuracy" ? 2 : 4,
): string {
  const digits = fixed(difference, decimals, metric === "accuracy" ? 2 : 0);
  const sign = Number(digits) > 0 ? "+" : "";
  return `${sign}${digits} ${metric === "accuracy" ? "pp" : LOSS_UNIT}`;
}

/** Two differences: `-0.05 to +0.59 pp`. */
export function formatDifferenceRange(metric: Metric, lo: number, hi: number): string {
  return joinRange(formatDifference(metric, lo), formatDifference(metric, hi));
}

/** Two figures with the same unit, which is said once. */
function joinRange(lo: string, hi: string): string {
  return `${lo.split(" ")[0]} to ${hi}`;
}

/** A loss while a model trains, which may be small: `0.1235 nats/digit`. */
export function formatLoss(value: number): string {
  return `${fixed(value, 4)} ${LOSS_UNIT}`;
}

/** A mean squared error per pixel, of pixels from 0 to 1: `0.0059`. */
export function formatError(value: number): string {
  return fixed(value, 4);
}

/** `8.2 s`, `12 s`, `3 min 20 s`, `4 h 4 min`. */
export function formatDuration(value: Seconds): string {
  const tenths = fixed(value, 1);
  if (Number(tenths) < 10) return `${tenths} s`;
  const seconds = rounded(value, 0);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = rounded(value / 60, 0);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `0.102 ms`, `11.0 ms`, `279 ms`, `2,513 ms`. */
export function formatMilliseconds(value: Milliseconds): string {
  return `${threeFigures(value)} ms`;
}

/** A ratio with three figures, and at most two decimals: `0.87`, `2.44`, `14.2`. */
export function formatRatio(ratio: number): string {
  return threeFigures(ratio, 2);
}

/** Three figures, or more where there are more before the point: `0.102`, `11.0`, `2,513`. */
export function threeFigures(value: number, mostDecimals = 3): string {
  return significant(value, 3, mostDecimals);
}

/** So many figures, or more where there are more before the point: four of 0.61 are `0.6100`. */
export function significant(value: number, figures: number, mostDecimals = Infinity): string {
  const exponent = Number(value.toExponential(figures - 1).split("e")[1]);
  const decimals = Math.min(figures - 1 - exponent, mostDecimals);
  return decimals > 0 ? fixed(value, decimals) : formatCount(rounded(value, 0));
}

/** `52 kB`, `0.3 MB`, `33 MB`, `1.6 GB`. */
export function formatBytes(bytes: number): string {
  const kilobytes = rounded(bytes / 1e3, 0);
  if (kilobytes < 100) return `${kilobytes} kB`;
  const giga = rounded(bytes / 1e6, 0) >= 1000;
  const value = bytes / (giga ? 1e9 : 1e6);
  const tenths = fixed(value, 1);
  return `${Number(tenths) < 10 ? tenths : fixed(value, 0)} ${giga ? "GB" : "MB"}`;
}

/** A small ratio by its order of magnitude: `4.5e-4`. */
export function formatExponent(value: number): string {
  return value.toExponential(1);
}

/** A p-value with three decimals, `p = 0.012`, or `p < 0.001` when those would be zeros. */
export function formatP(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${fixed(p, 3)}`;
}

/** `55000` as `55,000`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** From the lowest of these counts to the highest: `14 to 22`; one figure where they are the same. */
export function formatCountSpan(counts: readonly number[]): string {
  const [lo, hi] = [Math.min(...counts), Math.max(...counts)];
  return lo === hi ? formatCount(lo) : `${formatCount(lo)} to ${formatCount(hi)}`;
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

/** The time of day of an ISO 8601 instant, and its date: `21:43:12 UTC on 2026-03-01`. */
export function formatTimeOfDay(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d).*$/, "$2 UTC on $1");
}

/** How long something will take, no finer than it can be known: `less than a minute`, `about 12 min`. */
export function formatEstimate(value: Seconds): string {
  if (value < 60) return "less than a minute";
  const minutes = rounded(value / 60, 0);
  return `about ${minutes < 60 ? `${minutes} min` : formatDuration(60 * minutes)}`;
}
