/** Loads TensorFlow.js from the folder that it was installed in, with one back end in charge. */
import { createRequire } from "node:module";
import type { TfjsEngineName } from "../engine_name.ts";
import { TfjsError } from "./tfjs_error.ts";
import type { TensorFlow, TfjsBackend } from "./tensorflow.ts";

/** The native binding, in the folder of the packages. */
export const BINDING_FILE = "tfjs_binding.node";

/**
 * @param folder with `node_modules`, and for tfjs-node the binding
 * @param threads of libtensorflow, in which they count for the whole process and are set once; the
 *   other back ends have one
 */
export async function loadBackend(
  name: TfjsEngineName,
  folder: string,
  threads: number,
): Promise<TfjsBackend> {
  const require = createRequire(`${folder}/`);
  const tf: TensorFlow = require("@tensorflow/tfjs");
  tf.enableProdMode();
  const tfjs = `tfjs ${tf.version.tfjs}`;
  switch (name) {
    case "tfjs-cpu":
      await tf.setBackend("cpu");
      return { name, tf, description: tfjs, threads: 1 };
    case "tfjs-webgpu": {
      const adapter = await describeAdapter();
      require("@tensorflow/tfjs-backend-webgpu");
      if (!await tf.setBackend("webgpu")) throw new TfjsError("its WebGPU back end did not start");
      return { name, tf, description: `${tfjs}, ${adapter}`, threads: 1 };
    }
    case "tfjs-node": {
      const version = await loadNative(tf, require, threads);
      return { name, tf, description: `libtensorflow ${version}, ${tfjs}`, threads };
    }
    default:
      return name satisfies never;
  }
}

/** What WebGPU would run on. */
async function describeAdapter(): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new TfjsError("there is no WebGPU device here, not even one in software");
  const { description, vendor } = adapter.info;
  return (description || vendor || "unknown device").slice(0, 25);
}

/** Puts libtensorflow in charge; gives its version. */
async function loadNative(
  tf: TensorFlow,
  require: NodeJS.Require,
  threads: number,
): Promise<string> {
  Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  Deno.env.set("TF_NUM_INTRAOP_THREADS", `${threads}`);
  Deno.env.set("TF_NUM_INTEROP_THREADS", `${threads}`);
  // Gone from Node's util, where the package looks for it (github.com/tensorflow/tfjs/pull/8425).
  Object.assign(require("util"), { isNullOrUndefined: (value: unknown) => value == null });
  const binding = require(`./${BINDING_FILE}`);
  require("@tensorflow/tfjs-node/dist/register_all_kernels.js");
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js");
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "tfjs-node"));
  if (!await tf.setBackend("tensorflow")) throw new TfjsError("its native back end did not start");
  return binding.TF_Version;
}
