/** How the program ends. A failed check is not a measurement that could not be made. */
export const EXIT = {
  ok: 0,
  /** A case is out of its band, or differs from the reference; goes before `notMeasured`. */
  checkFailed: 1,
  usage: 2,
  /** Data, environment, a failed or missing case. */
  notMeasured: 3,
  /** A merge that lacks cases which were asked for. */
  incomplete: 75,
  /** The terminal was closed. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line asks for something that cannot be: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs `action`, of which a RangeError says that the user asked for something impossible. */
export async function asUsage<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
