/**
 * A claim on a case: while one process holds it, others that share the results folder leave the case
 * alone. It is a lock of the operating system on an empty file, so it ends with the process, however
 * that ends.
 * @module
 */
import { isUnsupported } from "../os_error.ts";

/** What claims ask of the file system; `Deno` is one. */
export type LockingDisk = Pick<typeof Deno, "mkdir" | "open" | "remove" | "stat">;

export interface Claim extends AsyncDisposable {
  /**
   * Whether it keeps other processes out: not if the file system has no locks, or if the number of a
   * file says nothing. Two processes that claim the same case do the same work twice.
   */
  readonly isExclusive: boolean;
  release(): Promise<void>;
}

/**
 * A lock is taken again if another process has removed its file. That takes the other one a whole
 * case, so that it never comes to so many tries if the file system can be trusted.
 */
const MOST_TRIES = 16;

/** Claims what `path` stands for; null where another process holds it. */
export async function tryClaim(path: string, disk: LockingDisk = Deno): Promise<Claim | null> {
  for (let tries = 1;; tries++) {
    const isLast = tries === MOST_TRIES;
    const file = await openIn(folderOf(path), path, disk, isLast);
    if (file === null) continue;
    switch (await lock(file)) {
      case "taken":
        file.close();
        return null;
      case "no locks":
        return claimOf(path, file, disk, false);
      case "locked":
        if (await isStillAt(path, file, disk)) return claimOf(path, file, disk, true);
        if (isLast) return claimOf(path, file, disk, false);
        // Its last holder removed it between the two calls: this lock would lock nobody out.
        file.close();
    }
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The file, made where it is missing; null where another process removed the folder meanwhile. */
async function openIn(
  folder: string,
  path: string,
  disk: LockingDisk,
  isLast: boolean,
): Promise<Deno.FsFile | null> {
  await disk.mkdir(folder, { recursive: true });
  try {
    return await disk.open(path, { create: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && !isLast) return null;
    throw error;
  }
}

async function lock(file: Deno.FsFile): Promise<"locked" | "taken" | "no locks"> {
  try {
    return await file.tryLock(true) ? "locked" : "taken";
  } catch (error) {
    if (isUnsupported(error)) return "no locks";
    file.close();
    throw error;
  }
}

function claimOf(
  path: string,
  file: Deno.FsFile,
  disk: LockingDisk,
  isExclusive: boolean,
): Claim {
  const release = async () => {
    // Removed while it is locked: who opened it before will see that it is gone.
    await disk.remove(path).catch(() => {});
    file.close();
    // The last one leaves no empty folder.
    await disk.remove(folderOf(path)).catch(() => {});
  };
  return { isExclusive, release, [Symbol.asyncDispose]: release };
}

async function isStillAt(path: string, file: Deno.FsFile, disk: LockingDisk): Promise<boolean> {
  try {
    const [here, there] = [await file.stat(), await disk.stat(path)];
    return here.ino === there.ino && here.dev === there.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
