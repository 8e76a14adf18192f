/**
 * The calls of a plan with their addresses filled in: data that can be sent to another thread, and
 * that each thread links to its own instance of the kernels.
 * @module
 */
import type { Kernel, KernelRunner } from "./kernels.ts";

export interface BoundCall {
  readonly kernel: string;
  readonly addresses: readonly number[];
  readonly sizes: readonly (number | "count")[];
}

export type BoundProgram = readonly BoundCall[];

interface LinkedCall {
  readonly kernel: Kernel;
  readonly args: number[];
  /** Position of the batch's sample count in `args`, or -1. */
  readonly countAt: number;
}

/** One thread's part of a program. */
export type LinkedProgram = readonly LinkedCall[];

export function link(
  program: BoundProgram,
  runner: KernelRunner,
  part: number,
  parts: number,
): LinkedProgram {
  return program.map(({ kernel, addresses, sizes }) => ({
    kernel: runner.kernel(kernel, addresses.length, sizes.length + 2),
    args: [...addresses, ...sizes.map((size) => size === "count" ? 0 : size), part, parts],
    countAt: sizes.includes("count") ? addresses.length + sizes.indexOf("count") : -1,
  }));
}

/** Runs every call on a batch of `count` samples. */
export function runAlone(runner: KernelRunner, program: LinkedProgram, count: number): void {
  runner.run(() => {
    for (const { kernel, args, countAt } of program) {
      if (countAt >= 0) args[countAt] = count;
      kernel(...args);
    }
  });
}

/**
 * Runs this thread's part of every call. A call may read whatever those before it wrote, so that all
 * threads `meet` after each one; false there means that the team has ended.
 */
export function runTogether(
  runner: KernelRunner,
  program: LinkedProgram,
  count: number,
  meet: () => boolean,
): boolean {
  let together = true;
  runner.run(() => {
    for (const { kernel, args, countAt } of program) {
      if (countAt >= 0) args[countAt] = count;
      kernel(...args);
      together = meet();
      if (!together) return;
    }
  });
  return together;
}
