import type { CheckedCase } from "../checks/verdict.ts";
import type { Lines, RunPlan } from "./plan_run.ts";
import { writeReport } from "./write_report.ts";

/** While cases run, the page is rendered again at most this often, and in this share of the time. */
const EVERY_MS = 10_000;
const SHARE = 0.01;

/** The page of a run: while it runs, rendered again now and then. */
export class RunPage {
  readonly #told = new Set<string>();
  #dueAt = performance.now() + EVERY_MS;

  constructor(private readonly plan: RunPlan, private readonly notify: Lines["notify"]) {}

  /** Gives the page's path. A file beside the records that is broken is told once, and left out. */
  async render(all: readonly CheckedCase[], running: boolean): Promise<string> {
    const { store, dataset, profile } = this.plan;
    return await writeReport(store, dataset, all, profile, running, ({ message }) => {
      if (!this.#told.has(message)) this.notify(`WARNING: ${message}`);
      this.#told.add(message);
    });
  }

  async renderIfDue(check: () => Promise<readonly CheckedCase[]>): Promise<void> {
    const start = performance.now();
    if (start < this.#dueAt) return;
    await this.render(await check(), true);
    const took = performance.now() - start;
    this.#dueAt = start + Math.max(EVERY_MS, took / SHARE);
  }
}
