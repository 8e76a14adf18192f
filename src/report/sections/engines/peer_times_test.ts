import assert from "node:assert/strict";
import { plausiblePeerTimes } from "../../testdata/peer_times.ts";
import { parsePeerTimes } from "./peer_times.ts";

const TIMES = plausiblePeerTimes();

Deno.test("parsePeerTimes() takes what bench:peers writes, and leaves out what no report shows", () => {
  const written = { ...TIMES, bars: [{ ours: "x" }], throughput: [], fcRates: null };
  assert.deepEqual(parsePeerTimes(JSON.stringify(written)), TIMES);
});

/** What is wrong, the change, and how the message begins. */
const BROKEN: readonly (readonly [what: string, change: (t: typeof TIMES) => unknown, string])[] = [
  ["of another schema", (t) => ({ ...t, schemaVersion: 1 }), "schemaVersion: "],
  ["without times", ({ timings: _, ...t }) => t, "timings: "],
  ["with a time of 0 ms", (t) => {
    const [first, ...rest] = t.timings;
    return { ...t, timings: [{ ...first, samplesMs: [1, 0] }, ...rest] };
  }, "timings.0.samplesMs.1: "],
  ["with a way without samples", (t) => {
    const [first, second, ...rest] = t.timings;
    return { ...t, timings: [first, { ...second, samplesMs: [] }, ...rest] };
  }, "timings.1.samplesMs: "],
  ["with a time of a model that it does not name", (t) => {
    return { ...t, models: t.models.slice(0, 1) };
  }, "timings.10: the model conv is not among the models"],
  ["with two times of one way", (t) => {
    return { ...t, timings: [...t.timings, t.timings[0]] };
  }, "timings.18: Latentbench native, native-avx512, has two times of fc with 2 threads"],
  ["of a machine without cores", (t) => {
    return { ...t, machine: { ...t.machine, cores: 0 } };
  }, "machine.cores: "],
  ["that are a list", () => [], "whole file: "],
];

for (const [what, change, message] of BROKEN) {
  Deno.test(`parsePeerTimes() refuses times ${what}, and says where`, () => {
    const text = JSON.stringify(change(TIMES));
    assert.throws(() => parsePeerTimes(text), (error: Error) => {
      assert.ok(error instanceof RangeError, `${error}`);
      assert.ok(error.message.startsWith(message), error.message);
      return true;
    });
  });
}

Deno.test("parsePeerTimes() refuses what is cut, and what is empty", () => {
  for (const text of [JSON.stringify(TIMES).slice(0, -5), ""]) {
    assert.throws(() => parsePeerTimes(text), {
      name: "RangeError",
      message: /^it is not JSON \(/,
    });
  }
});
