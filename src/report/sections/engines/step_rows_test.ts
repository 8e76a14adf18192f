import assert from "node:assert/strict";
import { plausiblePeerTimes } from "../../testdata/peer_times.ts";
import { fastestRows, referenceOf, stepRows } from "./step_rows.ts";

const TIMES = plausiblePeerTimes();

Deno.test("stepRows() gives medians, and multiples of our native median with as many threads", () => {
  const rows = stepRows(TIMES);
  assert.equal(rows.length, TIMES.timings.length);
  const find = (system: string, threads: number) =>
    rows.find((r) => r.model === "conv" && r.system === system && r.threads === threads)!;
  assert.equal(find("PyTorch", 2).medianMs, 22 * 1.1);
  assert.equal(find("PyTorch", 2).leastMs, 22);
  assert.ok(Math.abs(find("PyTorch", 2).timesOurs! - 2.2) < 1e-12);
  assert.ok(Math.abs(find("PyTorch", 1).timesOurs! - 2) < 1e-12);
  assert.equal(find("Latentbench native", 1).timesOurs, 1);
});

Deno.test("referenceOf() falls back to fewer threads, then to WebAssembly, then to nothing", () => {
  const { timings } = TIMES;
  const asked = { model: "fc", threads: 2 };
  const of = (all: typeof timings) => {
    const found = referenceOf(all, asked);
    return found && [found.system, found.threads];
  };
  assert.deepEqual(of(timings), ["Latentbench native", 2]);
  const fewer = timings.filter((t) => t.system !== "Latentbench native" || t.threads === 1);
  assert.deepEqual(of(fewer), ["Latentbench native", 1]);
  const wasm = timings.filter((t) => t.system !== "Latentbench native");
  assert.deepEqual(of(wasm), ["Latentbench WASM", 2]);
  const others = timings.filter((t) => !t.system.startsWith("Latentbench"));
  assert.equal(of(others), null);
  const rows = stepRows({ ...TIMES, timings: others });
  assert.ok(rows.length > 0 && rows.every(({ timesOurs }) => timesOurs === null));
});

Deno.test("fastestRows() keeps the variant with the lowest median of each system", () => {
  const rows = fastestRows(stepRows(TIMES)).filter(({ model }) => model === "fc");
  assert.equal(rows.length, 8);
  const torch = rows.filter(({ system }) => system === "PyTorch");
  assert.deepEqual(torch.map(({ variant }) => variant), ["compiled", "compiled"]);
});
