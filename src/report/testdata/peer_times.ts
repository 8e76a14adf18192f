/** Times of training steps for tests: two models, four systems, PyTorch in two variants. */
import type { PeerTimes } from "../sections/engines/peer_times.ts";

type Timed = PeerTimes["timings"][number];

/** Least milliseconds with 2 threads and with 1. */
const LEAST:
  readonly (readonly [model: string, system: string, variant: string, number, number])[] = [
    ["fc", "Latentbench native", "native-avx512", 0.1, 0.11],
    ["fc", "Latentbench WASM", "wasm", 0.2, 0.21],
    ["fc", "PyTorch", "eager", 0.6, 0.5],
    ["fc", "PyTorch", "compiled", 0.4, 0.3],
    ["fc", "JAX", "jit", 0.25, 0.26],
    ["conv", "Latentbench native", "native-avx512", 10, 18],
    ["conv", "Latentbench WASM", "wasm", 28, 34],
    ["conv", "PyTorch", "eager", 22, 36],
    ["conv", "JAX", "jit", 50, 76],
  ];

export function plausiblePeerTimes(overrides: Partial<PeerTimes> = {}): PeerTimes {
  return {
    schemaVersion: 2,
    dataset: { name: "strokes", sha256: "d".repeat(64) },
    commit: "c".repeat(40),
    machine: {
      os: "linux",
      arch: "x86_64",
      cpu: "Intel(R) Xeon(R) Processor @ 2.70GHz",
      cores: 2,
    },
    versions: { latentbench: "0.1.0", deno: "2.9.6", v8: "15.0.245.2" },
    peers: {
      "Latentbench native": "native-avx512",
      "Latentbench WASM": "wasm",
      "PyTorch": "2.15.0",
      "JAX": "0.10.2",
    },
    rounds: 3,
    models: [
      { model: "fc", batchSize: 32, stepsPerSample: 160 },
      { model: "conv", batchSize: 32, stepsPerSample: 8 },
    ],
    timings: LEAST.flatMap(([model, system, variant, two, one]): Timed[] => [
      { model, system, variant, threads: 2, samplesMs: samples(two) },
      { model, system, variant, threads: 1, samplesMs: samples(one) },
    ]),
    missing: [],
    ...overrides,
  };
}

/** Three samples: the median is a tenth above the least. */
function samples(least: number): number[] {
  return [least * 1.3, least, least * 1.1];
}
