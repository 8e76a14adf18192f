/** The anchors of a page that links lead to. */

/** The anchor of a case's row. */
export function caseAnchor(id: string): string {
  return `case-${id.replace("#", "-seed").replace(" ", "-")}`;
}

/** The anchor of the rows of all seeds of a configuration. */
export function groupAnchor(configuration: string): string {
  return `seeds-of-${configuration.replace(" ", "-")}`;
}

/** The anchor of where some records were made. */
export function originAnchor(id: number): string {
  return `origin-${id}`;
}
