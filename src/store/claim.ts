/**
 * A claim on a case: while one process holds it, others that share the results folder leave the case
 * alone. It is a lock of the operating system on an empty file, so it ends with the process, however
 * that ends.
 * @module
 */

/** What claims ask of the file system; `Deno` is one. */
export type LockingDisk = Pick<typeof Deno, "mkdir" | "open" | "remove" | "stat">;

export interface Claim extends AsyncDisposable {
  release(): Promise<void>;
}

/** Claims what `path` stands for; null where another process holds it. */
export async function tryClaim(path: string, disk: LockingDisk = Deno): Promise<Claim | null> {
  for (;;) {
    const file = await openIn(folderOf(path), path, disk);
    if (file === null) continue;
    if (!await file.tryLock(true)) {
      file.close();
      return null;
    }
    if (await isStillAt(path, file, disk)) return claimOf(path, file, disk);
    // Its last holder removed it between the two calls: this lock would lock nobody out.
    file.close();
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
): Promise<Deno.FsFile | null> {
  await disk.mkdir(folder, { recursive: true });
  try {
    return await disk.open(path, { create: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function claimOf(path: string, file: Deno.FsFile, disk: LockingDisk): Claim {
  const release = async () => {
    // Removed while it is locked: who opened it before will see that it is gone.
    await disk.remove(path).catch(() => {});
    file.close();
    // The last one leaves no empty folder.
    await disk.remove(folderOf(path)).catch(() => {});
  };
  return { release, [Symbol.asyncDispose]: release };
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
