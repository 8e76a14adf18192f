/**
 * The commit that a working copy is at, read from git's own files: the program may start no git.
 *
 * Source: gitrepository-layout(5), for `.git` files, `commondir` and `packed-refs`.
 * @module
 */
import { join, resolve } from "node:path";

/** A reference may name another one; git follows no more than these. */
const MOST_REFERENCES = 5;

/** 40 hex digits; null if the folder is no working copy, or nothing was committed. */
export async function currentCommit(workingCopy: string): Promise<string | null> {
  const found = join(workingCopy, ".git");
  // In a worktree or a submodule it is a file that says where the folder is.
  const elsewhere = (await read(found))?.match(/^gitdir: (.+)$/)?.[1];
  const git = elsewhere === undefined ? found : resolve(workingCopy, elsewhere);
  // A worktree has a HEAD of its own, and its branches in a folder that all worktrees share.
  const common = resolve(git, await read(join(git, "commondir")) ?? ".");
  let value = await read(join(git, "HEAD"));
  for (let i = 0; i < MOST_REFERENCES; i++) {
    const reference = value?.match(/^ref: (refs\/.+)$/)?.[1];
    if (reference === undefined) break;
    value = await read(join(git, reference)) ?? await read(join(common, reference)) ??
      await packed(common, reference);
  }
  return value !== null && /^[0-9a-f]{40}$/.test(value) ? value : null;
}

/** The value of a reference that has no file of its own. */
async function packed(common: string, reference: string): Promise<string | null> {
  const lines = (await read(join(common, "packed-refs")))?.split("\n") ?? [];
  return lines.find((line) => line.endsWith(` ${reference}`))?.split(" ")[0] ?? null;
}

/** The text of a file without space around it; null if there is none. */
async function read(path: string): Promise<string | null> {
  try {
    return (await Deno.readTextFile(path)).trim();
  } catch {
    return null;
  }
}
