/** Bytes for readers: any at all, and real files with damage. */
import fc from "fast-check";
import { joinBytes } from "../../src/join_bytes.ts";

/** What a header may say of lengths: as words of 4 and 8 bytes, in both orders. */
const LENGTHS: readonly bigint[] = [
  0n,
  1n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  99_999_999n,
  100_000_000n,
  1n << 40n,
  (1n << 53n) - 1n,
  1n << 53n,
  1n << 63n,
  (1n << 64n) - 1n,
];

const word = fc.tuple(
  fc.constantFrom(...LENGTHS),
  fc.constantFrom(4, 8),
  fc.boolean(),
).map(([value, length, little]) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(8 * length, value), little);
  return little || length === 8 ? bytes.slice(0, length) : bytes.slice(4);
});

type Edit = (bytes: Uint8Array) => Uint8Array;

/** Places from 0 to the length, headers more often than the rest. */
const place = fc.oneof(fc.nat(40), fc.nat(1 << 16), fc.nat(0x7fffffff));

function edit(files: readonly Uint8Array[]): fc.Arbitrary<Edit> {
  const at = (bytes: Uint8Array, n: number) => n % (bytes.length + 1);
  const flipped = fc.tuple(place, fc.nat(7)).map(([n, bit]): Edit => (bytes) =>
    bytes.map((byte, i) => i === n % bytes.length ? byte ^ (1 << bit) : byte)
  );
  const cut = place.map((n): Edit => (bytes) => bytes.slice(0, at(bytes, n)));
  const inserted = fc.tuple(place, fc.uint8Array({ maxLength: 16 }))
    .map(([n, more]): Edit => (bytes) =>
      joinBytes([bytes.subarray(0, at(bytes, n)), more, bytes.subarray(at(bytes, n))])
    );
  const removed = fc.tuple(place, fc.nat(64)).map(([n, count]): Edit => (bytes) =>
    joinBytes([bytes.subarray(0, at(bytes, n)), bytes.subarray(at(bytes, n) + count)])
  );
  const spliced = fc.tuple(place, place, fc.constantFrom(...files))
    .map(([n, m, other]): Edit => (bytes) =>
      joinBytes([bytes.subarray(0, at(bytes, n)), other.subarray(at(other, m))])
    );
  const claimed = fc.tuple(fc.nat(5), word).map(([n, value]): Edit => (bytes) =>
    joinBytes([bytes.subarray(0, 4 * n), value, bytes.subarray(4 * n + value.length)])
  );
  return fc.oneof(flipped, cut, inserted, removed, spliced, claimed);
}

/** Any bytes, and the files with none to four edits. */
export function bytesLike(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const damaged = fc.tuple(fc.constantFrom(...files), fc.array(edit(files), { maxLength: 4 }))
    .map(([file, edits]) => edits.reduce<Uint8Array>((bytes, change) => change(bytes), file));
  return fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 256 }) },
    { weight: 6, arbitrary: damaged },
  );
}
