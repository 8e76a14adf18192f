/** How figures stand on a page: no line break parts them from their units, and a minus is a minus. */

const NO_BREAK_SPACE = "\u00a0";
const MINUS = "\u2212";

/**
 * `97.65 %` and `4 h 4 min` with spaces at which no line breaks; the long unit of a loss may part.
 * A number below 0 has a minus in place of a hyphen.
 */
export function holdUnits(text: string): string {
  return text
    .replace(/(?<=^|[\s(])-(?=\d)/g, MINUS)
    .replace(/(?<=\d) (?=(?:%|pp|ms|s|min|h|kB|MB|GB)(?!\w))/g, NO_BREAK_SPACE)
    .replace(/(?<=\d\u00a0(?:h|min)) (?=\d+\u00a0(?:min|s)(?!\w))/g, NO_BREAK_SPACE);
}

/** The same in the texts of a page, and neither in its scripts nor in its styles. */
export function holdUnitsInHtml(html: string): string {
  return html.replace(
    /<(script|style)\b[\s\S]*?<\/\1>|<[^>]*>|[^<]+/g,
    (part) => part.startsWith("<") ? part : holdUnits(part),
  );
}
