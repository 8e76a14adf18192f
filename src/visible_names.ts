/**
 * What is in a folder, sorted by name, without names that begin with a dot: systems leave such files
 * beside what people put there, as macOS does with `._NAME`, and NFS with `.nfs...`.
 */
export function visibleEntries(folder: string | URL): Deno.DirEntry[] {
  return Array.from(Deno.readDirSync(folder)).filter(({ name }) => !name.startsWith("."))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The names of those. */
export function visibleNames(folder: string | URL): string[] {
  return visibleEntries(folder).map(({ name }) => name);
}
