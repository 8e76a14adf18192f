/** Rows of cells, each padded to the width of its column. */
export function padColumns(rows: readonly (readonly string[])[]): string[][] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, cell.length));
  }
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)));
}

/** The same as lines. */
export function alignedLines(rows: readonly (readonly string[])[]): string[] {
  return padColumns(rows).map((row) => row.join("  ").trimEnd());
}
