/** Training met a value that is not finite: the case has failed, at this epoch and step (from 1). */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";

  /** @param step within the epoch, or null where the value came up in scoring */
  constructor(readonly what: string, readonly epoch: number, readonly step: number | null) {
    const place = step === null ? `epoch ${epoch}` : `epoch ${epoch}, step ${step}`;
    super(`Cannot go on training: ${what} is not finite in ${place}`);
  }
}
