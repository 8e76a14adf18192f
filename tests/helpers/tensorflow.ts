/**
 * TensorFlow.js on its cpu backend, with gradients: an independent opinion on whole models.
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import util from "node:util";

export type TensorFlow = typeof import("@tensorflow/tfjs-core");

/** Bundles and imports it: about a second. Starts `deno`. */
export async function importTensorFlow(): Promise<TensorFlow> {
  // Gone from Node's util, where TensorFlow.js looks for it.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null });
  const folder = await Deno.makeTempDir({ prefix: "latentbench-tensorflow-" });
  try {
    const bundle = `${folder}/tensorflow.js`;
    const entry = fileURLToPath(new URL("tensorflow_entry.ts", import.meta.url));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", "--platform", "deno", "-o", bundle, entry],
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
    const tf: TensorFlow = await import(pathToFileURL(bundle).href);
    tf.enableProdMode(); // prints no advertisement
    await tf.setBackend("cpu");
    return tf;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
