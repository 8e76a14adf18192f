/**
 * Lets contestants take turns at one model: one computes, the others wait. What is missing or fails
 * is left out, with the reason, and the others go on.
 * @module
 */
import { type Contestant, NoAnswer } from "./protocol.ts";
import { COMPARED, compareLosses, type ExpectedLosses } from "./same_losses.ts";
import { medianOf } from "../../src/checks/statistics/sample_intervals.ts";
import type { OpenRequest } from "./workload.ts";

/** Samples of one turn, and steps before them that do not count. */
const SAMPLES = 3, WARMUP = 2;
/** How long a turn of two processes side by side lasts at least, in seconds. */
const SIDE_BY_SIDE = 1.5;

/** A system that runs with a number of threads. */
export interface Participant {
  readonly system: string;
  readonly threads: number;
  readonly version: string;
  readonly contestant: Contestant;
}

/** One way of a participant to do the steps of the model. */
export interface Entry {
  readonly participant: Participant;
  readonly variant: string;
  readonly losses: readonly number[];
  /** Milliseconds a step, one value a sample. */
  readonly samples: number[];
}

/** Two processes of a system side by side, with one thread each. */
export interface Pair {
  readonly entry: Entry;
  readonly second: Contestant;
  /** Steps a second of both together, one value a turn. */
  readonly stepsPerSecond: number[];
}

export interface Missing {
  readonly model: string | null;
  readonly system: string;
  readonly threads: number;
  readonly variant: string | null;
  readonly reason: string;
}

export class Contest {
  readonly entries: Entry[] = [];
  readonly pairs: Pair[] = [];
  readonly missing: Missing[] = [];

  /** @param steps steps of a sample */
  constructor(
    readonly model: string,
    readonly request: OpenRequest,
    readonly expected: ExpectedLosses,
    readonly steps: number,
  ) {}

  /** Opens the model and compares the losses of all its variants. Throws where they differ. */
  async enter(participant: Participant): Promise<void> {
    const { system, threads, contestant } = participant;
    const opened = await this.#unlessMissing(
      participant,
      null,
      () => contestant.ask<"open">(this.request),
    );
    for (const variant of opened?.variants ?? []) {
      const answer = await this.#unlessMissing(
        participant,
        variant,
        () => contestant.ask<"losses">({ task: "losses", variant, steps: COMPARED }),
      );
      if (answer === null) continue;
      const { losses } = answer;
      compareLosses(`${system} (${variant}, threads: ${threads})`, losses, this.expected);
      this.entries.push({ participant, variant, losses, samples: [] });
    }
  }

  /** All take turns, every second time in reverse, so that no one always follows the same one. */
  async time(rounds: number): Promise<void> {
    await this.#alternate(this.entries, rounds, async (entry, counted) => {
      const { seconds, loss } = await entry.participant.contestant.ask<"time">({
        task: "time",
        variant: entry.variant,
        warmup: WARMUP,
        samples: counted ? SAMPLES : 1,
        steps: this.steps,
      });
      checkFinite(loss);
      if (counted) entry.samples.push(...seconds.map((s) => s * 1e3 / this.steps));
    });
  }

  /** Adds a second process to the fastest variant of a participant, which has one thread. */
  async pairUp(participant: Participant, second: Contestant): Promise<void> {
    const entry = this.entries.filter((entry) => entry.participant === participant)
      .toSorted((a, b) => medianOf(a.samples) - medianOf(b.samples))[0];
    if (entry === undefined) return;
    const { variant } = entry;
    await this.#unlessMissing(participant, variant, async () => {
      await second.ask<"open">(this.request);
      await second.ask<"losses">({ task: "losses", variant, steps: 1 }); // compiles
      this.pairs.push({ entry, second, stepsPerSecond: [] });
    });
  }

  /** All pairs take turns. */
  async timePairs(rounds: number): Promise<void> {
    await this.#alternate(this.pairs, rounds, async (pair, counted) => {
      const request = {
        task: "run",
        variant: pair.entry.variant,
        warmup: WARMUP,
        seconds: counted ? SIDE_BY_SIDE : 0,
        steps: Math.ceil(this.steps / 4),
      } as const;
      const answers = await Promise.all(
        [pair.entry.participant.contestant, pair.second].map((one) => one.ask<"run">(request)),
      );
      for (const { loss } of answers) checkFinite(loss);
      if (!counted) return;
      const rate = answers.reduce((sum, { steps, seconds }) => sum + steps / seconds, 0);
      pair.stepsPerSecond.push(rate);
    });
  }

  /** One round that does not count, then `rounds`. Who fails is out. */
  async #alternate<T extends Entry | Pair>(
    all: T[],
    rounds: number,
    turn: (one: T, counted: boolean) => Promise<void>,
  ): Promise<void> {
    for (let i = 0; i <= rounds; i++) {
      for (const one of i % 2 === 0 ? [...all] : all.toReversed()) {
        const { participant, variant } = "entry" in one ? one.entry : one;
        const done = await this.#unlessMissing(participant, variant, async () => {
          await turn(one, i > 0);
          return true;
        });
        if (done === null) all.splice(all.indexOf(one), 1);
      }
    }
  }

  async #unlessMissing<T>(
    { system, threads }: Participant,
    variant: string | null,
    work: () => Promise<T>,
  ): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.missing.push({ model: this.model, system, threads, variant, reason: error.message });
      return null;
    }
  }
}

function checkFinite(loss: number): void {
  if (!Number.isFinite(loss)) throw new NoAnswer(`failed: its loss became ${loss}`);
}
