/** A spec of many rows, short enough to be read in a snapshot. */
import type { TopLevelSpec } from "vega-lite";

/** The spec with the first row of each dataset, and how many there are, in place of the rows. */
export function outline(spec: TopLevelSpec): unknown {
  const { datasets, ...rest } = JSON.parse(JSON.stringify(spec)) as TopLevelSpec & {
    datasets: { readonly [name: string]: readonly unknown[] };
  };
  const short = Object.entries(datasets)
    .map(([name, rows]) => [name, { rows: rows.length, first: rows[0] }]);
  return { ...rest, datasets: Object.fromEntries(short) };
}
