import assert from "node:assert/strict";
import { freeMemory, withinLimit } from "./free_memory.ts";

Deno.test("withinLimit() is what a limit leaves, if that is less than the machine has", () => {
  assert.equal(withinLimit(8e9, 0, 3e8), 8e9);
  assert.equal(withinLimit(8e9, 2e9, 3e8), 1.7e9);
  assert.equal(withinLimit(1e9, 2e9, 3e8), 1e9);
  assert.equal(withinLimit(8e9, 2e8, 3e8), 0);
  // What the first version of cgroups says if there is no limit.
  assert.equal(withinLimit(8e9, 2 ** 63 - 4096, 3e8), 8e9);
});

Deno.test("freeMemory() is some of the machine's memory", () => {
  const free = freeMemory();
  assert.ok(free !== null && free > 0 && free <= Deno.systemMemoryInfo().total, `${free}`);
});
