// What tensorflow.ts bundles: the published modules leave the gradients out, or cannot be imported.
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
export * from "@tensorflow/tfjs-core";
