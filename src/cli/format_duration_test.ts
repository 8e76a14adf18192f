import assert from "node:assert/strict";
import { formatDuration } from "./format_duration.ts";

Deno.test("formatDuration() writes durations for people", () => {
  const texts = [0, 0.44, 9.94, 9.99, 10, 59.4, 59.6, 200, 3600, 7261].map(formatDuration);
  assert.deepEqual(texts, [
    ...["0.0 s", "0.4 s", "9.9 s", "10.0 s", "10 s", "59 s", "1 min 0 s", "3 min 20 s"],
    ...["1 h 0 min", "2 h 1 min"],
  ]);
});
