import { UsageError } from "./exit_codes.ts";
import type { World } from "./world.ts";

/**
 * A word of a command line, or a variable, with the user's folder in the place of `~`: shells leave
 * `--results=~/x` as it is. Throws a UsageError if nobody knows that folder.
 */
export function expandHome(word: string, world: Pick<World, "env">): string {
  const [, option = "", rest] = /^(--[a-z-]+=)?~((?:\/.*)?)$/s.exec(word) ?? [];
  if (rest === undefined) return word;
  const home = world.env("HOME");
  if (!home) {
    throw new UsageError(
      `Cannot expand the ~ of ${word}: HOME is not set; write the folder's name`,
    );
  }
  return option + home + rest;
}
