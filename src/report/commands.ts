/** Command lines that repeat what a report shows, ready to be pasted into a shell. */
import type { ReportInput } from "./input.ts";

/** The command that runs the report's profile again; null where it is of no profile. */
export function reproduceProfile(input: ReportInput): string | null {
  if (input.profile === null) return null;
  return `${reproduce(input)} --profile ${quote(input.profile)}`;
}

/** The command that runs one case again. */
export function reproduceCase(input: ReportInput, id: string): string {
  return `${reproduce(input)} --only ${quote(id, "always")}`;
}

function reproduce({ dataset }: ReportInput): string {
  const data = dataset.name === "idx" ? " --data DIR" : "";
  return `deno task reproduce --dataset ${dataset.name}${data}`;
}

/** Quotes for a POSIX shell; a `#` or `*` inside of a word is harmless only when quoted. */
function quote(word: string, when: "always" | "needed" = "needed"): string {
  if (when === "needed" && /^[\w./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
