import assert from "node:assert/strict";
import { scriptedRecord, ScriptedWorld } from "../../tests/scripted_world.ts";
import { type Case, ORIGINAL } from "../matrix/case.ts";
import { Progress } from "./progress.ts";

const SHORT: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 250, seed: 0 };
const LONG: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 2000, seed: 0 };

const EXPECTED = new Map([
  ["fc@250#0", { seconds: 10, epochs: 20 }],
  ["fc@2000#0", { seconds: 30, epochs: 10 }],
]);

/** A scripted run of two cases, on a clock that stands still but for what `tick` adds. */
async function scripted(
  world: ScriptedWorld,
  quiet: boolean,
  body: (progress: Progress, tick: (seconds: number) => void) => void | Promise<void>,
): Promise<void> {
  const clock = performance.now;
  let now = 0;
  performance.now = () => now;
  try {
    await body(new Progress(world, quiet, EXPECTED, 25), (seconds) => now += seconds * 1000);
  } finally {
    performance.now = clock;
  }
}

function epoch(number: number) {
  return { epoch: number, trainLoss: 0.5, validationScore: 0.81234 };
}

Deno.test("progress without a terminal is a line when a case ends, and no control characters", async () => {
  const world = new ScriptedWorld();
  const record = await scriptedRecord(SHORT, { score: 0.8123 });
  const failed = await scriptedRecord(LONG, { fails: "it is not finite", epoch: 1, step: 2 });
  await scripted(world, false, (progress) => {
    progress.started(SHORT);
    progress.started(LONG);
    progress.epoch(SHORT, epoch(1));
    progress.ended(SHORT, record, null);
    progress.ended(LONG, failed, null);
    progress.clear();
  });
  assert.equal(
    world.err,
    "[1/2] fc@250#0  81.23 % after 6 epochs (best 3), 1.5 s\n" +
      "[2/2] fc@2000#0  failed: it is not finite\n",
  );
});

Deno.test("progress says where a model was saved, and writes a loss with its unit", async () => {
  const world = new ScriptedWorld();
  const encoder: Case = { ...ORIGINAL, model: "vae", latents: 20, labels: null, seed: 0 };
  const record = await scriptedRecord(encoder, { score: 58.8361 });
  const classifier = await scriptedRecord(SHORT, { score: 0.8123 });
  await scripted(world, false, (progress) => {
    progress.started(encoder);
    progress.started(SHORT);
    progress.ended(encoder, record, "results/models/abc.safetensors");
    progress.ended(SHORT, classifier, "results/models/def.safetensors");
  });
  assert.equal(
    world.err,
    "[1/2] vae20#0  58.84 nats/digit after 6 epochs (best 3), 1.5 s, saved as " +
      "results/models/abc.safetensors\n" +
      "[2/2] fc@250#0  81.23 % after 6 epochs (best 3), 1.5 s, saved as " +
      "results/models/def.safetensors\n",
  );
});

Deno.test("progress of an encoder shows its validation loss, of its head the accuracy", async () => {
  const world = new ScriptedWorld({ terminalColumns: 200 });
  const encoder: Case = { ...ORIGINAL, model: "vae", latents: 20, labels: null, seed: 0 };
  const head: Case = { ...encoder, labels: 2000 };
  await scripted(world, false, (progress) => {
    progress.started(encoder);
    progress.epoch(encoder, { epoch: 1, trainLoss: 130, validationScore: 99.4567 });
    progress.started(head);
    progress.epoch(head, epoch(2));
  });
  assert.deepEqual(world.err.split("\r\x1b[K").slice(2), [
    "0/2 done | vae20#0 epoch 1, validation 99.46 nats/digit | ETA 25 s",
    "0/2 done | vae20#0 epoch 1, validation 99.46 nats/digit | vae20@2000#0 starting | ETA 25 s",
    "0/2 done | vae20#0 epoch 1, validation 99.46 nats/digit | vae20@2000#0 epoch 2, validation 81.23 % | " +
    "ETA 25 s",
  ]);
});

Deno.test("progress without a terminal says every ten seconds how far long cases are", async () => {
  const world = new ScriptedWorld();
  await scripted(world, false, (progress, tick) => {
    progress.started(LONG);
    tick(9);
    progress.epoch(LONG, epoch(1));
    assert.equal(world.err, "");
    tick(2);
    progress.epoch(LONG, epoch(2));
    tick(9);
    progress.epoch(LONG, epoch(3));
  });
  // 2 of 10 epochs of 30 of 40 s are 15 %, which took 11 s: 62.3 s remain.
  assert.equal(
    world.err,
    "0/2 done | fc@2000#0 epoch 2, validation 81.23 % | ETA 1 min 2 s\n",
  );
});

Deno.test("progress on a terminal is one line that is rewritten, and taken off at the end", async () => {
  const world = new ScriptedWorld({ terminalColumns: 200 });
  const record = await scriptedRecord(SHORT, { score: 0.8123 });
  await scripted(world, false, (progress) => {
    progress.started(SHORT);
    progress.started(LONG);
    progress.epoch(LONG, epoch(3));
    progress.ended(SHORT, record, null);
    progress.clear();
  });
  assert.deepEqual(world.err.split("\r\x1b[K"), [
    "",
    "0/2 done | fc@250#0 starting | ETA 25 s",
    "0/2 done | fc@250#0 starting | fc@2000#0 starting | ETA 25 s",
    "0/2 done | fc@250#0 starting | fc@2000#0 epoch 3, validation 81.23 % | ETA 0.0 s",
    "[1/2] fc@250#0  81.23 % after 6 epochs (best 3), 1.5 s\n",
    "1/2 done | fc@2000#0 epoch 3, validation 81.23 % | ETA 0.0 s",
    "",
  ]);
});

Deno.test("progress on a terminal never fills the last column, so that no line wraps", async () => {
  for (const terminalColumns of [80, 20, 1]) {
    const world = new ScriptedWorld({ terminalColumns });
    await scripted(world, false, (progress) => {
      progress.started(SHORT);
      progress.started(LONG);
    });
    const lines = world.err.split("\r\x1b[K").slice(1);
    assert.equal(lines.length, 2);
    for (const line of lines) assert.ok(line.length < terminalColumns, line);
  }
});

Deno.test("quiet progress prints nothing but why a case gave no record", async () => {
  for (const terminalColumns of [null, 80]) {
    const world = new ScriptedWorld(terminalColumns === null ? {} : { terminalColumns });
    const record = await scriptedRecord(SHORT, { score: 0.9 });
    await scripted(world, true, (progress, tick) => {
      progress.started(SHORT);
      tick(100);
      progress.epoch(SHORT, epoch(1));
      progress.ended(SHORT, record, null);
      progress.clear();
      assert.equal(world.err, "");
      progress.broke(LONG, "the worker died");
    });
    assert.equal(world.err, "[2/2] fc@2000#0  could not run: the worker died\n");
  }
});
