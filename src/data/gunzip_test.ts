import assert from "node:assert/strict";
import fc from "fast-check";
import { joinBytes } from "../join_bytes.ts";
import { Stream } from "../random/stream.ts";
import { DataError } from "./data_error.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { gzip, labelsFile } from "./test_files.ts";

Deno.test("gunzip() unpacks what gzip packed, up to the very limit", async () => {
  const bytes = labelsFile(100_000);
  assert.deepEqual(await gunzip(await gzip(bytes), "digits", bytes.length), bytes);
});

Deno.test("gunzip() refuses data that unpacks to more than the limit", async () => {
  const bomb = await gzip(new Uint8Array(20_000_000));
  assert.ok(bomb.length < 100_000);
  await assert.rejects(gunzip(bomb, "bomb", 1_000), {
    name: "DataError",
    message: "Cannot unpack bomb: it unpacks to more than 1000 bytes",
  });
  await assert.rejects(gunzip(bomb, "bomb", 19_999_999), { name: "DataError" });
});

Deno.test("gunzip() stops at the limit, before it meets what follows", async () => {
  const stream = new Stream(1, "noise");
  const noise = Uint8Array.from({ length: 400_000 }, (_, i) => stream.words(0, 0, i)[0]!);
  const packed = await gzip(noise);
  assert.ok(packed.length > 200_000);
  const damaged = packed.slice(0, -4);
  await assert.rejects(gunzip(damaged, "digits", 400_000), /it is not one whole gzip file/);
  await assert.rejects(gunzip(damaged, "digits", 1_000), /it unpacks to more than 1000 bytes/);
});

Deno.test("gunzip() unpacks all members of a file, up to the limit of them together", async () => {
  const parts = [labelsFile(70_000), new Uint8Array(), labelsFile(1_000), labelsFile(30)];
  const packed = joinBytes(await Promise.all(parts.map(gzip)));
  const bytes = joinBytes(parts);
  assert.deepEqual(await gunzip(packed, "digits", bytes.length), bytes);
  // Tapes pad a file with zeros, and gzip passes over them.
  const padded = joinBytes([packed, new Uint8Array(512)]);
  assert.deepEqual(await gunzip(padded, "digits", bytes.length), bytes);
  await assert.rejects(gunzip(packed, "digits", bytes.length - 1), /it unpacks to more than/);
  await assert.rejects(gunzip(packed.subarray(0, -3), "digits", 200_000), /not one whole gzip/);
});

Deno.test("gunzip() rejects a cut file, a damaged one, and bytes after the end", async () => {
  const packed = await gzip(labelsFile(1_000));
  const damaged = packed.slice();
  damaged[damaged.length - 6]! ^= 1;
  const longer = new Uint8Array([...packed, 1, 2, 3]);
  for (const bytes of [packed.subarray(0, -3), packed.subarray(0, 5), damaged, longer]) {
    await assert.rejects(gunzip(bytes, "digits", 10_000), {
      name: "DataError",
      message: /^Cannot unpack digits: it is not one whole gzip file \(.+\)$/,
    });
  }
});

Deno.test("gunzip() ends with the bytes or a DataError, for any damage to a packed file", async () => {
  const original = Uint8Array.from({ length: 3_000 }, (_, i) => (i * i) >>> 5);
  const packed = await gzip(original);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(packed.length - 1),
      fc.nat(255),
      fc.nat(packed.length),
      fc.uint8Array({ maxLength: 4 }),
      async (at, value, cut, tail) => {
        const bytes = new Uint8Array([...packed.subarray(0, cut), ...tail]);
        if (at < bytes.length) bytes[at] = value;
        try {
          assert.deepEqual(await gunzip(bytes, "digits", 5_000), original);
        } catch (error) {
          assert.ok(error instanceof DataError, String(error));
          refused++;
        }
      },
    ),
    { seed: 2, numRuns: 300 },
  );
  assert.ok(refused > 100);
});

Deno.test("isGzip() goes by the first two bytes", async () => {
  assert.equal(isGzip(await gzip(labelsFile(3))), true);
  assert.equal(isGzip(labelsFile(3)), false);
  assert.equal(isGzip(new Uint8Array([0x1f])), false);
});
