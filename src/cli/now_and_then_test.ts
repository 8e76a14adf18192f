import assert from "node:assert/strict";
import { NowAndThen } from "./now_and_then.ts";

/** What is done now and then, on a clock of its own; each time takes until `finish` is called. */
class Scripted {
  now = 0;
  times = 0;
  finish: () => void = () => {};
  /** Time that loading takes the first time. */
  loadMs = 0;
  readonly nowAndThen = new NowAndThen(() => {
    this.now += this.loadMs;
    this.loadMs = 0;
    return Promise.resolve();
  }, () => {
    this.times++;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finish = resolve;
    return promise;
  });
}

async function withScript(body: (scripted: Scripted) => Promise<void>): Promise<void> {
  const clock = performance.now;
  let scripted: Scripted | null = null;
  performance.now = () => scripted?.now ?? 0;
  try {
    scripted = new Scripted();
    await body(scripted);
  } finally {
    performance.now = clock;
  }
}

/** Asks at a time whether it is due, and returns how often it was begun. */
async function ask(scripted: Scripted, seconds: number): Promise<number> {
  scripted.now = seconds * 1000;
  scripted.nowAndThen.ifDue();
  await Promise.resolve();
  return scripted.times;
}

async function finish(scripted: Scripted, seconds: number): Promise<void> {
  scripted.now = seconds * 1000;
  scripted.finish();
  await scripted.nowAndThen.settled();
}

Deno.test("NowAndThen begins after ten seconds, and again ten seconds after it began", () =>
  withScript(async (scripted) => {
    assert.equal(await ask(scripted, 9.9), 0);
    assert.equal(await ask(scripted, 10), 1);
    await finish(scripted, 10.05);
    assert.equal(await ask(scripted, 19.9), 1);
    assert.equal(await ask(scripted, 20), 2);
    await finish(scripted, 20);
  }));

Deno.test("NowAndThen takes no more than 1 % of the time", () =>
  withScript(async (scripted) => {
    assert.equal(await ask(scripted, 10), 1);
    await finish(scripted, 12);
    assert.equal(await ask(scripted, 209), 1);
    assert.equal(await ask(scripted, 210), 2);
    await finish(scripted, 210);
  }));

Deno.test("NowAndThen does not count the time that loading takes", () =>
  withScript(async (scripted) => {
    scripted.loadMs = 7000;
    assert.equal(await ask(scripted, 10), 1);
    await finish(scripted, 17.05);
    assert.equal(await ask(scripted, 26.9), 1);
    assert.equal(await ask(scripted, 27), 2);
    await finish(scripted, 27);
  }));

Deno.test("NowAndThen does nothing twice at once, and waits for what is under way", () =>
  withScript(async (scripted) => {
    await scripted.nowAndThen.settled();
    assert.equal(await ask(scripted, 10), 1);
    assert.equal(await ask(scripted, 10_000), 1);
    let isSettled = false;
    const settled = scripted.nowAndThen.settled().then(() => isSettled = true);
    await Promise.resolve();
    assert.equal(isSettled, false);
    await finish(scripted, 10_000);
    await settled;
    assert.equal(isSettled, true);
  }));
