import assert from "node:assert/strict";
import { latestOnly } from "./latest_only.ts";

Deno.test("latestOnly() works on one value at a time, and of those that wait on the last", async () => {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const call = latestOnly((value: number) => {
    started.push(value);
    return new Promise<void>((resolve) => ends.push(resolve));
  });
  for (const value of [1, 2, 3]) call(value);
  assert.deepEqual(started, [1]);
  ends[0]!();
  await Promise.resolve().then(() => {}).then(() => {});
  assert.deepEqual(started, [1, 3]);
  ends[1]!();
  await Promise.resolve().then(() => {}).then(() => {});
  call(4);
  assert.deepEqual(started, [1, 3, 4]);
});
