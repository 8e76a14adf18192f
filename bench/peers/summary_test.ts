import assert from "node:assert/strict";
import {
  barLines,
  bars,
  OURS,
  reference,
  table,
  throughputBars,
  throughputLines,
  throughputTable,
  type Timing,
  timingTable,
} from "./summary.ts";

function timing(system: string, threads: number, samples: number[], variant = "v"): Timing {
  return { model: "conv", system, variant, threads, samples };
}

const TIMINGS: Timing[] = [
  timing(OURS.native, 1, [10, 12, 11]),
  timing(OURS.wasm, 1, [20, 22, 24]),
  timing("PyTorch", 2, [40, 44, 66], "eager"),
  timing("PyTorch", 2, [30, 33, 90], "compiled"),
  timing("TensorFlow", 2, [29, 34, 35], "graph"),
  timing("PyTorch", 1, [55, 55, 55], "eager"),
];

Deno.test("reference() is our native code with as many threads, else with fewer, else WASM", () => {
  const two = timing(OURS.native, 2, [6]);
  assert.equal(reference([...TIMINGS, two], "conv", 2), two);
  assert.equal(reference([...TIMINGS, two], "conv", 1), TIMINGS[0]);
  assert.equal(reference(TIMINGS, "conv", 2), TIMINGS[0]);
  assert.equal(reference(TIMINGS.slice(1), "conv", 2), TIMINGS[1]);
  assert.equal(reference(TIMINGS, "fc", 2), null);
  assert.equal(reference(TIMINGS.slice(2), "conv", 2), null);
});

Deno.test("bars() takes the peer whose median is least, whatever its minimum", () => {
  const all = bars(TIMINGS);
  const find = (ours: string, against: string, threads: number) =>
    all.find((bar) => bar.ours === ours && bar.against === against && bar.threads === threads)
      ?.models;
  assert.deepEqual(find(OURS.native, "the fastest peer", 2), [
    { model: "conv", ratio: 3, ourThreads: 1, peer: "PyTorch, compiled" },
  ]);
  assert.deepEqual(find(OURS.wasm, "PyTorch", 1), [
    { model: "conv", ratio: 2.5, ourThreads: 1, peer: "PyTorch, eager" },
  ]);
  assert.equal(all.length, 8);
  assert.deepEqual(bars(TIMINGS.slice(0, 2)), []);
});

Deno.test("bars() does not count our other backend as a peer", () => {
  const wasmIsFaster = [timing(OURS.native, 1, [10]), timing(OURS.wasm, 1, [1])];
  const all = bars([...wasmIsFaster, timing("JAX", 1, [30])]);
  assert.equal(all.find(({ ours }) => ours === OURS.native)!.models[0]!.ratio, 3);
});

Deno.test("barLines() says with how many threads we ran where they are fewer", () => {
  const lines = barLines(bars(TIMINGS));
  assert.equal(
    lines[0],
    "Latentbench native against the fastest peer, 2 threads: " +
      "conv 3.00 (PyTorch, compiled, ours with 1 thread)",
  );
  assert.equal(
    lines[1],
    "Latentbench native against the fastest peer, 1 thread: conv 5.00 (PyTorch, eager)",
  );
});

Deno.test("table() pads text to the right and numbers to the left", () => {
  assert.equal(table([["a", "bb", "c"], ["aaa", "b", "100"]], 2), "a    bb    c\naaa  b   100");
});

Deno.test("timingTable() quotes minimum, median, and how many times ours they are", () => {
  const lines = timingTable(TIMINGS).split("\n");
  const cells = (line: string) => line.split(/\s{2,}/);
  assert.equal(lines.length, 1 + TIMINGS.length);
  assert.deepEqual(cells(lines[4]!), [
    ..."conv,2,PyTorch,compiled,30.0,33.0,3.00,3.00".split(","),
  ]);
  assert.deepEqual(cells(lines[1]!).slice(-2), ["1.00", "1.00"]);
  const alone = timingTable([timing("JAX", 1, [0.2814])]).split("\n")[1]!;
  assert.deepEqual(cells(alone), ["conv", "1", "JAX", "v", "0.281", "0.281", "-", "-"]);
});

Deno.test("throughputBars() compares steps a second with the best peer's", () => {
  const pairs = [
    { model: "ae", system: OURS.native, variant: "native-avx2", stepsPerSecond: [40, 44, 42] },
    { model: "ae", system: OURS.wasm, variant: "wasm", stepsPerSecond: [14] },
    { model: "ae", system: "JAX", variant: "jit", stepsPerSecond: [7, 7, 90] },
    { model: "ae", system: "TensorFlow", variant: "graph", stepsPerSecond: [21, 20, 22] },
    { model: "fc", system: OURS.wasm, variant: "wasm", stepsPerSecond: [9000] },
  ];
  assert.deepEqual(throughputBars(pairs).map(({ ours, ratio, peer }) => [ours, ratio, peer]), [
    [OURS.native, 2, "TensorFlow, graph"],
    [OURS.wasm, 14 / 21, "TensorFlow, graph"],
  ]);
  assert.deepEqual(throughputLines(throughputBars(pairs)), [
    "Latentbench native against the fastest peer, two processes of 1 thread: " +
    "ae 2.00 (TensorFlow, graph)",
    "Latentbench WASM against the fastest peer, two processes of 1 thread: " +
    "ae 0.67 (TensorFlow, graph)",
  ]);
  assert.match(throughputTable(pairs).split("\n")[1]!, /^ae\s+Latentbench native.* 42\.0\s+44\.0$/);
});
