import assert from "node:assert/strict";
import * as fc from "fast-check";
import { padded } from "./kernel_table.ts";
import type { PlannedBuffer } from "./plan.ts";
import { type BufferRequest, planMemory } from "./plan_memory.ts";

const RUNS = { seed: 1, numRuns: 2_000 };

const requestLists: fc.Arbitrary<BufferRequest[]> = fc.array(
  fc.record({
    floats: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 100_000 })),
    first: fc.nat(12),
    length: fc.oneof(fc.nat(12), fc.constant(Infinity)),
  }),
  { minLength: 1, maxLength: 14 },
).map((list) =>
  list.map(({ floats, first, length }, i) => ({
    name: `buffer-${i}`,
    floats,
    first,
    last: first + length,
  }))
);

function livesWith(a: BufferRequest, b: BufferRequest): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function overlap(a: PlannedBuffer, b: PlannedBuffer): boolean {
  return a.offset < b.offset + b.floats && b.offset < a.offset + a.floats;
}

/** Two buffers that live together and overlap, or null. */
function collision(
  requests: readonly BufferRequest[],
  planned: readonly PlannedBuffer[],
): string | null {
  for (const [i, a] of requests.entries()) {
    for (const [j, b] of requests.entries()) {
      if (i < j && livesWith(a, b) && overlap(planned[i]!, planned[j]!)) {
        return `${a.name} and ${b.name}`;
      }
    }
  }
  return null;
}

Deno.test("planMemory() never lets buffers with overlapping lifetimes share memory", () => {
  fc.assert(
    fc.property(requestLists, (requests) => {
      const planned = planMemory(requests);
      assert.deepEqual(
        planned.map(({ name, floats }) => ({ name, floats })),
        requests.map(({ name, floats }) => ({ name, floats })),
      );
      assert.equal(collision(requests, planned), null);
    }),
    RUNS,
  );
});

Deno.test("planMemory() aligns every buffer to 64 bytes, from 0 on, and wastes no memory alone", () => {
  fc.assert(
    fc.property(requestLists, (requests) => {
      const planned = planMemory(requests);
      for (const { offset } of planned) assert.ok(offset >= 0 && offset % 16 === 0);
      // At most everything side by side; at least what lives at one time.
      const end = Math.max(...planned.map(({ offset, floats }) => offset + padded(floats)));
      assert.ok(end <= requests.reduce((sum, { floats }) => sum + padded(floats), 0));
      for (const { first } of requests) {
        const live = requests.filter((other) => other.first <= first && first <= other.last);
        assert.ok(end >= live.reduce((sum, { floats }) => sum + padded(floats), 0));
      }
    }),
    RUNS,
  );
});

Deno.test("planMemory() does not depend on the order of the requests", () => {
  fc.assert(
    fc.property(requestLists, (requests) => {
      const places = new Map(planMemory(requests).map(({ name, offset }) => [name, offset]));
      for (const { name, offset } of planMemory([...requests].reverse())) {
        assert.equal(offset, places.get(name));
      }
    }),
    { ...RUNS, numRuns: 300 },
  );
});

Deno.test("planMemory() lets buffers share whose lifetimes are apart", () => {
  const planned = planMemory([
    { name: "early", floats: 100, first: 0, last: 3 },
    { name: "late", floats: 90, first: 4, last: 7 },
    { name: "throughout", floats: 10, first: 0, last: Infinity },
  ]);
  assert.deepEqual(planned.map(({ offset }) => offset), [0, 0, 112]);
});

Deno.test("the check for shared memory can fail", () => {
  const requests = [
    { name: "a", floats: 20, first: 0, last: 2 },
    { name: "b", floats: 20, first: 2, last: 4 },
  ];
  const place = (offset: number) => [
    { name: "a", floats: 20, offset: 0 },
    { name: "b", floats: 20, offset },
  ];
  assert.equal(collision(requests, place(16)), "a and b");
  assert.equal(collision(requests, place(32)), null);
  assert.equal(collision([requests[0]!, { ...requests[1]!, first: 3 }], place(16)), null);
});
