/** Loads TensorFlow.js from the folder that it was installed in, with one back end in charge. */
import { createRequire } from "node:module";
import type { TfjsEngineName } from "../engine_name.ts";
import { TfjsError } from "./tfjs_error.ts";
import type { TensorFlow, TfjsBackend } from "./tensorflow.ts";

/** The native binding, in the folder of the packages, which machines of several systems may share. */
export const BINDING_FILE = `tfjs_binding-${Deno.build.target}.node`;

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
  const kind = KINDS[name];
  const start = async () => {
    if (!await tf.setBackend(kind)) throw new TfjsError(`its back end ${kind} did not start`);
  };
  const use = () => {
    // Of one that has started it takes effect at once.
    if (tf.getBackend() !== kind) void tf.setBackend(kind);
  };
  switch (name) {
    case "tfjs-cpu":
      await start();
      return { name, tf, use, description: tfjs, threads: 1 };
    case "tfjs-webgpu": {
      const adapter = await describeAdapter();
      require("@tensorflow/tfjs-backend-webgpu");
      await start();
      return { name, tf, use, description: `${tfjs}, ${adapter}`, threads: 1 };
    }
    case "tfjs-node": {
      const version = loadNative(tf, require, threads);
      await start();
      return { name, tf, use, description: `libtensorflow ${version}, ${tfjs}`, threads };
    }
    default:
      return name satisfies never;
  }
}

/** What TensorFlow.js calls them. */
const KINDS: { readonly [name in TfjsEngineName]: string } = {
  "tfjs-node": "tensorflow",
  "tfjs-webgpu": "webgpu",
  "tfjs-cpu": "cpu",
};

/** What WebGPU would run on. */
async function describeAdapter(): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new TfjsError("there is no WebGPU device here, not even one in software");
  const { description, vendor } = adapter.info;
  return (description || vendor || "unknown device").split(" (")[0]!.slice(0, 25);
}

/** Loads libtensorflow; gives its version. */
function loadNative(tf: TensorFlow, require: NodeJS.Require, threads: number): string {
  Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  Deno.env.set("TF_NUM_INTRAOP_THREADS", `${threads}`);
  Deno.env.set("TF_NUM_INTEROP_THREADS", `${threads}`);
  // Gone from Node's util, where the package looks for it (github.com/tensorflow/tfjs/pull/8425).
  Object.assign(require("util"), { isNullOrUndefined: (value: unknown) => value == null });
  const binding = require(`./${BINDING_FILE}`);
  require("@tensorflow/tfjs-node/dist/register_all_kernels.js");
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js");
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "tfjs-node"));
  return binding.TF_Version;
}
