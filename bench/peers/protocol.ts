/**
 * What everyone who is timed is asked, and answers: peers as JSON over standard input and output
 * (peer.py), our engine as messages to a worker (ours_worker.ts).
 * @module
 */
import type { OpenRequest } from "./workload.ts";

export type Request =
  | { readonly task: "hello" }
  | OpenRequest
  /** Losses of the first steps from the initial weights. */
  | { readonly task: "losses"; readonly variant: string; readonly steps: number }
  /** Times `samples` times `steps` steps from the initial weights, `warmup` steps before them. */
  | {
    readonly task: "time";
    readonly variant: string;
    readonly warmup: number;
    readonly samples: number;
    readonly steps: number;
  }
  /** Does steps for at least `seconds`, in calls of `steps`. */
  | {
    readonly task: "run";
    readonly variant: string;
    readonly warmup: number;
    readonly seconds: number;
    readonly steps: number;
  };

export type Task = Request["task"];

export interface Answers {
  readonly hello: { readonly version: string };
  /** Variants: ways to do the same step. */
  readonly open: { readonly variants: readonly string[] };
  readonly losses: { readonly losses: readonly number[] };
  readonly time: { readonly seconds: readonly number[]; readonly loss: number };
  readonly run: { readonly steps: number; readonly seconds: number; readonly loss: number };
}

/** What stands in place of an answer. */
export interface Failure {
  readonly missing?: string;
  readonly error?: string;
}

export type Answer<T extends Task> = Answers[T] | Failure;

/** There is no answer, and the message says why: the others go on without it. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** Someone who does training steps when asked, and nothing in between. */
export interface Contestant {
  /** Throws a NoAnswer where something is missing or failed. */
  ask<T extends Task>(request: Extract<Request, { task: T }>): Promise<Answers[T]>;
  close(): Promise<void>;
}

export function answered<T extends Task>(answer: Answer<T>): Answers[T] {
  const { missing, error } = answer as Failure;
  if (missing !== undefined) throw new NoAnswer(missing);
  if (error !== undefined) throw new NoAnswer(`failed: ${error}`);
  return answer as Answers[T];
}
