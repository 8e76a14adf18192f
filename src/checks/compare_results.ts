/**
 * Two results of one case, field by field. All of a result of the exact engine repeats: scores, curve
 * and measurements as much as digests. Records of different versions hold different fields, and only
 * those that both hold are compared.
 * @module
 */
import type { CaseResult } from "../store/record.ts";

/** A field that two results do not agree on. */
export interface Difference {
  /**
   * For example `score`, `curve.3.trainLoss`, `digests.weights` or `artifacts.originals.sha256`; epochs
   * count from 1.
   */
  readonly field: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** A result, or the part of it that was kept. */
export type PartOfResult = Partial<CaseResult>;

/** What decides a result comes before what follows from it. */
const ORDER = ["digests", "score", "validationScore", "bestEpoch", "epochs", "curve"];

/** The fields that two results do not agree on, the most telling first. */
export function differencesOf(expected: PartOfResult, found: PartOfResult): Difference[] {
  const rank = (field: string) => {
    const at = ORDER.indexOf(field);
    return at < 0 ? ORDER.length : at;
  };
  return Object.keys(expected)
    .filter((field) => field in found)
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((field) =>
      field === "artifacts"
        ? differences(field, digestsByName(expected), digestsByName(found))
        : differences(field, expected[field as keyof CaseResult], found[field as keyof CaseResult])
    );
}

/** What an encoder left, by name: a newer program may leave more. */
function digestsByName({ artifacts = [] }: PartOfResult): object {
  return Object.fromEntries(artifacts.map(({ name, ...tensor }) => [name, tensor]));
}

function differences(field: string, expected: unknown, found: unknown): Difference[] {
  if (Object.is(expected, found)) return [];
  if (Array.isArray(expected) && Array.isArray(found)) {
    if (expected.length !== found.length) {
      return [{ field: `${field}.length`, expected: expected.length, found: found.length }];
    }
    return expected.flatMap((item, i) => differences(`${field}.${i + 1}`, item, found[i]));
  }
  if (isObject(expected) && isObject(found)) {
    return Object.keys(expected).filter((key) => key in found && found[key] !== undefined)
      .flatMap((key) =>
        expected[key] === undefined ? [] : differences(`${field}.${key}`, expected[key], found[key])
      );
  }
  return expected === undefined || found === undefined ? [] : [{ field, expected, found }];
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A difference in words, such as "the score is 0.999, the published reference has 0.851". */
export function describeDifference({ field, expected, found }: Difference, there: string): string {
  const [, digest] = /^digests\.(.*)$/.exec(field) ?? [];
  const what = digest === undefined ? `the ${field} is` : `the ${digest} have digest`;
  return `${what} ${shown(found)}, ${there} has ${shown(expected)}`;
}

/** A digest, and any other long value, by its beginning. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 24 ? text.slice(0, 12) : text;
}
