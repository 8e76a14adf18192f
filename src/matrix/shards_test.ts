import assert from "node:assert/strict";
import fc from "fast-check";
import { type Case, dependencyOf, formatCase, ORIGINAL } from "./case.ts";
import { selectCases, WHOLE_PROFILE } from "./select_cases.ts";
import { casesOfShard, type WeighedCase } from "./shards.ts";

const FULL = selectCases({
  ...WHOLE_PROFILE,
  profile: "full",
}, 55_000);

/** A weight that depends on the case alone, and is much larger for encoders. */
function weigh(c: Case): WeighedCase {
  return { case: c, gigaflop: c.labels === null ? 3e6 + c.latents! : c.labels / 100 };
}

function shards(cases: readonly WeighedCase[], count: number): Case[][] {
  return Array.from({ length: count }, (_, i) => casesOfShard(cases, { index: i + 1, count }));
}

Deno.test("casesOfShard() gives every case to exactly one shard, heads with their encoder", () => {
  const cases = FULL.map(weigh);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), (count) => {
      const dealt = shards(cases, count);
      const all = dealt.flat().map(formatCase);
      assert.equal(all.length, FULL.length);
      assert.equal(new Set(all).size, FULL.length);
      for (const mine of dealt) {
        const names = new Set(mine.map(formatCase));
        for (const c of mine) {
          const encoder = dependencyOf(c);
          if (encoder) assert.ok(names.has(formatCase(encoder)), formatCase(c));
        }
      }
    }),
    { seed: 1, numRuns: 20 },
  );
});

Deno.test("casesOfShard() balances: no shard has more than the mean and one group", () => {
  const cases = FULL.map(weigh);
  const load = (mine: readonly Case[]) => mine.reduce((sum, c) => sum + weigh(c).gigaflop, 0);
  const heaviest = 3e6 + 50 + load(FULL.filter((c) => c.latents === 50 && c.labels !== null)) / 12;
  for (const count of [2, 3, 4, 7, 16]) {
    const loads = shards(cases, count).map(load);
    const mean = loads.reduce((a, b) => a + b) / count;
    assert.ok(Math.max(...loads) <= mean + heaviest, `${count}: ${loads}`);
  }
});

Deno.test("casesOfShard() does not depend on the order of the cases, and keeps it", () => {
  const cases = FULL.map(weigh);
  const [first] = shards(cases, 5);
  const [reversed] = shards(cases.toReversed(), 5);
  assert.deepEqual(reversed!.toReversed(), first);
});

Deno.test("casesOfShard() leaves shards empty where there are more than groups", () => {
  const cases = [weigh({ ...ORIGINAL, model: "fc", latents: null, labels: 250, seed: 0 })];
  assert.deepEqual(shards(cases, 3).map((mine) => mine.length), [1, 0, 0]);
});
