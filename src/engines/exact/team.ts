/**
 * A team: threads that run a session's programs together, each its part of every call. The session's
 * thread is part 0 and leads; the others are workers that wait in `team_worker.ts` for its orders.
 * @module
 */
import { type BoundProgram, link, type LinkedProgram, runTogether } from "./bound_program.ts";
import type { KernelHandle, KernelInstance } from "./kernels.ts";
import { Meeting } from "./meeting.ts";

/** What a worker is started with; it answers with any message once it is ready. */
export interface Enlistment {
  readonly kernels: KernelHandle;
  readonly programs: readonly BoundProgram[];
  readonly part: number;
  readonly parts: number;
  /** The memory of the team's `Meeting`. */
  readonly meeting: SharedArrayBuffer;
}

/** Seconds without an answer after which a worker counts as dead: a call takes milliseconds. */
const PATIENCE = 60;

export class Team {
  readonly #instance: KernelInstance;
  readonly #programs: readonly LinkedProgram[];
  readonly #meeting: Meeting;
  readonly #workers: readonly Worker[];
  #hasFailed = false;

  private constructor(
    instance: KernelInstance,
    programs: readonly BoundProgram[],
    parts: number,
    private readonly patience: number,
  ) {
    this.#instance = instance;
    this.#programs = programs.map((program) => link(program, instance, 0, parts));
    this.#meeting = new Meeting(parts);
    this.#workers = Array.from(
      { length: parts - 1 },
      () => new Worker(new URL("./team_worker.ts", import.meta.url), { type: "module" }),
    );
  }

  /** Starts the other threads; `instance` must have a memory that can be shared. */
  static async start(
    instance: KernelInstance,
    programs: readonly BoundProgram[],
    parts: number,
    patience = PATIENCE,
  ): Promise<Team> {
    const team = new Team(instance, programs, parts, patience);
    try {
      await Promise.all(team.#workers.map((worker, i) =>
        team.#enlist(worker, {
          kernels: instance.share(),
          programs,
          part: i + 1,
          parts,
          meeting: team.#meeting.memory,
        })
      ));
    } catch (error) {
      team.close();
      throw error;
    }
    return team;
  }

  /** Runs a program on a batch of `count` samples. Throws where a thread of the team has stopped. */
  run(program: number, count: number): void {
    const meeting = this.#meeting;
    const meet = () => {
      const outcome = meeting.wait(meeting.arrive(), this.patience);
      if (outcome === "late") meeting.end("one of them does not answer");
      return outcome === "met";
    };
    meeting.order = { program, count };
    let together = false;
    this.#hasFailed = true;
    try {
      together = meet() && runTogether(this.#instance, this.#programs[program]!, count, meet);
    } catch (error) {
      meeting.end(messageOf(error));
      throw error;
    }
    if (!together) throw new Error(`Cannot go on with a team of threads: ${meeting.reason}`);
    this.#hasFailed = false;
  }

  /** Whether a run has not come to its end, so that some thread may still be in a call. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Ends the other threads. */
  close(): void {
    this.#meeting.end("it was closed");
    for (const worker of this.#workers) worker.terminate();
  }

  #enlist(worker: Worker, enlistment: Enlistment): Promise<void> {
    return new Promise((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => {
        event.preventDefault();
        this.#meeting.end(event.message);
        reject(new Error(`Cannot start a team of threads: ${event.message}`));
      };
      worker.postMessage(enlistment);
    });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
