/** The order of turns and who is left out, with scripted contestants. */
import assert from "node:assert/strict";
import { Contest, type Participant } from "./contest.ts";
import { type Answers, type Contestant, NoAnswer, type Request, type Task } from "./protocol.ts";
import type { OpenRequest } from "./workload.ts";

const EXPECTED = { losses: [2, 1], tolerances: [0.1, 0.1] };

interface Script {
  readonly variants?: readonly string[];
  readonly losses?: readonly number[];
  /** The number of the turn that fails. */
  readonly failsAt?: number;
  /** The loss at the end of a turn. */
  readonly loss?: number;
  /** Seconds of a sample, by variant. */
  readonly seconds?: { readonly [variant: string]: number };
}

/** Writes down what it is asked. */
function scripted(name: string, log: string[], script: Script = {}): Contestant {
  let turns = 0;
  return {
    ask: <T extends Task>(request: Extract<Request, { task: T }>): Promise<Answers[T]> => {
      const asked: Request = request;
      const { loss = 1 } = script;
      const answer = (): Answers[Task] => {
        switch (asked.task) {
          case "hello":
            return { version: "1" };
          case "open":
            return { variants: script.variants ?? ["v"] };
          case "losses":
            log.push(`${name} losses ${asked.variant}`);
            return { losses: script.losses ?? [2, 1] };
          case "time": {
            log.push(`${name} ${asked.variant} x${asked.samples}`);
            if (++turns === script.failsAt) throw new NoAnswer("failed: out of memory");
            const seconds = script.seconds?.[asked.variant] ?? 0.5;
            return { seconds: new Array(asked.samples).fill(seconds), loss };
          }
          case "run":
            log.push(`${name} runs ${asked.variant}`);
            return { steps: 30, seconds: 1.5, loss };
          default:
            return asked satisfies never;
        }
      };
      return new Promise((resolve) => resolve(answer() as Answers[T]));
    },
    close: () => Promise.resolve(),
  };
}

function participant(system: string, log: string[], script?: Script): Participant {
  return { system, threads: 1, version: "1", contestant: scripted(system, log, script) };
}

function contest(): Contest {
  return new Contest("conv", { task: "open" } as OpenRequest, EXPECTED, 10);
}

Deno.test("all take turns, every second round in reverse, after one that does not count", async () => {
  const log: string[] = [], all = contest();
  for (const system of ["A", "B"]) await all.enter(participant(system, log));
  assert.deepEqual(log.splice(0), ["A losses v", "B losses v"]);
  await all.time(2);
  assert.deepEqual(log, ["A v x1", "B v x1", "B v x3", "A v x3", "A v x3", "B v x3"]);
  assert.deepEqual(all.entries.map(({ samples }) => samples), [
    new Array(6).fill(50),
    new Array(6).fill(50),
  ]);
});

Deno.test("other losses stop everything, and say whose they are", async () => {
  const other = participant("B", [], { losses: [2, 1.2] });
  await assert.rejects(
    contest().enter(other),
    /the loss of step 2 is 1 here and 1\.2 in B \(v, threads: 1\)/,
  );
});

Deno.test("who fails is left out with the reason, and the others go on", async () => {
  const log: string[] = [], all = contest();
  await all.enter(participant("A", log, { variants: ["u", "v"], failsAt: 3 }));
  await all.enter(participant("B", log));
  await all.time(2);
  assert.deepEqual(
    all.entries.map(({ participant, variant, samples }) => [
      ...[participant.system, variant, samples.length],
    ]),
    [["A", "u", 6], ["B", "v", 6]],
  );
  assert.deepEqual(all.missing, [{
    ...{ model: "conv", system: "A", threads: 1, variant: "v" },
    reason: "failed: out of memory",
  }]);
});

Deno.test("a loss that is not finite is a failure", async () => {
  const all = contest();
  await all.enter(participant("A", [], { loss: NaN }));
  await all.time(1);
  assert.equal(all.entries.length, 0);
  assert.equal(all.missing[0]!.reason, "failed: its loss became NaN");
});

Deno.test("a pair is two processes of the fastest variant, whose rates add up", async () => {
  const log: string[] = [], all = contest();
  const first = participant("A", log, { variants: ["u", "v"], seconds: { u: 2, v: 1 } });
  await all.enter(first);
  await all.time(1);
  await all.pairUp(first, scripted("A'", log));
  await all.pairUp(participant("not in it", log), scripted("B'", log));
  log.length = 0;
  await all.timePairs(2);
  assert.deepEqual(log, new Array(3).fill(["A runs v", "A' runs v"]).flat());
  assert.deepEqual(all.pairs.map(({ stepsPerSecond }) => stepsPerSecond), [[40, 40]]);
});
