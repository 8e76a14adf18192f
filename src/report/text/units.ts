/** Figures of a page that no line break parts from their units. */

const NO_BREAK_SPACE = "\u00a0";

/** `97.65 %` and `4 h 4 min` with spaces at which no line breaks; the long unit of a loss may part. */
export function holdUnits(text: string): string {
  return text
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
