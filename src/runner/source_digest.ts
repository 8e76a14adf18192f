import { sha256Hex, sha256HexOfText } from "../sha256.ts";

/** What decides numbers, below `src`: folders and files, without tests. */
const DECIDING = [
  ...["random/", "data/", "models/", "engines/", "training/", "matrix/"],
  ...["numeric_version.ts", "runner/run_case.ts", "join_bytes.ts", "little_endian.ts", "sha256.ts"],
];
const SOURCE = /(?<!_test)\.(ts|c|h|wasm)$/;

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
    const paths = (await Promise.all(DECIDING.map((path) => sourcesIn(root, path)))).flat().sort();
    const lines = await Promise.all(
      paths.map(async (path) => `${await digestOfFile(new URL(path, root))}  ${path}\n`),
    );
    return await sha256HexOfText(lines.join(""));
  } catch {
    return null;
  }
}

async function sourcesIn(root: URL, path: string): Promise<string[]> {
  if (!path.endsWith("/")) return [path];
  const entries = await Array.fromAsync(Deno.readDir(new URL(path, root)));
  const found = entries.map(({ name, isDirectory }) => {
    if (isDirectory) return sourcesIn(root, `${path}${name}/`);
    return SOURCE.test(name) ? [`${path}${name}`] : [];
  });
  return (await Promise.all(found)).flat();
}

async function digestOfFile(file: URL): Promise<string> {
  if (file.pathname.endsWith(".wasm")) return await sha256Hex(await Deno.readFile(file));
  return await sha256HexOfText((await Deno.readTextFile(file)).replaceAll("\r\n", "\n"));
}
