import assert from "node:assert/strict";
import { paceWords } from "./pace_words.ts";

const NO_GPU = { gpu: null, reason: null };

Deno.test("paceWords() says why the slower build runs", () => {
  assert.equal(
    paceWords({ reason: "unknown" }, NO_GPU, "fc@250#0", null),
    "This browser has no relaxed SIMD, so the slower build of WebAssembly runs; the result is the same.",
  );
  assert.equal(
    paceWords({ reason: "fast" }, NO_GPU, "fc@250#0", null),
    "This browser runs the fast build of WebAssembly.",
  );
});

Deno.test("paceWords() says how long training takes, roughly", () => {
  const words = (seconds: number) => paceWords({ reason: "fast" }, NO_GPU, "conv@250#0", seconds);
  assert.equal(
    words(0.2),
    "This browser runs the fast build of WebAssembly. Training conv@250#0 takes about a second here.",
  );
  const cases = [[3.7, "4 s"], [9.8, "10 s"], [31, "35 s"], [61, "2 min"], [299, "5 min"]];
  for (const [seconds, expected] of cases) {
    assert.match(words(seconds as number), new RegExp(`takes about ${expected} here\\.$`));
  }
});

Deno.test("paceWords() names the GPU that trains, or says why none does", () => {
  const gpu = { backend: "webgpu-native", description: "Some GPU 3000", seconds: 1 };
  assert.equal(
    paceWords({ reason: "fast" }, { gpu, reason: null }, "ae20#0", 3.7),
    "The GPU trains this case: Some GPU 3000. Training ae20#0 takes about 4 s here.",
  );
  assert.equal(
    paceWords({ reason: "fast" }, { gpu: null, reason: "this host offers no GPU" }, "ae20#0", null),
    "This browser runs the fast build of WebAssembly. " +
      "The GPU is not used: this host offers no GPU.",
  );
});
