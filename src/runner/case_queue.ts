import { type Case, dependencyOf, formatCase } from "../matrix/case.ts";

/** Cases that wait for a worker, in their order, each until what it depends on has ended. */
export class CaseQueue {
  #waiting: Case[];
  readonly #running = new Set<string>();
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(cases: readonly Case[]) {
    this.#waiting = [...cases];
  }

  /**
   * The first of the wanted cases that can run, as soon as there is one; null when none of them is
   * left.
   */
  async take(isWanted: (c: Case) => boolean = () => true): Promise<Case | null> {
    while (this.#waiting.some(isWanted)) {
      const at = this.#waiting.findIndex((c) => isWanted(c) && !this.#isPending(dependencyOf(c)));
      const [taken] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (taken) {
        this.#running.add(formatCase(taken));
        return taken;
      }
      await this.#changed.promise;
    }
    return null;
  }

  /** A case that was taken cannot run yet: it waits again, behind all others. */
  postpone(c: Case): void {
    this.#running.delete(formatCase(c));
    this.#waiting.push(c);
    this.#wake();
  }

  /** A case that was taken has run, or failed: those that depend on it can be taken now. */
  ended(c: Case): void {
    this.#running.delete(formatCase(c));
    this.#wake();
  }

  /** Leaves nothing to take. */
  clear(): void {
    this.#waiting = [];
    this.#wake();
  }

  #isPending(c: Case | null): boolean {
    if (c === null) return false;
    const name = formatCase(c);
    return this.#running.has(name) || this.#waiting.some((waiting) => formatCase(waiting) === name);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
