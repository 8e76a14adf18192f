import assert from "node:assert/strict";
import type { OkRecord } from "../../../store/record.ts";
import { compareRun } from "./compare_run.ts";

Deno.test("compareRun() calls a run equal where weights and test outputs both are", () => {
  const published = { digests: { weights: "a", outputs: "b" } };
  for (const weights of ["a", "x"]) {
    for (const outputs of ["b", "x"]) {
      const result = { digests: { weights, outputs } } as OkRecord["result"];
      assert.deepEqual(compareRun(result, published), {
        weights: weights === "a",
        outputs: outputs === "b",
        equal: weights === "a" && outputs === "b",
      });
    }
  }
});
