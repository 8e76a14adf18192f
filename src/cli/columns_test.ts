import assert from "node:assert/strict";
import { alignedLines, padColumns } from "./columns.ts";

Deno.test("padColumns() makes a column as wide as its widest cell", () => {
  assert.deepEqual(padColumns([["a", "bcd"], ["ef", ""]]), [["a ", "bcd"], ["ef", "   "]]);
  assert.deepEqual(padColumns([]), []);
});

Deno.test("alignedLines() ends no line with spaces", () => {
  assert.deepEqual(alignedLines([["a", "bcd"], ["ef", ""]]), ["a   bcd", "ef"]);
});
