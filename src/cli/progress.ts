/**
 * How far a run is. For people at a terminal: one line that is rewritten; elsewhere plain lines, one
 * when a case ends and one for long cases now and then. For the page: a snapshot.
 * @module
 */
import type { CheckedCase } from "../checks/verdict.ts";
import { formatDuration, formatScore } from "../figures.ts";
import { type Case, formatCase, metricOf } from "../matrix/case.ts";
import type { Cost, Seconds } from "../matrix/cost.ts";
import type { RunProgress } from "../report/run_state.ts";
import type { EpochResult } from "../training/train.ts";
import type { Estimate } from "./estimate.ts";
import type { RunPlan } from "./plan_run.ts";
import { verdictLine } from "./verdict_table.ts";
import type { World } from "./world.ts";

/** What is expected of the cases before they run, in the order in which they will start. */
interface Planned {
  readonly estimates: readonly (Pick<Estimate, "case" | "seconds"> & {
    readonly cost: Pick<Cost, "epochs">;
  })[];
  /** From the first case to the end of the last. */
  readonly expected: Seconds;
  readonly engine: Pick<RunPlan["engine"], "name">;
}

interface Running {
  readonly case: Case;
  /** Of the last epoch; null while it starts. */
  readonly last: EpochResult | null;
}

type Fraction = number;

const PLAIN_LINE_EVERY: Seconds = 10;

export class Progress {
  /** By name, how far the running cases are. */
  readonly #running = new Map<string, Running>();
  /** By name. */
  readonly #expected: ReadonlyMap<string, Planned["estimates"][number]>;
  readonly #ended = new Set<string>();
  readonly #start = performance.now();
  #lastLine = performance.now();

  constructor(
    private readonly world: World,
    private readonly quiet: boolean,
    private readonly planned: Planned,
  ) {
    this.#expected = new Map(planned.estimates.map((e) => [formatCase(e.case), e]));
  }

  started(c: Case): void {
    this.#running.set(formatCase(c), { case: c, last: null });
    this.#draw();
  }

  epoch(c: Case, last: EpochResult): void {
    this.#running.set(formatCase(c), { case: c, last });
    this.#draw();
  }

  /** @param model path of the saved model, if any */
  ended(c: Case, checked: CheckedCase, model: string | null): void {
    const verdict = verdictLine(checked, this.world.color);
    const { record } = checked;
    const what = record?.status !== "ok"
      ? verdict
      : `${
        formatScore(record.result.metric, record.result.score)
      } after ${record.result.epochs} epochs (best ${record.result.bestEpoch}), ` +
        `${formatDuration(record.provenance.seconds)}  ${verdict}`;
    this.#end(c, model === null ? what : `${what}, saved as ${model}`, this.quiet);
  }

  elsewhere(c: Case): void {
    this.#end(c, "was run by another process", this.quiet);
  }

  /** Nothing is stored of such a case, so this is the only place that says why: also when quiet. */
  broke(c: Case, message: string): void {
    this.#end(c, `could not run: ${message}`, false);
  }

  /** How far the run is at this time. */
  snapshot(now: Date): RunProgress {
    return {
      state: "running",
      engine: this.planned.engine.name,
      done: this.#ended.size,
      total: this.#expected.size,
      underWay: [...this.#running.values()].map((running) => ({
        ...running,
        epochs: this.#epochsOf(running),
        share: this.#shareOf(running),
      })),
      left: this.notEnded().filter((c) => !this.#running.has(formatCase(c))),
      secondsLeft: this.#secondsLeft(),
      writtenAt: now.toISOString(),
    };
  }

  /** The cases that have not ended, in the order in which they start. */
  notEnded(): Case[] {
    return this.planned.estimates.map((e) => e.case).filter((c) => !this.#ended.has(formatCase(c)));
  }

  /** Takes the status line off the terminal. */
  clear(): void {
    if (this.world.terminalColumns !== null && !this.quiet) this.world.stderr("\r\x1b[K");
  }

  #end(c: Case, what: string, silent: boolean): void {
    this.#running.delete(formatCase(c));
    this.#ended.add(formatCase(c));
    if (silent) return;
    this.clear();
    this.world.stderr(`[${this.#ended.size}/${this.#expected.size}] ${formatCase(c)}  ${what}\n`);
    this.#lastLine = performance.now();
    this.#draw();
  }

  #draw(): void {
    if (this.quiet || this.#running.size === 0) return;
    const columns = this.world.terminalColumns;
    const cases = [...this.#running].map(([name, { case: c, last }]) =>
      last === null ? `${name} starting` : `${name} epoch ${last.epoch}, validation ` +
        formatScore(metricOf(c), last.validationScore)
    );
    const done = `${this.#ended.size}/${this.#expected.size} done`;
    const line = [done, ...cases, `ETA ${formatDuration(this.#secondsLeft())}`].join(" | ");
    if (columns !== null) {
      this.world.stderr(`\r\x1b[K${line.slice(0, columns - 1)}`);
    } else if (performance.now() - this.#lastLine > PLAIN_LINE_EVERY * 1000) {
      this.world.stderr(`${line}\n`);
      this.#lastLine = performance.now();
    }
  }

  /** From the share of the expected work that is done, and the time that it took. */
  #secondsLeft(): Seconds {
    let [work, total] = [0, 0];
    for (const [name, { seconds }] of this.#expected) {
      const running = this.#running.get(name);
      total += seconds;
      if (this.#ended.has(name)) work += seconds;
      else if (running) work += seconds * this.#shareOf(running);
    }
    const share = total === 0 ? 0 : work / total;
    const elapsed = (performance.now() - this.#start) / 1000;
    return share < 0.05 ? this.planned.expected : elapsed * (1 - share) / share;
  }

  /** How much of a case is done: never all of it while it runs. */
  #shareOf(running: Running): Fraction {
    return Math.min(0.95, (running.last?.epoch ?? 0) / this.#epochsOf(running));
  }

  #epochsOf({ case: c }: Running): number {
    return this.#expected.get(formatCase(c))!.cost.epochs;
  }
}
