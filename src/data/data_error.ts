/**
 * The data cannot be had, or cannot be trusted: nothing can be measured. A class of its own because
 * the command line ends with exit code 3 ("could not measure") when it meets one.
 */
export class DataError extends Error {
  /** `DataError`, or the name of a more special one. */
  override readonly name: string = "DataError";
}

/** What went wrong and, where it says so, by what cause: a few words for the end of a message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}
