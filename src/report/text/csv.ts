/**
 * Rows of plain values as CSV (RFC 4180). Text that a spreadsheet would read as a formula is
 * prefixed by an apostrophe.
 */
export type Cell = string | number | null;

export function toCsv<Row extends { readonly [column in keyof Row]: Cell }>(
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): string {
  const lines = [
    columns.map(formatCell),
    ...rows.map((row) => columns.map((c) => formatCell(row[c]))),
  ];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

function formatCell(value: Cell): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
