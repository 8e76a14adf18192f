import assert from "node:assert/strict";
import { DataError } from "../../src/data/data_error.ts";
import { sha256 } from "../../src/data/digest.ts";
import { isGzip } from "../../src/data/gunzip.ts";
import { gzip, imagesFile, labelsFile } from "../../src/data/test_files.ts";
import { ContentError, unpack } from "../../src/data/unpack.ts";
import { bytesLike } from "./bytes.ts";
import { fuzz } from "./fuzz.ts";

const CONTENTS = labelsFile(300);
const EXPECTED = { bytes: CONTENTS.length, sha256: sha256([CONTENTS]) };
const FILES = [
  await gzip(CONTENTS),
  await gzip(imagesFile(4)),
  await gzip(new Uint8Array()),
  // It unpacks to a thousand times its size.
  await gzip(new Uint8Array(8_000_000)),
  CONTENTS,
];

fuzz("unpack() gives bytes with their SHA-256 or throws a DataError", {
  inputs: bytesLike(FILES),
  refusals: [DataError],
  read: async (raw) => {
    const { bytes, sha256: digest } = await unpack({ name: "digits", expected: null }, raw, "here");
    assert.equal(digest, sha256([bytes]));
    if (!isGzip(raw)) assert.equal(bytes, raw);
  },
});

fuzz("unpack() of a file that is known gives its bytes or throws a DataError", {
  inputs: bytesLike(FILES),
  refusals: [DataError, ContentError],
  read: async (raw) => {
    const { bytes } = await unpack({ name: "digits", expected: EXPECTED }, raw, "here");
    assert.deepEqual(bytes, CONTENTS);
  },
});
