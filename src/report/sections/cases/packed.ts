/** Rows, digests and curves as short texts: packed when a page is rendered, read by its script. */

type Cell = string | number | null;

/** A column: its cells, or its distinct values and the place of each cell among them, or its one value. */
type Column =
  | readonly Cell[]
  | { readonly distinct: readonly Cell[]; readonly places: readonly number[] }
  | { readonly all: Cell; readonly count: number };

export interface Packed {
  readonly [name: string]: Column;
}

export function packRows<Row extends object>(rows: readonly Row[]): Packed {
  const names = Object.keys(rows[0] ?? {}) as (keyof Row & string)[];
  return Object.fromEntries(names.map((name) => {
    const cells = rows.map((row) => row[name] as Cell);
    const distinct = [...new Set(cells)];
    if (distinct.length === 1) return [name, { all: distinct[0] ?? null, count: cells.length }];
    if (distinct.length > cells.length / 2) return [name, cells];
    const placeOf = new Map(distinct.map((value, place) => [value, place]));
    return [name, { distinct, places: cells.map((cell) => placeOf.get(cell)!) }];
  }));
}

export function unpackRows<Row extends object>(packed: Packed): Row[] {
  const columns = Object.entries(packed).map(([name, column]) => [name, cellsOf(column)] as const);
  const count = columns[0]?.[1].length ?? 0;
  return Array.from(
    { length: count },
    (_, i) => Object.fromEntries(columns.map(([name, cells]) => [name, cells[i]])) as Row,
  );
}

function cellsOf(column: Column): readonly Cell[] {
  if ("all" in column) return new Array<Cell>(column.count).fill(column.all);
  if ("places" in column) return column.places.map((place) => column.distinct[place] ?? null);
  return column;
}

/** A SHA-256 in hex as 43 characters of base64; any other text as it is. */
export function packDigest(digest: string): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) return digest;
  const bytes = digest.match(/../g)!.map((pair) => parseInt(pair, 16));
  return btoa(String.fromCharCode(...bytes)).slice(0, 43);
}

export function unpackDigest(packed: string): string {
  if (!/^[A-Za-z0-9+/]{43}$/.test(packed)) return packed;
  return [...atob(packed)].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LEVELS = 4095;

/** The lowest value, the highest, and two base-64 digits per value for its level between them. */
export function packCurve(values: readonly number[]): string {
  const [lo, hi] = [Math.min(...values), Math.max(...values)].map((v) => Math.round(v * 1e5) / 1e5);
  const levels = values.map((value) => {
    const share = hi! > lo! ? (value - lo!) / (hi! - lo!) : 0;
    return Math.round(Math.min(1, Math.max(0, share)) * LEVELS);
  });
  return `${lo} ${hi} ${levels.map((l) => DIGITS[l >> 6]! + DIGITS[l & 63]!).join("")}`;
}

/** Enough for a picture: each value to a 4,096th of the span. */
export function unpackCurve(packed: string): number[] {
  const [lo, hi, digits] = packed.split(" ") as [string, string, string];
  return digits.match(/../g)!.map((pair) => {
    const level = 64 * DIGITS.indexOf(pair[0]!) + DIGITS.indexOf(pair[1]!);
    return Number(lo) + (Number(hi) - Number(lo)) * level / LEVELS;
  });
}
