import { sha256Hex, sha256HexOfText } from "../sha256.ts";
import { visibleEntries } from "../visible_names.ts";

/** What decides numbers, below `src`: folders and files, without tests. */
const DECIDING = [
  ...["random/", "data/", "models/", "engines/", "training/", "matrix/"],
  ...["numeric_version.ts", "runner/run_case.ts", "join_bytes.ts", "little_endian.ts", "sha256.ts"],
];
const SOURCE = /(?<!_test|\/test_files)\.(ts|c|h|wasm)$/;

/**
 * SHA-256 (hex) of the sources that decide numbers: of a line `<SHA-256>  <path>` for each, sorted by
 * path, as `sha256sum` prints them. Text counts with line feeds, so a checkout for Windows has the
 * same digest. Null if they cannot be read: no permission, or not from a disk.
 *
 * @param root the folder `src`, ending with a slash
 */
export async function sourceDigest(
  root: URL = new URL("../", import.meta.url),
): Promise<string | null> {
  try {
    const paths = DECIDING.flatMap((path) => sourcesIn(root, path)).sort();
    const lines = await Promise.all(
      paths.map(async (path) => `${await digestOfFile(new URL(path, root))}  ${path}\n`),
    );
    return await sha256HexOfText(lines.join(""));
  } catch {
    return null;
  }
}

function sourcesIn(root: URL, path: string): string[] {
  if (!path.endsWith("/")) return [path];
  return visibleEntries(new URL(path, root)).flatMap(({ name, isDirectory }) => {
    if (isDirectory) return sourcesIn(root, `${path}${name}/`);
    return SOURCE.test(`${path}${name}`) ? [`${path}${name}`] : [];
  });
}

async function digestOfFile(file: URL): Promise<string> {
  if (file.pathname.endsWith(".wasm")) return await sha256Hex(await Deno.readFile(file));
  return await sha256HexOfText((await Deno.readTextFile(file)).replaceAll("\r\n", "\n"));
}
