/** Training met a value that is not finite: the case has failed. */
export class NonFiniteError extends Error {
  /** Tells the error apart, across threads too. */
  override readonly name = "NonFiniteError";

  /**
   * Says where it was.
   *
   * @param what the value, for the message
   * @param epoch from 1
   * @param step within the epoch, from 1, or null where the value came up in scoring
   */
  constructor(readonly what: string, readonly epoch: number, readonly step: number | null) {
    const place = step === null ? `epoch ${epoch}` : `epoch ${epoch}, step ${step}`;
    super(`Cannot go on training: ${what} is not finite in ${place}`);
  }
}
