/** At most this often, and in this share of the time. */
const EVERY_MS = 10_000;
const SHARE = 0.01;

/** Does something now and then beside other work, never twice at once. */
export class NowAndThen {
  #dueAt = performance.now() + EVERY_MS;
  #underWay: Promise<void> | null = null;

  /**
   * Neither may reject, for nobody waits for them.
   *
   * @param load what the action needs, which takes long only once: its time does not count
   */
  constructor(
    private readonly load: () => Promise<void>,
    private readonly action: () => Promise<void>,
  ) {}

  /** Begins the action if it is due and not under way. */
  ifDue(): void {
    if (this.#underWay !== null || performance.now() < this.#dueAt) return;
    this.#underWay = this.#run().finally(() => this.#underWay = null);
  }

  /** Resolves when the action is not under way. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  async #run(): Promise<void> {
    await this.load();
    const start = performance.now();
    await this.action();
    this.#dueAt = start + Math.max(EVERY_MS, (performance.now() - start) / SHARE);
  }
}
