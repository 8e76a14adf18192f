import assert from "node:assert/strict";
import { GOLDEN_STEPS, MODELS, samplesOf } from "../../tests/helpers/short_steps.ts";
import { ExactEngine } from "../engines/exact/exact_engine.ts";
import { compileKernels, readKernelBytes } from "../engines/exact/kernels.ts";
import { AdamRate } from "../training/adam_rate.ts";
import { digestOfOutputs, digestOfWeights } from "../training/digests.ts";
import { MovableSession } from "./movable_session.ts";

const KERNELS = (await compileKernels("wasm", await readKernelBytes()))!;

for (const name of ["fc", "conv", "vae"]) {
  Deno.test(`a session of ${name} goes on with other threads to the same bits`, async () => {
    const spec = MODELS.find((model) => model.name === name)!;
    const engine = (threads: number) => new ExactEngine(KERNELS, threads, 0);
    const session = await MovableSession.open(engine(1), spec, samplesOf(spec), 2);
    const rate = new AdamRate();
    const threads: number[] = [];
    for (let step = 0; step < 3; step++) {
      await session.step(Uint32Array.from({ length: 7 }, (_, i) => step * 7 + i), rate.next(), 1);
      threads.push(session.threads);
      await session.moveTo(engine([2, 3, 1][step]!));
    }
    const { outputs } = await session.evaluate("test", 5, 1);
    assert.deepEqual(threads, [1, 2, 3]);
    assert.deepEqual(
      [await digestOfWeights(await session.weights()), await digestOfOutputs(outputs)],
      GOLDEN_STEPS[name],
    );
    await session.close();
  });
}
