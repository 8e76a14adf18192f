import assert from "node:assert/strict";
import { scriptedRecord, ScriptedWorld } from "../../tests/scripted_world.ts";
import { type Case, formatCase, ORIGINAL } from "../matrix/case.ts";
import type { CaseRecord } from "../store/record.ts";
import type { CheckedCase, Verdict } from "../checks/verdict.ts";
import { Progress } from "./progress.ts";

const SHORT: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 250, seed: 0 };
const LONG: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 2000, seed: 0 };

const ENCODER: Case = { ...ORIGINAL, model: "vae", latents: 20, labels: null, seed: 0 };
const HEAD: Case = { ...ENCODER, labels: 2000 };

const TWO = [planned(SHORT, 10, 20), planned(LONG, 30, 10)];

function planned(c: Case, seconds: number, epochs: number) {
  return { case: c, seconds, cost: { epochs } };
}

/** A scripted run, on a clock that stands still but for what `tick` adds. */
async function scripted(
  world: ScriptedWorld,
  quiet: boolean,
  body: (progress: Progress, tick: (seconds: number) => void) => void | Promise<void>,
  estimates = TWO,
): Promise<void> {
  const clock = performance.now;
  let now = 0;
  performance.now = () => now;
  const plan = { estimates, expected: 25, engine: { name: "exact" as const } };
  try {
    await body(new Progress(world, quiet, plan), (seconds) => now += seconds * 1000);
  } finally {
    performance.now = clock;
  }
}

function checked(record: CaseRecord, verdict: Verdict = "pass", reason = ""): CheckedCase {
  return {
    ...{
      id: formatCase(record.case),
      case: record.case,
      engine: record.engine,
      record,
      file: null,
    },
    ...{ band: null, reference: null, attested: null, verdict, reason },
  };
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
    progress.ended(SHORT, checked(record), null);
    progress.ended(LONG, checked(failed, "failed", "it is not finite"), null);
    progress.clear();
  });
  assert.equal(
    world.err,
    "[1/2] fc@250#0  81.23 % after 6 epochs (best 3), 1.5 s  ✓ pass\n" +
      "[2/2] fc@2000#0  ✗ failed: it is not finite\n",
  );
});

Deno.test("progress says where a model was saved, and writes a loss with its unit", async () => {
  const world = new ScriptedWorld();
  const record = await scriptedRecord(ENCODER, { score: 58.8361 });
  const classifier = await scriptedRecord(SHORT, { score: 0.8123 });
  await scripted(world, false, (progress) => {
    progress.started(ENCODER);
    progress.started(SHORT);
    progress.ended(ENCODER, checked(record), "results/models/abc.safetensors");
    progress.ended(SHORT, checked(classifier), "results/models/def.safetensors");
  }, [planned(ENCODER, 10, 20), planned(SHORT, 10, 20)]);
  assert.equal(
    world.err,
    "[1/2] vae20#0  58.84 nats/digit after 6 epochs (best 3), 1.5 s  ✓ pass, saved as " +
      "results/models/abc.safetensors\n" +
      "[2/2] fc@250#0  81.23 % after 6 epochs (best 3), 1.5 s  ✓ pass, saved as " +
      "results/models/def.safetensors\n",
  );
});

Deno.test("progress of an encoder shows its validation loss, of its head the accuracy", async () => {
  const world = new ScriptedWorld({ terminalColumns: 200 });
  await scripted(world, false, (progress) => {
    progress.started(ENCODER);
    progress.epoch(ENCODER, { epoch: 1, trainLoss: 130, validationScore: 99.4567 });
    progress.started(HEAD);
    progress.epoch(HEAD, epoch(2));
  }, [planned(ENCODER, 100, 30), planned(HEAD, 1, 20)]);
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
    progress.ended(SHORT, checked(record), null);
    progress.clear();
  });
  assert.deepEqual(world.err.split("\r\x1b[K"), [
    "",
    "0/2 done | fc@250#0 starting | ETA 25 s",
    "0/2 done | fc@250#0 starting | fc@2000#0 starting | ETA 25 s",
    "0/2 done | fc@250#0 starting | fc@2000#0 epoch 3, validation 81.23 % | ETA 0.0 s",
    "[1/2] fc@250#0  81.23 % after 6 epochs (best 3), 1.5 s  ✓ pass\n",
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
      progress.ended(SHORT, checked(record), null);
      progress.clear();
      assert.equal(world.err, "");
      progress.broke(LONG, "the worker died");
    });
    assert.equal(world.err, "[2/2] fc@2000#0  could not run: the worker died\n");
  }
});

Deno.test("a snapshot says what is done, under way and left, and the time left as the terminal does", async () => {
  const world = new ScriptedWorld({ terminalColumns: 200 });
  const record = await scriptedRecord(SHORT, { score: 0.9 });
  const order = [SHORT, LONG, ENCODER, HEAD];
  await scripted(world, false, (progress, tick) => {
    const now = new Date("2026-03-01T21:43:12Z");
    const at = () => {
      const { left, underWay, ...rest } = progress.snapshot(now);
      return {
        ...rest,
        underWay: underWay.map((u) => [formatCase(u.case), u.last, u.epochs, u.share]),
        left: left.map(formatCase),
      };
    };
    const always = {
      state: "running",
      engine: "exact",
      total: 4,
      writtenAt: "2026-03-01T21:43:12.000Z",
    };
    assert.deepEqual(at(), {
      ...always,
      done: 0,
      underWay: [],
      left: order.map(formatCase),
      secondsLeft: 25,
    });
    progress.started(SHORT);
    progress.started(LONG);
    progress.epoch(LONG, epoch(2));
    tick(12);
    progress.ended(SHORT, checked(record), null);
    // 10 s of work are done, and 2 of 10 epochs of 30 s, of 100 s in all: 16 % took 12 s.
    assert.deepEqual(at(), {
      ...always,
      done: 1,
      underWay: [["fc@2000#0", epoch(2), 10, 0.2]],
      left: ["vae20#0", "vae20@2000#0"],
      secondsLeft: 12 * 0.84 / 0.16,
    });
    assert.match(world.err, /ETA 1 min 3 s$/);
    progress.started(ENCODER);
    progress.epoch(LONG, epoch(99));
    assert.deepEqual(at().underWay, [
      ["fc@2000#0", epoch(99), 10, 0.95],
      ["vae20#0", null, 30, 0],
    ]);
    progress.broke(LONG, "the worker died");
    progress.elsewhere(HEAD);
    assert.deepEqual([at().done, at().left], [3, []]);
    assert.deepEqual(progress.notEnded().map(formatCase), ["vae20#0"]);
  }, [
    planned(SHORT, 10, 20),
    planned(LONG, 30, 10),
    planned(ENCODER, 50, 30),
    planned(HEAD, 10, 20),
  ]);
});
