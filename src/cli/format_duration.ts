import type { Seconds } from "../matrix/cost.ts";

/** A duration that people can read: 0.4 s, 12 s, 3 min 20 s, 5 h 7 min. */
export function formatDuration(value: Seconds): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}
