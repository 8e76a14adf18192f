/**
 * Fuzz tests of the readers of files: whatever they are given, they read a valid value or refuse it
 * with an error of their own, soon, and without the memory that a broken header asks for. Some
 * hundreds of inputs a reader; with LATENTBENCH_SLOW ten thousand.
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { SLOW } from "../needs.ts";

/** Far beyond what any input takes on a busy machine: only what never ends is meant. */
const TIME_LIMIT_MS = 2_000;

const MEMORY_LIMIT = 300e6;

/** An error's class, by what makes its objects. */
// deno-lint-ignore no-explicit-any
type ErrorClass = new (...args: any[]) => Error;

export interface Fuzz<T> {
  readonly inputs: fc.Arbitrary<T>;
  /** Reads the input, and holds that what was read is valid. */
  readonly read: (input: T) => unknown;
  /** What the reader may throw: these very classes, and none made from them. */
  readonly refusals: readonly ErrorClass[];
  /** How many times as long as another's an input takes: so many fewer are tried. */
  readonly cost?: number;
}

/** A test that gives a reader many inputs; some must be read, and some refused. */
export function fuzz<T>(name: string, { inputs, read, refusals, cost = 1 }: Fuzz<T>): void {
  Deno.test(`${name}, for any input`, async () => {
    let accepted = 0, refused = 0;
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const start = performance.now();
        // Of each input alone: over thousands, what has not been collected yet comes to more.
        const before = memoryHeld();
        try {
          await read(input);
          accepted++;
        } catch (error) {
          if (!refusals.some((refusal) => (error as Error).constructor === refusal)) throw error;
          refused++;
        }
        const took = performance.now() - start;
        assert.ok(took < TIME_LIMIT_MS, `took ${took} ms`);
        const grown = memoryHeld() - before;
        assert.ok(grown < MEMORY_LIMIT, `the memory grew by ${grown} bytes`);
      }),
      { seed: 7, numRuns: Math.ceil((SLOW ? 10_000 : 300) / cost) },
    );
    assert.ok(accepted > 0 && refused > 0, `${accepted} read, ${refused} refused`);
  });
}

/**
 * Of this test file alone, and with what was allocated and not yet touched: the resident set is of
 * all tests that run side by side, and does not show pages without content.
 */
function memoryHeld(): number {
  const { heapTotal, external } = Deno.memoryUsage();
  return heapTotal + external;
}
