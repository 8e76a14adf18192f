import assert from "node:assert/strict";
import { fakeDigest } from "../../testdata/fake_record.ts";
import {
  packCurve,
  packDigest,
  packRows,
  unpackCurve,
  unpackDigest,
  unpackRows,
} from "./packed.ts";

Deno.test("rows are the same after packing, and a value that they share is held once", () => {
  const rows = Array.from(
    { length: 9 },
    (_, i) => ({ id: `c${i}`, cpu: "Xeon", epochs: i % 2 || null }),
  );
  const packed = packRows(rows);
  assert.deepEqual(unpackRows(JSON.parse(JSON.stringify(packed))), rows);
  assert.equal(JSON.stringify(packed).split("Xeon").length - 1, 1);
  assert.deepEqual(unpackRows(packRows([])), []);
});

Deno.test("a digest is the same after packing, and what is none stays as it is", () => {
  for (const digest of [fakeDigest("a"), "0".repeat(64), "f".repeat(64), "1", ""]) {
    assert.equal(unpackDigest(packDigest(digest)), digest);
  }
  assert.equal(packDigest(fakeDigest("a")).length, 43);
});

Deno.test("a curve keeps its ends, and each value to a 4,096th of their span", () => {
  const values = [0.206, 0.91, 0.913, 0.4444, 0.8];
  const read = unpackCurve(packCurve(values));
  assert.equal(read.length, values.length);
  read.forEach((value, i) => assert.ok(Math.abs(value - values[i]!) < 0.707 / 4096, `${value}`));
  assert.deepEqual([read[0], read[2]], [0.206, 0.913]);
  assert.deepEqual(unpackCurve(packCurve([0.5, 0.5])), [0.5, 0.5]);
});
