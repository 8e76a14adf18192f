import type { CheckedCase } from "../checks/verdict.ts";
import type { StoreError } from "../store/store.ts";
import type { Lines, RunPlan } from "./plan_run.ts";
import { pathOrWarning, selectionOf, writeReport } from "./write_report.ts";

/** While cases run, the page is rendered again at most this often, and in this share of the time. */
const EVERY_MS = 10_000;
const SHARE = 0.01;

/** The page of a run: while it runs, rendered again now and then. */
export class RunPage {
  readonly #told = new Set<string>();
  #dueAt = performance.now() + EVERY_MS;

  constructor(private readonly plan: RunPlan, private readonly notify: Lines["notify"]) {}

  /** Returns the page's path; null if it cannot be written, which stops no run. */
  async render(all: readonly CheckedCase[], running: boolean): Promise<string | null> {
    return await this.#write(() => Promise.resolve(all), running);
  }

  async renderIfDue(check: () => Promise<readonly CheckedCase[]>): Promise<void> {
    const start = performance.now();
    if (start < this.#dueAt) return;
    await this.#write(check, true);
    const took = performance.now() - start;
    this.#dueAt = start + Math.max(EVERY_MS, took / SHARE);
  }

  /** What cannot be done is said once. A broken file beside the records is left out. */
  #write(
    check: () => Promise<readonly CheckedCase[]>,
    running: boolean,
  ): Promise<string | null> {
    const { store, dataset, engine, profile, cases } = this.plan;
    const warn = ({ message }: StoreError) => {
      const what = message.split(": ", 1)[0]!;
      if (!this.#told.has(what)) this.notify(`WARNING: ${message}`);
      this.#told.add(what);
    };
    const write = async () => {
      const all = await check();
      const selection = selectionOf(all, cases, engine.name, this.plan.selection);
      return await writeReport(store, dataset, all, { profile, selection }, running, warn);
    };
    return pathOrWarning(write, warn);
  }
}
