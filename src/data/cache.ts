/**
 * The folder that keeps what was downloaded. A file in it is either absent or whole: it is written
 * beside its place, synced, then renamed; and it is verified again each time it is read.
 * @module
 */
import { isAbsolute, join } from "node:path";
import { type FileWriter, writeAtomically } from "../write_atomically.ts";
import { DataError, reasonOf } from "./data_error.ts";
import { type FileReader, namesInFolder, readDataFile } from "./folder.ts";
import type { DataFile } from "./mnist_files.ts";
import type { UnpackedFile } from "./unpack.ts";

/** The variables that say where a user's caches are. */
export interface CacheEnvironment {
  /** The folder of caches, where it is an absolute path. */
  readonly XDG_CACHE_HOME?: string | undefined;
  /** The user's folder, whose `.cache` holds caches. */
  readonly HOME?: string | undefined;
  /** The folder of caches on Windows. */
  readonly LOCALAPPDATA?: string | undefined;
}

/**
 * The cache folder, or null where no variable says where it would be. On Windows it lies in
 * LOCALAPPDATA unless XDG_CACHE_HOME is set; a relative XDG_CACHE_HOME is ignored, as its standard
 * demands.
 */
export function cacheDirectory(
  environment: CacheEnvironment,
  os: typeof Deno.build.os = Deno.build.os,
): string | null {
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "latentbench");
  if (os === "windows") return LOCALAPPDATA ? join(LOCALAPPDATA, "latentbench") : null;
  return HOME ? join(HOME, ".cache", "latentbench") : null;
}

/** What the cache holds of a file: the verified file, if any, and what is of no use. */
export interface CacheEntry {
  readonly file: UnpackedFile | null;
  readonly broken: readonly { readonly path: string; readonly reason: string }[];
}

/** Looks for `file` under each of its names; never throws for what it finds. */
export async function readCached(
  directory: string,
  file: DataFile,
  disk: FileReader = Deno,
): Promise<CacheEntry> {
  const broken: { path: string; reason: string }[] = [];
  for (const name of namesInFolder(file)) {
    const path = join(directory, name);
    try {
      return { file: await readDataFile(path, file, disk), broken };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const { cause } = error;
      const absent = cause instanceof Deno.errors.NotFound ||
        cause instanceof Deno.errors.NotADirectory;
      if (!absent) broken.push({ path, reason: error.message });
    }
  }
  return { file: null, broken };
}

/** Keeps `bytes` as `name` in the cache folder, which is made where it is missing. */
export async function writeCached(
  directory: string,
  name: string,
  bytes: Uint8Array,
  disk: FileWriter = Deno,
): Promise<void> {
  try {
    await disk.mkdir(directory, { recursive: true });
    await writeAtomically(join(directory, name), [bytes], disk);
  } catch (error) {
    throw new DataError(
      `Cannot cache ${name} in ${directory}: ${reasonOf(error)}. It was downloaded but not kept; ` +
        "free space there, set XDG_CACHE_HOME to another folder, or give --data DIR",
      { cause: error },
    );
  }
}
