import assert from "node:assert/strict";
import { parseJson } from "./parse_json.ts";

Deno.test("parseJson() takes a byte order mark in front, and nowhere else", () => {
  assert.deepEqual(parseJson('\ufeff{"a":"\ufeff"}'), { a: "\ufeff" });
  assert.deepEqual(parseJson("[1]"), [1]);
  for (const text of ["\ufeff\ufeff[1]", "[1]\ufeff", "\ufeff", ""]) {
    assert.throws(() => parseJson(text), SyntaxError);
  }
});
