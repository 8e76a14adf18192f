import { dirname, resolve } from "node:path";
import { isUnsupported } from "./os_error.ts";

/** What writing a file asks of the file system; `Deno` is one. */
export type FileWriter = Pick<typeof Deno, "mkdir" | "open" | "rename" | "remove">;

/**
 * Writes `parts`, one after the other, to `path`, or leaves what was there: beside its place, synced,
 * then renamed. Removes its temporary file if that fails. Returns whether the file system could
 * sync; if it has no such operation, a power cut may still lose the file.
 *
 * @param temporary a name of its own unless told: a writer who is alone may reuse one, so that a
 *   process that is killed leaves one file at most
 */
export async function writeAtomically(
  path: string,
  parts: Iterable<Uint8Array>,
  disk: FileWriter = Deno,
  temporary = `${path}.${crypto.randomUUID()}.tmp`,
): Promise<boolean> {
  let isSynced: boolean;
  try {
    {
      using handle = await disk.open(temporary, { write: true, create: true, truncate: true });
      for (const part of parts) {
        for (let written = 0; written < part.length;) {
          written += await handle.write(part.subarray(written));
        }
      }
      isSynced = await sync(handle);
    }
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.remove(temporary).catch(() => {});
    throw error;
  }
  return isSynced;
}

/** False if the file system cannot. */
async function sync(file: Deno.FsFile): Promise<boolean> {
  try {
    await file.sync();
    return true;
  } catch (error) {
    if (isUnsupported(error)) return false;
    throw error;
  }
}

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/** The file that symbolic links lead to, even if it is not there yet; else the path itself. */
export async function linkTarget(path: string): Promise<string> {
  for (let links = 0; links < MOST_LINKS; links++) {
    const next = await Deno.readLink(path).catch(() => null);
    if (next === null) break;
    path = resolve(dirname(path), next);
  }
  return path;
}
