import { type Case, formatCase } from "../matrix/case.ts";
import type { CheckpointNote } from "../runner/case_checkpoints.ts";
import type { Lines } from "./plan_run.ts";

/** Says what became of checkpoints; that no more are written once, though every worker may find it. */
export function sayCheckpoints(
  { say, notify }: Pick<Lines, "say" | "notify">,
): (c: Case, note: CheckpointNote) => void {
  let areOff = false;
  return (c, note) => {
    switch (note.kind) {
      case "resumed":
        return void say(`${formatCase(c)} goes on after epoch ${note.epoch}`);
      case "unusable":
        return void notify(`${formatCase(c)} starts from the beginning: ${note.reason}`);
      case "off":
        if (!areOff) notify(`No checkpoints are kept from here on: ${note.reason}`);
        areOff = true;
    }
  };
}
