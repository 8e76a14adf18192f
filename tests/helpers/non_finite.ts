import assert from "node:assert/strict";
import { NonFiniteError } from "../../src/training/non_finite_error.ts";

/** Asserts that training fails with this value, epoch and step, and with a message that names them. */
export async function assertNonFinite(
  training: Promise<unknown>,
  what: string,
  epoch: number,
  step: number | null,
): Promise<void> {
  await assert.rejects(training, (error) => {
    assert.ok(error instanceof NonFiniteError);
    assert.deepEqual([error.what, error.epoch, error.step], [what, epoch, step]);
    assert.equal(
      error.message,
      `Cannot go on training: ${what} is not finite in epoch ${epoch}` +
        (step === null ? "" : `, step ${step}`),
    );
    return true;
  });
}
