import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { type Case, formatCase } from "../matrix/case.ts";
import { CaseQueue } from "./case_queue.ts";

function queueOf(...names: readonly string[]): CaseQueue {
  return new CaseQueue(names.map(caseOf));
}

/** What a call of take() gave by now: a name, null at the end, "waits" while it waits. */
function watch(taking: Promise<Case | null>): { readonly now: () => Promise<string | null> } {
  let taken: string | null = "waits";
  taking.then((c) => taken = c && formatCase(c));
  return {
    now: async () => {
      await new Promise((resolve) => setTimeout(resolve));
      return taken;
    },
  };
}

async function takeNow(queue: CaseQueue): Promise<string | null> {
  return await watch(queue.take()).now();
}

Deno.test("CaseQueue gives cases without a dependency in their order, to all who ask, then null", async () => {
  const queue = queueOf("fc@250", "conv@250", "ae2");
  assert.equal(await takeNow(queue), "fc@250#0");
  assert.equal(await takeNow(queue), "conv@250#0");
  assert.equal(await takeNow(queue), "ae2#0");
  assert.equal(await takeNow(queue), null);
  assert.equal(await takeNow(queue), null);
  assert.equal(await takeNow(queueOf()), null);
});

Deno.test("CaseQueue passes over heads whose encoder waits, though they come first", async () => {
  const queue = queueOf("vae2@250", "wide-vae2@250", "fc@250", "vae2");
  assert.equal(await takeNow(queue), "fc@250#0");
  assert.equal(await takeNow(queue), "vae2#0");
  queue.ended(caseOf("fc@250"));
  const waiting = watch(queue.take());
  assert.equal(await waiting.now(), "waits");
  queue.ended(caseOf("vae2"));
  assert.equal(await waiting.now(), "vae2@250#0");
  assert.equal(await takeNow(queue), "wide-vae2@250#0");
  assert.equal(await takeNow(queue), null);
});

Deno.test("CaseQueue has two kinds of lanes, and a head waits for the encoder of the other kind", async () => {
  const queue = queueOf("vae2@250", "fc@250", "vae2");
  const isEncoder = (c: Case) => c.labels === null;
  const others = () => queue.take((c) => !isEncoder(c));
  assert.equal(await watch(others()).now(), "fc@250#0");
  const waiting = watch(others());
  assert.equal(await watch(queue.take(isEncoder)).now(), "vae2#0");
  assert.equal(await watch(queue.take(isEncoder)).now(), null);
  assert.equal(await waiting.now(), "waits");
  queue.ended(caseOf("vae2"));
  assert.equal(await waiting.now(), "vae2@250#0");
  assert.equal(await watch(others()).now(), null);
});

Deno.test("CaseQueue wakes all who wait when an encoder ends", async () => {
  const queue = queueOf("ae2", "ae2@250", "ae2@500");
  assert.equal(await takeNow(queue), "ae2#0");
  const waiting = [1, 2, 3].map(() => watch(queue.take()));
  for (const one of waiting) assert.equal(await one.now(), "waits");
  queue.ended(caseOf("ae2"));
  const taken = await Promise.all(waiting.map((one) => one.now()));
  assert.deepEqual(taken, ["ae2@250#0", "ae2@500#0", null]);
});

Deno.test("CaseQueue holds a head back for its own encoder only: of its kind, latents and seed", async () => {
  const heads = ["ae2@250", "vae2@250", "vae3@250"].map(caseOf);
  const queue = new CaseQueue([caseOf("vae2"), ...heads, { ...caseOf("vae2@250"), seed: 1 }]);
  assert.equal(await takeNow(queue), "vae2#0");
  assert.equal(await takeNow(queue), "ae2@250#0");
  assert.equal(await takeNow(queue), "vae3@250#0");
  assert.equal(await takeNow(queue), "vae2@250#1");
  assert.equal(await watch(queue.take()).now(), "waits");
  queue.clear();
});

Deno.test("CaseQueue lets a head go at once whose encoder is not among the cases", async () => {
  assert.equal(await takeNow(queueOf("vae2@250")), "vae2@250#0");
});

Deno.test("CaseQueue, cleared, ends those who wait and gives nothing more", async () => {
  const queue = queueOf("ae2", "ae2@250", "fc@250");
  assert.equal(await takeNow(queue), "ae2#0");
  assert.equal(await takeNow(queue), "fc@250#0");
  const waiting = watch(queue.take());
  assert.equal(await waiting.now(), "waits");
  queue.clear();
  assert.equal(await waiting.now(), null);
  queue.ended(caseOf("ae2"));
  assert.equal(await takeNow(queue), null);
});

Deno.test("CaseQueue leaves the list that it was given as it is", async () => {
  const cases = [caseOf("fc@250"), caseOf("fc@500")];
  await takeNow(new CaseQueue(cases));
  assert.equal(cases.length, 2);
});
