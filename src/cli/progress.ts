/**
 * Progress for people: on a terminal one line that is rewritten; elsewhere plain lines, one when a
 * case ends and one for long cases now and then.
 * @module
 */
import { formatDuration, formatScore } from "../figures.ts";
import { type Case, formatCase, metricOf } from "../matrix/case.ts";
import type { Seconds } from "../matrix/cost.ts";
import type { CaseRecord } from "../store/record.ts";
import type { EpochResult } from "../training/train.ts";
import { printable } from "./printable.ts";
import type { World } from "./world.ts";

/** What is expected of a case before it runs. */
export interface Expected {
  readonly seconds: Seconds;
  readonly epochs: number;
}

const PLAIN_LINE_EVERY: Seconds = 10;

export class Progress {
  /** By name, how far the running cases are. */
  readonly #running = new Map<
    string,
    { readonly case: Case; readonly result: EpochResult | null }
  >();
  readonly #start = performance.now();
  #lastLine = performance.now();
  #done = 0;
  #doneWork: Seconds = 0;
  readonly #totalWork: Seconds;

  /**
   * @param expected by case name
   * @param makespan expected time for all of them
   */
  constructor(
    private readonly world: World,
    private readonly quiet: boolean,
    private readonly expected: ReadonlyMap<string, Expected>,
    private readonly makespan: Seconds,
  ) {
    this.#totalWork = [...expected.values()].reduce((sum, { seconds }) => sum + seconds, 0);
  }

  started(c: Case): void {
    this.#running.set(formatCase(c), { case: c, result: null });
    this.#draw();
  }

  epoch(c: Case, result: EpochResult): void {
    this.#running.set(formatCase(c), { case: c, result });
    this.#draw();
  }

  /** @param model path of the saved model, if any */
  ended(c: Case, record: CaseRecord, model: string | null): void {
    const what = record.status === "failed"
      ? `failed: ${printable(record.failure.message)}`
      : `${
        formatScore(record.result.metric, record.result.score)
      } after ${record.result.epochs} epochs ` +
        `(best ${record.result.bestEpoch}), ${formatDuration(record.provenance.seconds)}`;
    this.#end(c, model === null ? what : `${what}, saved as ${model}`, this.quiet);
  }

  elsewhere(c: Case): void {
    this.#end(c, "was run by another process", this.quiet);
  }

  /** Nothing is stored of such a case, so this is the only place that says why: also when quiet. */
  broke(c: Case, message: string): void {
    this.#end(c, `could not run: ${message}`, false);
  }

  /** Takes the status line off the terminal. */
  clear(): void {
    if (this.world.terminalColumns !== null && !this.quiet) this.world.stderr("\r\x1b[K");
  }

  #end(c: Case, what: string, silent: boolean): void {
    this.#running.delete(formatCase(c));
    this.#done++;
    this.#doneWork += this.expected.get(formatCase(c))?.seconds ?? 0;
    if (silent) return;
    this.clear();
    this.world.stderr(`[${this.#done}/${this.expected.size}] ${formatCase(c)}  ${what}\n`);
    this.#lastLine = performance.now();
    this.#draw();
  }

  #draw(): void {
    if (this.quiet || this.#running.size === 0) return;
    const columns = this.world.terminalColumns;
    const cases = [...this.#running].map(([name, { case: c, result }]) =>
      result === null ? `${name} starting` : `${name} epoch ${result.epoch}, validation ` +
        formatScore(metricOf(c), result.validationScore)
    );
    const line = [`${this.#done}/${this.expected.size} done`, ...cases, `ETA ${this.#eta()}`]
      .join(" | ");
    if (columns !== null) {
      this.world.stderr(`\r\x1b[K${line.slice(0, columns - 1)}`);
    } else if (performance.now() - this.#lastLine > PLAIN_LINE_EVERY * 1000) {
      this.world.stderr(`${line}\n`);
      this.#lastLine = performance.now();
    }
  }

  /** From the share of the expected work that is done, and the time that it took. */
  #eta(): string {
    let work = this.#doneWork;
    for (const [name, { result }] of this.#running) {
      const expected = this.expected.get(name);
      if (!expected || result === null) continue;
      work += expected.seconds * Math.min(0.95, result.epoch / expected.epochs);
    }
    const share = this.#totalWork === 0 ? 0 : work / this.#totalWork;
    const elapsed = (performance.now() - this.#start) / 1000;
    return formatDuration(share < 0.05 ? this.makespan : elapsed * (1 - share) / share);
  }
}
