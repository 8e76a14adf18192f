import assert from "node:assert/strict";
import { MODELS, samplesOf } from "../../../../tests/helpers/short_steps.ts";
import { DeviceError, type Engine, type Session } from "../../engine.ts";
import { readKernelBytes } from "../kernels.ts";
import { loadExactEngine } from "../load_exact_engine.ts";
import { guarded, STEPS_PER_CHECK } from "./guard.ts";

const PROCESSOR = await loadExactEngine(await readKernelBytes(), null, () => {});
const FC = MODELS.find(({ name }) => name === "fc")!;

/** The processor as a device that answers later; `fault` is told the number of each step, from 1. */
function device(fault: (step: number, session: Session) => Promise<void> | void): Engine {
  return {
    name: "exact",
    open: async (...args) => {
      const session = await PROCESSOR.open(...args);
      let queue: Promise<unknown> = Promise.resolve();
      const later = <T>(run: () => T | Promise<T>): Promise<T> => {
        const answer = queue.then(run);
        queue = answer.catch(() => {});
        return answer;
      };
      let steps = 0;
      return {
        backend: "slow",
        threads: session.threads,
        digests: session.digests,
        step: (...args) => {
          const step = ++steps;
          return later(async () => {
            const loss = session.step(...args);
            await fault(step, session);
            return loss;
          });
        },
        evaluate: (...args) => later(() => session.evaluate(...args)),
        weights: () => later(() => session.weights()),
        setWeights: (weights) => later(() => session.setWeights(weights)),
        state: () => later(() => structuredClone(session.state())),
        setState: (state) => later(() => session.setState(state)),
        close: () => session.close(),
      };
    },
  };
}

/** Steps that are asked for at once; how many of them the guard confirmed. */
async function run(engine: Engine, steps: number): Promise<number> {
  const session = await engine.open(FC, samplesOf(FC), 2);
  try {
    const alone = await PROCESSOR.open(FC, samplesOf(FC), 2);
    const losses = await Promise.all(Array.from(
      { length: steps },
      (_, i) => session.step(Uint32Array.of(i % 7, 8, 9), 1e-3, 1),
    ));
    for (const [i, loss] of losses.entries()) {
      assert.equal(loss, alone.step(Uint32Array.of(i % 7, 8, 9), 1e-3, 1));
    }
    assert.deepEqual(await session.weights(), alone.weights());
    alone.close();
    return session.confirmedSteps!;
  } finally {
    await session.close();
  }
}

Deno.test("the guard confirms the first step and one in 500, and changes no bit", async () => {
  const engine = guarded(device(() => {}), PROCESSOR);
  assert.equal(engine.substitute, PROCESSOR);
  assert.equal(await run(engine, STEPS_PER_CHECK), 1);
  assert.equal(await run(engine, STEPS_PER_CHECK + 1), 2);
});

/** Sets the lowest bit of one number of the state. */
async function flipBit(session: Session, part: "weights" | "secondMoments"): Promise<void> {
  const state = structuredClone(await session.state());
  const { values } = state[part].at(-1)!;
  new Uint32Array(values.buffer, values.byteOffset)[3]! ^= 1;
  await session.setState(state);
}

for (
  const [step, part, what] of [
    [1, "weights", "the weights of dense2/bias"],
    [STEPS_PER_CHECK + 1, "secondMoments", "the second moments of dense2/bias"],
  ] as const
) {
  Deno.test(`the guard sees one bit of ${what} that is wrong after step ${step}`, async () => {
    const faulty = device(async (at, session) => {
      if (at === step) await flipBit(session, part);
    });
    await assert.rejects(run(guarded(faulty, PROCESSOR), STEPS_PER_CHECK + 5), (error: Error) => {
      assert.ok(error instanceof DeviceError);
      assert.equal(
        error.message,
        `step ${step}, in epoch 1, has other bits on the GPU than on the processor: ${what}`,
      );
      return true;
    });
  });
}
