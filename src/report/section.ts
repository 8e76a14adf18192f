/** What a report is made of: sections, in the order in which they are read. */
import type { VNode } from "preact";
import type { ReportInput } from "./input.ts";

export interface Section {
  /** The anchor of the section's element. */
  readonly id: string;
  /** Its heading, and its name in the navigation. */
  readonly title: string;
  /** Its style sheet; null where it needs none of its own. */
  readonly style: URL | null;
  /**
   * The section's element; null where the input holds nothing for it.
   *
   * @param isFirst whether it begins the page, and so has its title
   */
  render(input: ReportInput, isFirst: boolean): Promise<VNode | null>;
}
