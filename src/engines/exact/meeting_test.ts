import assert from "node:assert/strict";
import { Meeting } from "./meeting.ts";

Deno.test("a meeting is met when all have arrived, again and again", () => {
  const first = new Meeting(2), second = new Meeting(2, first.memory);
  for (let round = 0; round < 3; round++) {
    const [a, b] = [first.arrive(), second.arrive()];
    assert.deepEqual([first.wait(a), second.wait(b)], ["met", "met"]);
  }
});

Deno.test("wait() gives up after the seconds it was given, and the meeting can still be met", () => {
  const first = new Meeting(2), second = new Meeting(2, first.memory);
  const arrival = first.arrive();
  assert.equal(first.wait(arrival, 0), "late");
  assert.equal(first.wait(arrival, 1), "late");
  second.arrive();
  assert.equal(first.wait(arrival, 1), "met");
});

Deno.test("the order is seen by the others", () => {
  const first = new Meeting(2), second = new Meeting(2, first.memory);
  first.order = { program: 3, count: 32 };
  assert.deepEqual(second.order, { program: 3, count: 32 });
});

Deno.test("a meeting that was ended stays so, with its first reason", () => {
  const first = new Meeting(3), second = new Meeting(3, first.memory);
  const arrival = first.arrive();
  assert.ok(!second.ended);
  second.end(`a reason: ${"é".repeat(200)}`);
  first.end("another");
  assert.equal(first.wait(arrival), "ended");
  assert.equal(second.wait(second.arrive()), "ended");
  assert.ok(first.ended);
  assert.match(first.reason, /^a reason: é{100,150}/);
});
