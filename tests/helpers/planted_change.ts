/** Every field of a result or of a case, changed one at a time. */

type Json = { readonly [key: string]: Json };

/** Where a value lies, from the outside in. */
export type Path = readonly string[];

/** Every value in a JSON value that is neither object nor array, by its path. */
export function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

/** A copy whose value at a path is another one of its kind, fractions by as little as 1e-9. */
export function changedAt<T>(value: T, path: Path): T {
  const parent = path.slice(0, -1).reduce((part, key) => part[key]!, value as unknown as Json);
  return withValue(value, path, otherThan(parent[path.at(-1)!]));
}

/** A copy with a value at a path. */
export function withValue<T>(value: T, path: Path, planted: unknown): T {
  const copy = structuredClone(value);
  const parent = path.slice(0, -1).reduce((part, key) => part[key]!, copy as unknown as Json);
  (parent as { [key: string]: unknown })[path.at(-1)!] = planted;
  return copy;
}

function otherThan(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? value + 1 : value + 1e-9;
  if (typeof value !== "string") return 1;
  // Predictions are digits, all else in a result that is text is a digest or a word.
  return /^[0-9]{200,}$/.test(value)
    ? value.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
    : "f".repeat(64);
}
