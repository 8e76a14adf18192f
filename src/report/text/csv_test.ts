import assert from "node:assert/strict";
import { toCsv } from "./csv.ts";

Deno.test("toCsv() quotes what needs it, leaves null empty and disarms formulas", () => {
  const rows = [
    { name: 'a "b", c', value: 0.815 },
    { name: "=SUM(A1)", value: null },
    { name: "two\nlines", value: -1 },
  ];
  assert.equal(
    toCsv(["name", "value"], rows),
    'name,value\r\n"a ""b"", c",0.815\r\n\'=SUM(A1),\r\n"two\nlines",-1\r\n',
  );
});
