import { type Case, parseCase } from "../../src/matrix/case.ts";

/** The case of a name, of seed 0 where the name has none. */
export function caseOf(name: string): Case {
  const parsed = parseCase(name);
  return { ...parsed, seed: parsed.seed ?? 0 };
}
