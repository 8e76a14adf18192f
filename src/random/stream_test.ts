import assert from "node:assert/strict";
import { ae, vae } from "../models/autoencoder.ts";
import { conv } from "../models/conv.ts";
import { fc } from "../models/fc.ts";
import { placeLayers } from "../models/parameters.ts";
import { philox4x32 } from "./philox.ts";
import { roleKey, Stream } from "./stream.ts";

/** What the sources draw noise from, by a name that they put together. */
const NOISE_ROLES = ["noise/train", "noise/validation", "noise/test"];

/** A stream whose words are given: the first calls' words in order, then all ones. */
class ScriptedStream extends Stream {
  readonly blocks: number[] = [];

  constructor(private readonly script: readonly number[]) {
    super(0, "scripted");
  }

  override words(_epoch: number, _sample: number, block: number): Uint32Array {
    this.blocks.push(block);
    return Uint32Array.from({ length: 4 }, (_, j) => this.script[block * 4 + j] ?? 0xffffffff);
  }
}

/** The role of every `new Stream(seed, role)` in a source; `init/${pair.name}` is one for each pair. */
const PIXELS = { kind: "pixels", width: 784 } as const;

async function rolesIn(folder: URL): Promise<Set<string>> {
  const roles = new Set<string>();
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) {
      for (const role of await rolesIn(new URL(`${entry.name}/`, folder))) roles.add(role);
    }
    if (!entry.name.endsWith(".ts") || entry.name.endsWith("_test.ts")) continue;
    const source = await Deno.readTextFile(new URL(entry.name, folder));
    for (const [, role] of source.matchAll(/new Stream\(\s*\w+,\s*["`]([^"`]+)["`]/g)) {
      if (role!.includes("${pair.name}")) {
        for (const spec of [fc(PIXELS), conv(PIXELS), ae(PIXELS, 20), vae(PIXELS, 20)]) {
          for (const { name } of placeLayers(spec).flatMap(({ parameters }) => parameters)) {
            roles.add(role!.replace("${pair.name}", name));
          }
        }
      } else roles.add(role!);
    }
  }
  return roles;
}

Deno.test("roleKey() is FNV-1a", () => {
  // From the test vectors of the FNV reference distribution: "", "a", "foobar".
  assert.equal(roleKey(""), 0x811c9dc5);
  assert.equal(roleKey("a"), 0xe40c292c);
  assert.equal(roleKey("foobar"), 0xbf9cf968);
});

Deno.test("roleKey() keeps apart all roles that the sources draw from", async () => {
  const roles = await rolesIn(new URL("../", import.meta.url));
  for (const known of ["shuffle", "init/dense1", "init/latent/mean", "strokes/digit"]) {
    assert.ok(roles.has(known), `${known} was not found in the sources`);
  }
  const all = [...roles, ...NOISE_ROLES];
  assert.equal(new Set(all.map(roleKey)).size, all.length);
  for (const role of all) assert.match(role, /^[\x20-\x7e]+$/);
});

Deno.test("words() puts block, sample, epoch in the counter and seed, role in the key", () => {
  const expected = new Uint32Array(4);
  philox4x32(expected, Uint32Array.of(7, 6, 5, 0), 4, roleKey("shuffle"));
  assert.deepEqual(new Stream(4, "shuffle").words(5, 6, 7), expected);
});

Deno.test("words() differ when any of seed, role, epoch, sample and block differs", () => {
  const draws = [
    new Stream(1, "a").words(1, 1, 1).join(),
    new Stream(2, "a").words(1, 1, 1).join(),
    new Stream(1, "b").words(1, 1, 1).join(),
    new Stream(1, "a").words(2, 1, 1).join(),
    new Stream(1, "a").words(1, 2, 1).join(),
    new Stream(1, "a").words(1, 1, 2).join(),
  ];
  assert.equal(new Set(draws).size, draws.length);
});

Deno.test("uniform() is within [-limit, limit), in steps of limit / 2^23", () => {
  const limit = 0.25; // a power of two: the scaling is exact, so the steps can be seen
  const values = new Stream(3, "init/dense1").uniform(100_001, limit);
  assert.equal(values.length, 100_001);
  let smallest = Infinity, largest = -Infinity, odd = 0, sum = 0;
  for (const value of values) {
    const steps = (value / limit + 1) * 0x800000;
    assert.ok(Number.isInteger(steps) && steps >= 0 && steps < 0x1000000, `${value}`);
    odd += steps & 1;
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
    sum += value;
  }
  // Of n draws the extremes are within 20/n of the ends but for a chance of e^-10.
  assert.ok(smallest < limit * (-1 + 20 / values.length), `smallest ${smallest}`);
  assert.ok(largest > limit * (1 - 20 / values.length), `largest ${largest}`);
  // All 24 bits are drawn: the last one is set in half of the values, within 5 standard deviations.
  assert.ok(Math.abs(odd / values.length - 0.5) < 5 * 0.5 / Math.sqrt(values.length), `${odd}`);
  const deviation = limit / Math.sqrt(3 * values.length);
  assert.ok(Math.abs(sum / values.length) < 5 * deviation, `mean ${sum / values.length}`);
});

Deno.test("uniform() ends are -limit for words of zeros and below limit for words of ones", () => {
  assert.deepEqual([...new ScriptedStream([0, 255, 256]).uniform(5, 3)], [
    -3,
    -3,
    Math.fround(3 * (1 / 0x800000 - 1)),
    Math.fround(3 * (0xffffff / 0x800000 - 1)),
    Math.fround(3 * (0xffffff / 0x800000 - 1)),
  ]);
});

Deno.test("uniform() has the values of numeric version 1", () => {
  assert.deepEqual(
    new Stream(0, "init/dense1").uniform(6, 1),
    Float32Array.of(
      -0.7094829082489014,
      -0.6459007263183594,
      -0.4374549388885498,
      -0.1176609992980957,
      0.03127110004425049,
      -0.9663658142089844,
    ),
  );
});

Deno.test("uniform() of a shorter length is the start of a longer one", () => {
  const stream = new Stream(5, "init/dense2");
  const long = stream.uniform(23, 0.5);
  for (const length of [0, 1, 2, 3, 4, 5, 22]) {
    assert.deepEqual(stream.uniform(length, 0.5), long.subarray(0, length));
  }
});

Deno.test("below() gives each value exactly as many words as any other", () => {
  const range = 2 ** 32;
  for (const bound of [1, 2, 3, 7, 10, 32, 1000, 55_000, 1_048_321, 2 ** 20 - 1, 2 ** 20]) {
    const share = Math.floor(range / bound);
    for (const value of [0, 1, Math.floor(bound / 3), bound - 2, bound - 1]) {
      if (value < 0 || value >= bound) continue;
      // The words w with floor(w bound / 2^32) = value; only the first of them may be refused.
      const first = Math.ceil(value * range / bound);
      const next = Math.ceil((value + 1) * range / bound);
      // A refused word is followed by all ones, which no bound refuses, so the count of used words
      // tells.
      const refused = (word: number) => {
        const stream = new ScriptedStream([word, word, word, word]);
        const drawn = stream.below(bound, 0, 0);
        if (stream.blocks.length > 1) return true;
        assert.equal(drawn, value, `word ${word} of bound ${bound}`);
        return false;
      };
      const lost = refused(first) ? 1 : 0;
      assert.equal(next - first - lost, share, `value ${value} of bound ${bound}`);
      assert.equal(refused(next - 1), false);
      if (next - first > 1) assert.equal(refused(first + 1), false);
    }
  }
});

Deno.test("below() draws again, in the block and then in the next, when it refuses a word", () => {
  // 2^32 mod 10 = 6: a word is refused where its product with 10 is below 6 modulo 2^32.
  const inBlock = new ScriptedStream([0, 0x80000000, 0x80000001]);
  assert.equal(inBlock.below(10, 0, 0), 5);
  assert.deepEqual(inBlock.blocks, [0]);
  const inNext = new ScriptedStream([0, 0, 0, 0, 0, 0x40000000]);
  assert.equal(inNext.below(10, 0, 0), 2);
  assert.deepEqual(inNext.blocks, [0, 1]);
});

Deno.test("below() equals Lemire's method in big integers, where 1 word in 4,112 is refused", () => {
  const bound = 1_048_321, range = 2n ** 32n;
  const stream = new Stream(11, "shuffle");
  let refused = 0;
  for (let sample = 0; sample < 20_000; sample++) {
    const words = [...stream.words(2, sample, 0)];
    const products = words.map((word) => BigInt(word) * BigInt(bound));
    const used = products.findIndex((product) => product % range >= range % BigInt(bound));
    refused += used;
    assert.equal(stream.below(bound, 2, sample), Number(products[used]! / range));
  }
  // Expected 20,000 / 4,112 = 4.9.
  assert.ok(refused >= 1 && refused <= 20, `${refused} words were refused`);
});

Deno.test("below(10) of 100,000 samples has a chi-square under 27.9 (99.9 % of fair draws)", () => {
  const stream = new Stream(17, "shuffle");
  const counts = new Uint32Array(10);
  for (let sample = 0; sample < 100_000; sample++) counts[stream.below(10, 1, sample)]!++;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert.ok(chiSquare < 27.88, `chi-square ${chiSquare}`); // 9 degrees of freedom
  assert.ok(chiSquare > 0.97, `chi-square ${chiSquare}: too even`); // 0.04 % of fair draws
});

Deno.test("new Stream() refuses a seed that is no unsigned 32-bit number", () => {
  for (const seed of [-1, 0.5, 2 ** 32, NaN, Infinity]) {
    assert.throws(() => new Stream(seed, "shuffle"), {
      name: "RangeError",
      message: `Cannot use seed ${seed}: a seed is a whole number from 0 to 4294967295`,
    });
  }
  for (const seed of [0, 1, 0xffffffff]) new Stream(seed, "shuffle");
});
