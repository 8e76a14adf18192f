import assert from "node:assert/strict";
import { catchStray } from "./main.ts";

for (
  const [what, event] of [
    [
      "an error",
      () => new ErrorEvent("error", { error: new Error("\x1b[2Joops"), cancelable: true }),
    ],
    [
      "a rejection",
      () =>
        new PromiseRejectionEvent("unhandledrejection", {
          promise: new Promise(() => {}),
          reason: new Error("\x1b[2Joops"),
          cancelable: true,
        }),
    ],
  ] as const
) {
  Deno.test(`${what} that nobody catches ends the program with 3, never with 1`, () => {
    const target = new EventTarget();
    const exits: number[] = [];
    let err = "";
    catchStray(target, { stderr: (text) => err += text }, (code) => exits.push(code));
    const stray = event();
    target.dispatchEvent(stray);
    assert.deepEqual(exits, [3]);
    assert.ok(stray.defaultPrevented);
    assert.match(err, /^error: The program has a fault: Error: \ufffd\[2Joops\n/);
  });
}
