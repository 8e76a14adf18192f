import type { Started, Trainer } from "./messages.ts";

const REASONS: { readonly [reason in Started["reason"]]: string } = {
  fast: "This browser runs the fast build of WebAssembly.",
  chosen: "The slower build of WebAssembly runs, as chosen; the result is the same.",
  unknown:
    "This browser has no relaxed SIMD, so the slower build of WebAssembly runs; the result is the same.",
  wrong:
    "The fast build of WebAssembly has other bits in this browser, so the slower one runs; the result is right.",
};

/** What trains a case and why, and how long it takes; null: not known yet. */
export function paceWords(
  { reason }: Pick<Started, "reason">,
  { gpu, reason: noGpu }: Trainer,
  name: string,
  seconds: number | null,
): string {
  return [
    gpu ? `The GPU trains this case: ${gpu.description}.` : REASONS[reason],
    ...noGpu === null ? [] : [`The GPU is not used: ${noGpu}.`],
    ...seconds === null ? [] : [`Training ${name} takes about ${roughly(seconds)} here.`],
  ].join(" ");
}

/** With the accuracy of an estimate. */
function roughly(seconds: number): string {
  if (seconds < 1.5) return "a second";
  if (seconds < 10) return `${Math.round(seconds)} s`;
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
