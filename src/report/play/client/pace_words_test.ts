import assert from "node:assert/strict";
import { paceWords } from "./pace_words.ts";

Deno.test("paceWords() says why the slower build runs", () => {
  assert.equal(
    paceWords({ reason: "unknown" }, "fc@250#0", null),
    "This browser has no relaxed SIMD, so the slower build runs; the result is the same.",
  );
  assert.equal(
    paceWords({ reason: "fast" }, "fc@250#0", null),
    "This browser runs the fast build.",
  );
});

Deno.test("paceWords() says how long training takes, roughly", () => {
  const words = (seconds: number) => paceWords({ reason: "fast" }, "conv@250#0", seconds);
  assert.equal(
    words(0.2),
    "This browser runs the fast build. Training conv@250#0 takes about a second here.",
  );
  const cases = [[3.7, "4 s"], [9.8, "10 s"], [31, "35 s"], [61, "2 min"], [299, "5 min"]];
  for (const [seconds, expected] of cases) {
    assert.match(words(seconds as number), new RegExp(`takes about ${expected} here\\.$`));
  }
});
