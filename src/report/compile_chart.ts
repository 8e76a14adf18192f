/**
 * Vega-Lite spec -> Vega spec, at render time, so that pages need not carry the compiler. A warning
 * of the compiler is an error here: a chart that it had to guess at is not published.
 */
import type { Spec } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { withCssColours } from "./palette.ts";

export function compileChart(spec: TopLevelSpec): Spec {
  return compile(spec, { logger: STRICT_LOGGER }).spec;
}

/** The same in the colours of a page, which follow the reader's scheme. */
export function compileForPage(spec: TopLevelSpec): Spec {
  return withCssColours(compileChart(spec));
}

type Logger = NonNullable<NonNullable<Parameters<typeof compile>[1]>["logger"]>;

function reject(...messages: readonly unknown[]): never {
  throw new Error(`Cannot compile the chart: ${messages.map(String).join(" ")}`);
}

function level(): number;
function level(value: number): Logger;
function level(value?: number): number | Logger {
  return value === undefined ? 0 : STRICT_LOGGER;
}

const STRICT_LOGGER: Logger = {
  level,
  error: reject,
  warn: reject,
  info: () => STRICT_LOGGER,
  debug: () => STRICT_LOGGER,
};
