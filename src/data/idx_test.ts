import assert from "node:assert/strict";
import fc from "fast-check";
import { DataError } from "./data_error.ts";
import { readIdx, readImages, readLabels, readSamples } from "./idx.ts";
import { idxBytes, imagesFile, labelsFile } from "./test_files.ts";

function rejects(bytes: Uint8Array, message: RegExp): void {
  assert.throws(() => readIdx(bytes, "digits"), (error) => {
    assert.ok(error instanceof DataError);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("readIdx() reads dimensions and values, as a view on the bytes", () => {
  const bytes = idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 6]);
  const { dimensions, values } = readIdx(bytes, "digits");
  assert.deepEqual(dimensions, [2, 1, 3]);
  assert.deepEqual([...values], [1, 2, 3, 4, 5, 6]);
  assert.equal(values.buffer, bytes.buffer);
});

Deno.test("readIdx() reads bytes that start within a larger buffer", () => {
  const padded = new Uint8Array([9, 9, 9, ...idxBytes([2], [7, 8]), 9]);
  assert.deepEqual([...readIdx(padded.subarray(3, -1), "digits").values], [7, 8]);
});

Deno.test("readIdx() rejects a wrong magic number, and says which it met", () => {
  rejects(new Uint8Array([0, 0, 0x0d, 1, 0, 0, 0, 0]), /^Cannot read digits: .* 0x00000d01, but/);
  rejects(new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), /it starts with 0x1f8b0800/);
});

Deno.test("readIdx() rejects a file that is cut within its header", () => {
  rejects(new Uint8Array(), /0 bytes are too few for an IDX header/);
  rejects(idxBytes([1, 28, 28], []).subarray(0, 13), /its header is cut at 13 of 16 bytes/);
});

Deno.test("readIdx() rejects a header longer than the file", () => {
  rejects(idxBytes([3], [1, 2]), /its header says 3 = 3 values, but the file holds 2/);
});

Deno.test("readIdx() rejects a header that claims terabytes, without allocating them", () => {
  const huge = 0xffffffff;
  rejects(idxBytes([huge], [1]), /says 4294967295 = 4294967295 values, but the file holds 1/);
  rejects(idxBytes([huge, huge, huge], [1]), /but the file holds 1$/);
});

Deno.test("readIdx() rejects bytes after the last value", () => {
  rejects(idxBytes([2], [1, 2, 3]), /its header says 2 = 2 values, but the file holds 3/);
});

Deno.test("readIdx() returns as many values as it says or throws a DataError, for any bytes", () => {
  let read = 0, refused = 0;
  const anyBytes = fc.uint8Array({ maxLength: 64 });
  const likely = fc.tuple(
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
    fc.uint8Array({ maxLength: 8 }),
    fc.boolean(),
  ).map(([dimensions, values, whole]) => {
    const count = dimensions.reduce((product, length) => product * length, 1);
    return idxBytes(dimensions, whole ? Array.from({ length: count }, () => 1) : values);
  });
  fc.assert(
    fc.property(fc.oneof(anyBytes, likely), (bytes) => {
      try {
        const { dimensions, values } = readIdx(bytes, "digits");
        assert.equal(dimensions.reduce((product, length) => product * length, 1), values.length);
        read++;
      } catch (error) {
        assert.ok(error instanceof DataError, String(error));
        refused++;
      }
    }),
    { seed: 1, numRuns: 500 },
  );
  assert.ok(read > 20 && refused > 20, `${read} read, ${refused} refused`);
});

Deno.test("readImages() rejects images that are not 28 x 28", () => {
  assert.throws(
    () => readImages({ name: "digits", bytes: idxBytes([1, 2, 3], [0, 0, 0, 0, 0, 0]) }),
    {
      name: "DataError",
      message: /^Cannot use the images of digits: they are 2 x 3 pixels, not 28/,
    },
  );
});

Deno.test("readImages() and readLabels() reject each other's files", () => {
  assert.throws(
    () => readImages({ name: "digits", bytes: labelsFile(3) }),
    { name: "DataError", message: "Cannot read images from digits: it is an IDX file of labels" },
  );
  assert.throws(
    () => readLabels({ name: "digits", bytes: imagesFile(1) }),
    { name: "DataError", message: "Cannot read labels from digits: it is an IDX file of images" },
  );
});

Deno.test("readLabels() rejects a label above 9, with its index", () => {
  for (const [labels, wrong] of [[[0, 9, 1, 17, 10], 17], [[9, 9, 9, 10], 10]] as const) {
    assert.throws(() => readLabels({ name: "digits", bytes: idxBytes([labels.length], labels) }), {
      name: "DataError",
      message: `Cannot use the labels of digits: label ${wrong} at index 3 is none of 0 to 9`,
    });
  }
});

Deno.test("readSamples() pairs images with labels without copying", () => {
  const images = imagesFile(12);
  const samples = readSamples({ name: "images", bytes: images }, {
    name: "labels",
    bytes: labelsFile(12),
  });
  assert.equal(samples.count, 12);
  assert.equal(samples.width, 784);
  assert.equal(samples.values[11 * 784], 11);
  assert.equal(samples.labels[11], 1);
  assert.equal(samples.values.buffer, images.buffer);
});

Deno.test("readSamples() rejects different numbers of images and labels", () => {
  assert.throws(
    () => readSamples({ name: "a", bytes: imagesFile(3) }, { name: "b", bytes: labelsFile(4) }),
    { name: "DataError", message: "Cannot pair a with b: 3 images, but 4 labels" },
  );
});
