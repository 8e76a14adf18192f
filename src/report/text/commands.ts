/** Command lines that repeat what a report shows, ready to be pasted into a shell. */
import type { CheckedCase } from "../../checks/verdict.ts";
import type { EngineName } from "../../engines/engine_name.ts";
import { formatCase } from "../../matrix/case.ts";
import type { ReportInput } from "../input.ts";
import type { RunInterrupted } from "../run_state.ts";

/**
 * The command that runs the cases of the report again, on their engine; null if no single command
 * does.
 */
export function reproduceAll(input: ReportInput): string | null {
  const engines = [...new Set(input.cases.map(({ engine }) => engine))];
  if (input.selection === null || engines.length > 1) return null;
  return withWords(reproduce(input, engines[0]), input.selection);
}

/** The command that runs what an interrupted run has left. */
export function goOn(input: Pick<ReportInput, "dataset">, run: RunInterrupted): string {
  return withWords(reproduce(input, run.engine), run.goOn);
}

/** The command that runs one case again, on its engine. */
export function reproduceCase(
  input: Pick<ReportInput, "dataset">,
  { case: c, engine }: Pick<CheckedCase, "case" | "engine">,
): string {
  return `${reproduce(input, engine)} --only ${quote(formatCase(c), "always")}`;
}

/** The same for any case of the report, where `CASE` stands for its name. */
export function reproduceOne({ dataset, cases }: ReportInput): string {
  return `${reproduce({ dataset }, cases[0]?.engine)} --only 'CASE'`;
}

function reproduce(
  { dataset }: Pick<ReportInput, "dataset">,
  engine: EngineName = "exact",
): string {
  const task = engine === "exact" ? "reproduce" : `reproduce:native --engine ${engine}`;
  const data = dataset.name === "idx" ? " --data DIR" : "";
  return `deno task ${task} --dataset ${dataset.name}${data}`;
}

function withWords(command: string, words: readonly string[]): string {
  return [command, ...words.map((word) => quote(word))].join(" ");
}

/** Quotes for a POSIX shell; a `#` or `*` inside of a word is harmless only when quoted. */
function quote(word: string, when: "always" | "needed" = "needed"): string {
  if (when === "needed" && /^[\w.,/-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
