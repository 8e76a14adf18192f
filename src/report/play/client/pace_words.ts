import type { Started } from "./messages.ts";

const REASONS: { readonly [reason in Started["reason"]]: string } = {
  fast: "This browser runs the fast build.",
  chosen: "The slower build runs, as chosen; the result is the same.",
  unknown: "This browser has no relaxed SIMD, so the slower build runs; the result is the same.",
  wrong:
    "The fast build gives other bits in this browser, so the slower one runs; the result is right.",
};

/** Which build runs and why, and how long training takes; null: not known yet. */
export function paceWords(
  { reason }: Pick<Started, "reason">,
  name: string,
  seconds: number | null,
): string {
  if (seconds === null) return REASONS[reason];
  return `${REASONS[reason]} Training ${name} takes about ${roughly(seconds)} here.`;
}

/** With the accuracy of an estimate. */
function roughly(seconds: number): string {
  if (seconds < 1.5) return "a second";
  if (seconds < 10) return `${Math.round(seconds)} s`;
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
