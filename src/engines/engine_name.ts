/**
 * What can compute: `exact`, our engine, whose bits repeat, and TensorFlow.js as a second opinion, on
 * libtensorflow, on a GPU, or as plain JavaScript.
 */
export const ENGINE_NAMES = ["exact", "tfjs-node", "tfjs-webgpu", "tfjs-cpu"] as const;

/** One of `ENGINE_NAMES`. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** TensorFlow.js on libtensorflow, on a GPU, or as plain JavaScript. */
export type TfjsEngineName = Exclude<EngineName, "exact">;

/** A name with the engine's behind it, where that is not ours. */
export function withEngine(name: string, engine: EngineName): string {
  return engine === "exact" ? name : `${name} ${engine}`;
}
