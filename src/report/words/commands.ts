/** Command lines that repeat what a report shows, ready to be pasted into a shell. */
import type { CheckedCase } from "../../checks/verdict.ts";
import type { EngineName } from "../../engines/engine_name.ts";
import { formatCase } from "../../matrix/case.ts";
import type { ReportInput } from "../input.ts";

/**
 * The command that runs the cases of the report again, on their engine; null if no single command
 * does.
 */
export function reproduceAll(input: ReportInput): string | null {
  const engines = [...new Set(input.cases.map(({ engine }) => engine))];
  if (input.selection === null || engines.length > 1) return null;
  return [reproduce(input, engines[0]), ...input.selection.map((word) => quote(word))].join(" ");
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
  if (when === "needed" && /^[\w.,/-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
