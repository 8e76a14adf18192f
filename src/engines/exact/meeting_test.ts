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

Deno.test("a thread that is woken too early sleeps on: only those who arrive make a meeting", async () => {
  const meeting = new Meeting(2);
  const url = new URL("meeting.ts", import.meta.url).href;
  const body = `
    import { Meeting } from ${JSON.stringify(url)};
    self.onmessage = ({ data }) => {
      const meeting = new Meeting(2, data);
      const arrival = meeting.arrive();
      self.postMessage("waiting");
      self.postMessage(meeting.wait(arrival, 30));
    };`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(body)}`, { type: "module" });
  const said: string[] = [];
  const ended = new Promise<void>((resolve) => {
    worker.onmessage = ({ data }) => {
      said.push(data);
      if (data !== "waiting") resolve();
    };
  });
  try {
    worker.postMessage(meeting.memory);
    // What a thread does that was held up between its arrival at the meeting before and the call
    // that wakes the others: it wakes those who sleep for this one.
    let woken = 0;
    for (let tries = 0; tries < 500 && woken < 3; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      woken += Atomics.notify(new Int32Array(meeting.memory), 0);
    }
    assert.equal(woken, 3, "it went to sleep again after it was woken");
    assert.deepEqual(said, ["waiting"]);
    meeting.arrive();
    await ended;
    assert.deepEqual(said, ["waiting", "met"]);
  } finally {
    worker.terminate();
  }
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
