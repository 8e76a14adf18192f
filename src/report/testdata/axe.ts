/** What axe-core finds wrong with a page in a browser. */
import axe from "axe-core";
import type { Opened } from "./chromium.ts";

interface Accessibility {
  /** The rules that are broken, each with the elements that break it. */
  readonly faults: readonly string[];
  /** Number of rules that hold. */
  readonly passes: number;
}

/** Runs all rules, best practices too, on the whole page as it stands. */
export async function accessibilityOf(page: Opened["page"]): Promise<Accessibility> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<axe.AxeResults>("axe.run(document)");
  return {
    faults: violations.map(({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.slice(0, 5).map(({ html }) => html.slice(0, 200)).join(" | ")}`
    ),
    passes: passes.length,
  };
}
