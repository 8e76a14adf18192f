import type { CheckedCase } from "../checks/verdict.ts";
import type { RunState } from "../report/run_state.ts";
import { StoreError } from "../store/store.ts";
import { NowAndThen } from "./now_and_then.ts";
import type { Lines, RunPlan } from "./plan_run.ts";
import { printable } from "./printable.ts";
import type { Progress } from "./progress.ts";
import { pathOrWarning, selectionOf, writeReport } from "./write_report.ts";

/** The page of a run: while it runs, rendered again now and then. */
export class RunPage {
  readonly #told = new Set<string>();
  readonly #nowAndThen = new NowAndThen(loadCharts, () => this.#writeSoFar());
  #hasPath = false;

  /** @param check gives the verdicts on all that the store holds */
  constructor(
    private readonly plan: RunPlan,
    private readonly progress: Progress,
    private readonly check: () => Promise<readonly CheckedCase[]>,
    private readonly lines: Lines,
  ) {}

  /** Begins to write the page if that is due, and waits for nothing: cases go on meanwhile. */
  writeIfDue(): void {
    this.#nowAndThen.ifDue();
  }

  /** Resolves when the page is not being written. */
  settled(): Promise<void> {
    return this.#nowAndThen.settled();
  }

  /**
   * Writes the page of a run that has ended.
   *
   * @returns its path; null if it cannot be written, which changes no verdict
   */
  async end(all: readonly CheckedCase[], wasInterrupted: boolean): Promise<string | null> {
    await this.settled();
    const { engine, selection, store } = this.plan;
    const notRun = wasInterrupted ? this.progress.notEnded() : [];
    const run = notRun.length === 0 ? null : {
      state: "interrupted" as const,
      engine: engine.name,
      notRun,
      goOn: [...selection, "--results", store.directory],
    };
    return await pathOrWarning(() => this.#write(all, run), this.#warn);
  }

  /** Whatever goes wrong here stops no run. */
  async #writeSoFar(): Promise<void> {
    try {
      // Before the records are read: a case that ends in between has both.
      const run = this.progress.snapshot(new Date());
      const path = await this.#write(await this.check(), run);
      if (!this.#hasPath) {
        this.progress.clear();
        this.lines.say(`Report so far: ${path}, written again while cases run`);
      }
      this.#hasPath = true;
    } catch (error) {
      if (error instanceof StoreError) return this.#warn(error);
      const message = error instanceof Error ? error.message : String(error);
      this.#warn({ message: `Cannot render the report: ${printable(message)}` });
    }
  }

  #write(all: readonly CheckedCase[], run: RunState | null): Promise<string> {
    const { store, dataset, engine, profile, cases } = this.plan;
    const selection = selectionOf(all, cases, engine.name, this.plan.selection);
    return writeReport(store, dataset, all, { profile, selection, run }, this.#warn);
  }

  /** What cannot be done is said once. A broken file beside the records is left out. */
  readonly #warn = ({ message }: Pick<StoreError, "message">) => {
    const what = message.split(": ", 1)[0]!;
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.progress.clear();
    this.lines.notify(`WARNING: ${message}`);
  };
}

/** What fails here fails again when the page is rendered, and is said then. */
async function loadCharts(): Promise<void> {
  await import("../report/report_page.tsx").catch(() => {});
}
