import type { Activation, Layer } from "./spec.ts";

/** Two convolutions and a dense layer, from 28x28 pixels to 1,024 values: of `conv` and the encoders. */
export function trunk(activation: Activation): Layer[] {
  return [
    { kind: "conv", name: "conv1", channels: 32, activation },
    { kind: "conv", name: "conv2", channels: 64, activation },
    { kind: "dense", name: "dense1", units: 1024, activation, initialBias: 0 },
  ];
}
