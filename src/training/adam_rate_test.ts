import assert from "node:assert/strict";
import { AdamRate } from "./adam_rate.ts";

Deno.test("AdamRate is 1e-3 sqrt(1 - 0.999^t) / (1 - 0.9^t) for 5,000 steps, rounded once", () => {
  const rate = new AdamRate();
  let previous = Infinity, ulps = 0;
  for (let t = 1; t <= 5_000; t++) {
    const got = rate.next();
    assert.equal(got, Math.fround(got));
    const expected = 1e-3 * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
    // t products are rounded, each by 2^-53; 1 - 0.999 loses a factor of 1,000; then float32.
    const tolerance = expected * (2 ** -24 + (t + 4) * 1_000 * 2 ** -53);
    assert.ok(Math.abs(got - expected) <= tolerance, `step ${t}: ${got}, not ${expected}`);
    assert.ok(tolerance < 1e-6 * expected);
    ulps += got === Math.fround(expected) ? 0 : 1;
    previous = got;
  }
  assert.ok(previous > 0.99e-3 && previous < 1e-3, `${previous}`);
  assert.ok(ulps < 10, `${ulps} rates are not those of exact powers`);
});

Deno.test("AdamRate starts with 1e-3 sqrt(0.001) / 0.1, and anew in each run", () => {
  for (let run = 0; run < 2; run++) {
    const rate = new AdamRate();
    assert.equal(rate.next(), Math.fround(1e-3 * Math.sqrt(1 - 0.999) / (1 - 0.9)));
    assert.equal(
      rate.next(),
      Math.fround(1e-3 * Math.sqrt(1 - 0.999 * 0.999) / (1 - 0.9 * 0.9)),
    );
  }
});
