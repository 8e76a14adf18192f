import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import type { EngineSource } from "./find_engine.ts";
import { deviceOf, engineOn, timeOf } from "./lanes.ts";

const PROCESSOR: EngineSource = { name: "exact", kernels: { build: "wasm" } };
const GPU: EngineSource = { ...PROCESSOR, gpu: "hybrid" };
const TFJS: EngineSource = { name: "tfjs-cpu", folder: "there" };

Deno.test("encoders and conv run on the GPU, if there is one; fc and heads beside it", () => {
  const names = ["vae20#0", "ae20+5000#0", "conv@55000#0", "fc@55000#0", "vae20@2000#0"];
  const devices = (engine: EngineSource) => names.map((name) => deviceOf(caseOf(name), engine));
  assert.deepEqual(devices(GPU), ["gpu", "gpu", "gpu", "processor", "processor"]);
  for (const engine of [PROCESSOR, TFJS]) {
    assert.deepEqual(new Set(devices(engine)), new Set(["processor"]));
  }
});

Deno.test("engineOn() takes the GPU away for a lane of the processor", () => {
  assert.deepEqual(engineOn("gpu", GPU), GPU);
  assert.deepEqual(engineOn("processor", GPU), PROCESSOR);
  assert.deepEqual(engineOn("processor", TFJS), TFJS);
});

Deno.test("the GPU and the processor work at the same time", () => {
  const estimates = [["vae20#0", 50], ["conv@250#0", 20], ["fc@250#0", 40], ["fc@500#0", 40]]
    .map(([name, seconds]) => ({ case: caseOf(name as string), seconds: seconds as number }));
  assert.equal(timeOf(estimates, GPU, 2), 70);
  assert.equal(timeOf(estimates, GPU, 1), 80);
  assert.equal(timeOf(estimates, PROCESSOR, 1), 150);
  assert.equal(timeOf([], GPU, 2), 0);
});
