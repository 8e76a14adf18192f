import assert from "node:assert/strict";
import { okCase } from "../../tests/scripted_world.ts";
import { formatCase } from "../matrix/case.ts";
import { formatPackedHeads, packHead, parsePackedHeads } from "./packed_heads.ts";

const NAMES = ["ae20@2000.1#0", "even-vae20@100.5#3", "fc@250.2#1"];
const RECORDS = await Promise.all(NAMES.map(async (name) => (await okCase(name)).record));
const { dataset } = RECORDS[0]!;
const FILE = { dataset, heads: RECORDS.map(packHead) };
const TEXT = formatPackedHeads(FILE);

Deno.test("parsePackedHeads() reads what formatPackedHeads() wrote", () => {
  const { dataset: read, heads } = parsePackedHeads(TEXT, "here");
  assert.deepEqual(read, dataset);
  assert.deepEqual(heads.map((head) => formatCase(head.case)), NAMES);
  for (const [i, head] of heads.entries()) {
    const { result, case: c } = RECORDS[i]!;
    assert.deepEqual(head.case, c);
    assert.deepEqual(head.digests, result.digests);
    assert.equal(head.score, result.score);
    assert.equal(head.encoder, result.encoder);
    assert.equal(head.bestEpoch, result.bestEpoch);
  }
});

Deno.test("formatPackedHeads() writes a line per head", () => {
  assert.equal(TEXT.split("\n").filter((line) => line.includes('"case":')).length, NAMES.length);
  const none = { dataset, heads: [] };
  assert.deepEqual(parsePackedHeads(formatPackedHeads(none), "here"), none);
});

Deno.test("packHead() refuses what is not a drawn head", async () => {
  for (const name of ["ae20@2000#0", "ae20#0"]) {
    const { record } = await okCase(name);
    assert.throws(() => packHead(record), {
      name: "TypeError",
      message: `Cannot pack ${name}: it is not a drawn head`,
    });
  }
});

const BROKEN: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
  ["no JSON", TEXT.slice(0, 100), /it is not JSON/],
  ["another schema", TEXT.replace('"schemaVersion":1', '"schemaVersion":2'), /schemaVersion: /],
  ["a case that cannot be", TEXT.replace("ae20@2000.1#0", "ae@2000.1#0"), /heads\.0\.case: /],
  ["no draw", TEXT.replace("ae20@2000.1#0", "ae20@2000#0"), /heads\.0\.case: .*not a drawn head/],
  ["a score in per cent", TEXT.replace('"score":0.9', '"score":90'), /heads\.0\.score: /],
  ["one field more", TEXT.replace('"score"', '"more":1,"score"'), /heads\.0: Unrecognized key/],
  ["a short digest", TEXT.replace(/"weights":"./, '"weights":"'), /heads\.0\.digests\.weights: /],
];

for (const [what, text, reason] of BROKEN) {
  Deno.test(`parsePackedHeads() refuses ${what}, and names the file`, () => {
    assert.notEqual(text, TEXT);
    assert.throws(() => parsePackedHeads(text, "a/file.json"), (error: Error) => {
      assert.equal(error.name, "StoreError");
      assert.match(error.message, /^Cannot use the heads in a\/file\.json: /);
      assert.match(error.message, reason);
      return true;
    });
  });
}
