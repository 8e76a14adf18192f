/** The anchors of a page that links lead to. */

/** The anchor of a case's row. */
export function caseAnchor(id: string): string {
  return `case-${id.replace("#", "-seed").replace(" ", "-")}`;
}

/** The anchor of the first row of a configuration. */
export function groupAnchor(configuration: string): string {
  return `seeds-of-${configuration.replace(" ", "-")}`;
}
