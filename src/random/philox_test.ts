import assert from "node:assert/strict";
import { philox4x32 } from "./philox.ts";

/**
 * The lines "philox4x32 10" of tests/kat_vectors in Random123, the library of Philox's authors:
 * counter, key, result.
 */
const KNOWN_ANSWERS = [
  [
    "00000000 00000000 00000000 00000000",
    "00000000 00000000",
    "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  ],
  [
    "ffffffff ffffffff ffffffff ffffffff",
    "ffffffff ffffffff",
    "408f276d 41c83b0e a20bc7c6 6d5451fd",
  ],
  [
    "243f6a88 85a308d3 13198a2e 03707344",
    "a4093822 299f31d0",
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  ],
] as const;

function words(text: string): number[] {
  return text.split(" ").map((word) => parseInt(word, 16));
}

function philox(counter: readonly number[], key: readonly number[]): number[] {
  const out = new Uint32Array(4);
  philox4x32(out, Uint32Array.from(counter), key[0]!, key[1]!);
  return [...out];
}

/** The definition of the paper, in integers of any size. */
function philoxInBigInts(counter: readonly number[], key: readonly number[]): number[] {
  const word = 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0, product1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & word,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & word,
    ];
    k0 = (k0 + 0x9e3779b9n) & word;
    k1 = (k1 + 0xbb67ae85n) & word;
  }
  return [c0, c1, c2, c3].map(Number);
}

Deno.test("philox4x32() gives Random123's known answers", () => {
  for (const [counter, key, result] of KNOWN_ANSWERS) {
    assert.deepEqual(philox(words(counter), words(key)), words(result));
  }
});

Deno.test("philox4x32() equals its definition in big integers for 2,000 counters and keys", () => {
  // Each result is the next counter and key, from a start with all kinds of words.
  let state = [0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0x00010000];
  for (let i = 0; i < 2_000; i++) {
    const expected = philoxInBigInts(state.slice(0, 4), state.slice(4));
    assert.deepEqual(philox(state.slice(0, 4), state.slice(4)), expected);
    state = [...expected, (state[4]! ^ expected[1]!) >>> 0, (state[5]! ^ expected[3]!) >>> 0];
  }
});

Deno.test("philox4x32() may write over its counter", () => {
  const [counter, key, result] = KNOWN_ANSWERS[2];
  const block = Uint32Array.from(words(counter));
  philox4x32(block, block, ...words(key) as [number, number]);
  assert.deepEqual([...block], words(result));
});
