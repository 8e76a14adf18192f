/** Command lines that repeat what a report shows, ready to be pasted into a shell. */
import type { CheckedCase } from "../../checks/verdict.ts";
import type { EngineName } from "../../engines/engine_name.ts";
import { formatCase } from "../../matrix/case.ts";
import type { ReportInput } from "../input.ts";

/**
 * The command that runs the report's profile again, on its engine where it has but one; null where it
 * is of no profile.
 */
export function reproduceProfile(input: ReportInput): string | null {
  if (input.profile === null) return null;
  const engines = [...new Set(input.cases.map(({ engine }) => engine))];
  const engine = engines.length === 1 ? engines[0] : "exact";
  return `${reproduce(input, engine)} --profile ${quote(input.profile)}`;
}

/** The command that runs one case again, on its engine. */
export function reproduceCase(
  input: ReportInput,
  { case: c, engine }: Pick<CheckedCase, "case" | "engine">,
): string {
  return `${reproduce(input, engine)} --only ${quote(formatCase(c), "always")}`;
}

function reproduce({ dataset }: ReportInput, engine: EngineName = "exact"): string {
  const task = engine === "exact" ? "reproduce" : `reproduce:native --engine ${engine}`;
  const data = dataset.name === "idx" ? " --data DIR" : "";
  return `deno task ${task} --dataset ${dataset.name}${data}`;
}

/** Quotes for a POSIX shell; a `#` or `*` inside of a word is harmless only when quoted. */
function quote(word: string, when: "always" | "needed" = "needed"): string {
  if (when === "needed" && /^[\w./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
