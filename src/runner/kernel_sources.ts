/** The C sources of the exact engine's kernels: which they are, and a hash that names them. */
import { sha256HexOfText } from "../sha256.ts";
import { visibleNames } from "../visible_names.ts";

export const KERNEL_SOURCES = new URL("../engines/exact/kernels/", import.meta.url);

/** File names with one of these endings, in a fixed order: a linker's output depends on it. */
export function kernelSourceFiles(...endings: string[]): string[] {
  return visibleNames(KERNEL_SOURCES)
    .filter((name) => endings.some((ending) => name.endsWith(ending)));
}

/** SHA-256 over `settings` (compiler, flags), and the name and text of every source. */
export async function hashKernelSources(settings: unknown): Promise<string> {
  let text = JSON.stringify(settings);
  for (const name of kernelSourceFiles(".c", ".h")) {
    text += `\n${name}\n${await Deno.readTextFile(new URL(name, KERNEL_SOURCES))}`;
  }
  return await sha256HexOfText(text);
}
