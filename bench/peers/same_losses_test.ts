import assert from "node:assert/strict";
import { drawStrokes } from "../../src/data/strokes.ts";
import { loadExactEngine } from "../../src/engines/exact/load_exact_engine.ts";
import { readKernelBytes } from "../../src/engines/exact/kernels.ts";
import type { Engine, Session } from "../../src/engines/engine.ts";
import { COMPARED, compareLosses, expectedLosses, withTolerances } from "./same_losses.ts";
import { workload } from "./workload.ts";

Deno.test("withTolerances() allows a multiple of what disturbed runs are away", () => {
  const { losses, tolerances } = withTolerances([2, 1], [[2, 1.0001], [2, 0.9998]]);
  assert.deepEqual(losses, [2, 1]);
  assert.ok(tolerances[0]! > 0 && tolerances[0]! < 2e-5, `${tolerances[0]}`);
  assert.ok(Math.abs(tolerances[1]! - 8 * 0.0002) < 2e-5, `${tolerances[1]}`);
});

Deno.test("withTolerances() stops where roundings would hide a difference", () => {
  const disturbed = [[2, 2, 1.99, 2]];
  assert.equal(withTolerances([2, 2, 2, 2], disturbed).tolerances.length, 2);
  assert.throws(
    () => withTolerances([2, 2], [[2, 1.9]]),
    /^OtherStepsError: Cannot compare losses/,
  );
});

Deno.test("compareLosses() throws where a loss is too far away, missing or no number", () => {
  const expected = { losses: [2, 1, 5], tolerances: [0.01, 0.1] };
  compareLosses("a peer", [2.005, 0.95, 77], expected);
  for (const losses of [[2.02, 1], [2, 1.2], [2], [NaN, 1], [2, Infinity]]) {
    assert.throws(
      () => compareLosses("a peer", losses, expected),
      /^OtherStepsError: Cannot compare times: the loss of step [12] is [12] here and \S+ in a peer, /,
    );
  }
});

/** The engine's session, but a wrong step: with what tells one from the other. */
function broken(engine: Engine, step: (session: Session) => Session["step"]): Engine {
  return {
    name: "exact",
    open: async (spec, splits, seed) => {
      const session = await engine.open(spec, splits, seed);
      return new Proxy(session, {
        get: (target, key) => {
          if (key === "step") return step(target);
          const value = Reflect.get(target, key);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

Deno.test("the losses of fc tell a wrong rate, batch and order from roundings", async () => {
  const train = drawStrokes().train;
  const splits = { train, validation: train, test: train };
  const work = workload("fc", { name: "strokes", sha256: "", splits });
  const engine = await loadExactEngine(await readKernelBytes(), null, () => {});
  const expected = await expectedLosses(engine, work);
  assert.equal(expected.tolerances.length, COMPARED);
  compareLosses("ours", (await expectedLosses(engine, work)).losses, expected);
  const wrong: { [name: string]: (session: Session) => Session["step"] } = {
    "a rate 0.1 % too high": (session) => (indices, rate, epoch) =>
      session.step(indices, rate * 1.001, epoch),
    "no correction of the bias": (session) => (indices, _, epoch) =>
      session.step(indices, 1e-3, epoch),
    "a batch without its last sample": (session) => (indices, rate, epoch) =>
      session.step(indices.subarray(0, -1), rate, epoch),
  };
  for (const [name, step] of Object.entries(wrong)) {
    const { losses } = await expectedLosses(broken(engine, step), work);
    assert.throws(() => compareLosses(name, losses, expected), /Cannot compare times/, name);
  }
});
