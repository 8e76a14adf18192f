/**
 * Reads a dataset's files from a folder: plain or `.gz`, named `-idx3-ubyte` or `.idx3-ubyte`.
 * Files are verified before they are returned; whatever is wrong is an error that names the path.
 * @module
 */
import { join } from "node:path";
import { DataError, reasonOf } from "./data_error.ts";
import type { DataFile } from "./mnist_files.ts";
import { foundLimit, unpack, type UnpackedFile } from "./unpack.ts";

/** What reading a folder asks of the file system; `Deno` is one. */
export type FileReader = Pick<typeof Deno, "stat" | "readFile">;

/** The names that a file may have in a folder; the first one found is taken. */
export function namesInFolder({ name }: DataFile): readonly string[] {
  const dotted = name.replace("-idx", ".idx");
  return [name, dotted, `${name}.gz`, `${dotted}.gz`];
}

async function statOrNull(path: string, disk: FileReader): Promise<Deno.FileInfo | null> {
  try {
    return await disk.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new DataError(`Cannot read ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Reads and verifies the file at `path`. */
export async function readDataFile(
  path: string,
  file: DataFile,
  disk: FileReader = Deno,
): Promise<UnpackedFile> {
  let raw: Uint8Array;
  try {
    const { size } = await disk.stat(path);
    if (size > foundLimit(file)) {
      throw new DataError(
        `Cannot use ${path}: its ${size} bytes are more than ${file.name} can have ` +
          `(${foundLimit(file)})`,
      );
    }
    raw = await disk.readFile(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`Cannot read ${path}: ${reasonOf(error)}`, { cause: error });
  }
  return await unpack(file, raw, path);
}

/** The path of `file` in `directory`, or null where there is none under any of its names. */
async function findFile(
  directory: string,
  file: DataFile,
  disk: FileReader,
): Promise<string | null> {
  let notAFile: string | null = null;
  for (const name of namesInFolder(file)) {
    const path = join(directory, name);
    const info = await statOrNull(path, disk);
    if (info?.isFile) return path;
    if (info !== null) notAFile ??= path;
  }
  // Some archives unpack to folders named like the files, with the files beside them.
  if (notAFile !== null) throw new DataError(`Cannot read ${notAFile}: it is not a regular file`);
  return null;
}

/** The files of a dataset in `directory`, in the order of `files`. */
export async function readFolder(
  directory: string,
  files: readonly DataFile[],
  disk: FileReader = Deno,
): Promise<UnpackedFile[]> {
  const info = await statOrNull(directory, disk);
  if (info === null) {
    throw new DataError(`Cannot read the data folder ${directory}: there is no such folder`);
  }
  if (!info.isDirectory) {
    throw new DataError(`Cannot read the data folder ${directory}: it is not a folder`);
  }
  const paths = await Promise.all(files.map((file) => findFile(directory, file, disk)));
  const missing = files.filter((_, i) => paths[i] === null);
  if (missing.length > 0) {
    throw new DataError(
      `Cannot read the data folder ${directory}: it lacks ` +
        `${missing.map(({ name }) => name).join(", ")} (looked for each as ` +
        `${namesInFolder(missing[0]!).join(", ")})`,
    );
  }
  const read: UnpackedFile[] = [];
  for (const [i, file] of files.entries()) read.push(await readDataFile(paths[i]!, file, disk));
  return read;
}
