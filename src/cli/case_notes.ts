import { type Case, formatCase } from "../matrix/case.ts";
import type { CaseNote } from "../runner/messages.ts";
import type { Lines } from "./plan_run.ts";

/**
 * Says what is worth a line while cases run. That no more checkpoints are written is said once, though
 * every worker may find it.
 */
export function sayNotes(
  { say, notify }: Pick<Lines, "say" | "notify">,
): (c: Case, note: CaseNote) => void {
  let areOff = false;
  return (c, note) => {
    switch (note.kind) {
      case "resumed":
        return void say(`${formatCase(c)} goes on after epoch ${note.epoch}`);
      case "unusable":
        return void notify(`${formatCase(c)} starts from the beginning: ${note.reason}`);
      case "substituted":
        return void notify(
          `${formatCase(c)} is left to the processor, ${
            note.epoch === 0 ? "from the beginning" : `after epoch ${note.epoch}`
          }: ${note.reason}`,
        );
      case "off":
        if (!areOff) notify(`No checkpoints are kept from here on: ${note.reason}`);
        areOff = true;
    }
  };
}
