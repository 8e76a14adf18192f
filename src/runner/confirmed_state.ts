import type { Checkpoint } from "../store/checkpoint.ts";

/**
 * Where a case on a doubted device surely stood: after the last epoch that was followed by a step
 * which another device confirmed.
 */
export class ConfirmedState {
  #candidate: { readonly checkpoint: Checkpoint; readonly confirmedSteps: number } | null = null;

  /** @param last where the case began; null: at its beginning */
  constructor(public last: Checkpoint | null = null) {}

  /**
   * After an epoch.
   *
   * @param confirmedSteps of the session so far; undefined if its device is not doubted
   * @param take copies where the case stands now
   * @returns takes what has been confirmed since the last call; null if that is nothing
   */
  async confirm(
    confirmedSteps: number | undefined,
    take: () => Promise<Checkpoint>,
  ): Promise<(() => Promise<Checkpoint>) | null> {
    if (confirmedSteps === undefined) return take;
    const candidate = this.#candidate;
    if (candidate?.confirmedSteps === confirmedSteps) return null;
    this.#candidate = { checkpoint: await take(), confirmedSteps };
    if (candidate === null) return null;
    this.last = candidate.checkpoint;
    return () => Promise.resolve(candidate.checkpoint);
  }
}
