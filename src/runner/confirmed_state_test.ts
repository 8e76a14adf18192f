import assert from "node:assert/strict";
import type { Checkpoint } from "../store/checkpoint.ts";
import { ConfirmedState } from "./confirmed_state.ts";

/** A checkpoint that is told apart by its seconds. */
function after(seconds: number): Checkpoint {
  const model = { weights: [], firstMoments: [], secondMoments: [] };
  return { state: { curve: [], best: { epoch: 1, score: 0, weights: [] }, model }, seconds };
}

Deno.test("a state is confirmed by the first check that comes after it", async () => {
  const states = new ConfirmedState(after(0));
  let copies = 0;
  const confirm = async (epoch: number, confirmedSteps: number) => {
    const take = await states.confirm(confirmedSteps, () => {
      copies++;
      return Promise.resolve(after(epoch));
    });
    return [(await take?.())?.seconds ?? null, states.last?.seconds];
  };
  // The check of the first step says nothing about the end of epoch 1.
  assert.deepEqual(await confirm(1, 1), [null, 0]);
  assert.deepEqual(await confirm(2, 1), [null, 0]);
  assert.deepEqual(await confirm(3, 2), [1, 1]);
  assert.deepEqual(await confirm(4, 2), [null, 1]);
  assert.deepEqual(await confirm(5, 4), [3, 3]);
  assert.equal(copies, 3);
});

Deno.test("where no device is doubted, every state is what is asked for, and is copied only then", async () => {
  const states = new ConfirmedState();
  let copies = 0;
  const take = await states.confirm(undefined, () => {
    copies++;
    return Promise.resolve(after(1));
  });
  assert.equal(copies, 0);
  assert.equal((await take!()).seconds, 1);
  assert.equal(states.last, null);
});
