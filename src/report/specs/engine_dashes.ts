/** How lines tell engines apart: those of the exact engine are whole. */
import { ENGINE_NAMES, type EngineName } from "../../engines/engine_name.ts";

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
