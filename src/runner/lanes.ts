/**
 * Which cases run at the same time, and on which device.
 * @module
 */
import { type Case, isEncoder } from "../matrix/case.ts";
import { makespan, type Seconds } from "../matrix/cost.ts";
import type { EngineSource } from "./find_engine.ts";

/** A GPU takes one case at a time, the processor as many as it has lanes. */
export type Device = "gpu" | "processor";

/** Encoders and `conv` keep a GPU busy; a step of `fc` or of a head is over before it would pay. */
export function deviceOf(c: Case, engine: EngineSource): Device {
  return isOnGpu(engine) && (isEncoder(c) || c.model === "conv") ? "gpu" : "processor";
}

/** Whether the engine has a GPU. */
export function isOnGpu(engine: EngineSource): boolean {
  return engine.name === "exact" && engine.gpu !== undefined;
}

/** The engine on one of its devices. */
export function engineOn(device: Device, engine: EngineSource): EngineSource {
  if (device === "gpu" || engine.name !== "exact") return engine;
  const { name, kernels } = engine;
  return { name, kernels };
}

/** Time until all cases are done, with so many lanes on the processor beside the GPU's. */
export function timeOf(
  estimates: readonly { readonly case: Case; readonly seconds: Seconds }[],
  engine: EngineSource,
  lanes: number,
): Seconds {
  const on = (device: Device) =>
    estimates.filter((e) => deviceOf(e.case, engine) === device).map((e) => e.seconds);
  return Math.max(makespan(on("gpu"), 1), makespan(on("processor"), lanes));
}
