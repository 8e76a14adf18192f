/** What writing a file asks of the file system; `Deno` is one. */
export type FileWriter = Pick<typeof Deno, "mkdir" | "open" | "rename" | "remove">;

/**
 * Writes the whole of `bytes` to `path`, or leaves what was there: beside its place, synced, then
 * renamed. Removes its temporary file where that fails.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  disk: FileWriter = Deno,
): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    {
      using handle = await disk.open(temporary, { write: true, createNew: true });
      for (let written = 0; written < bytes.length;) {
        written += await handle.write(bytes.subarray(written));
      }
      await handle.sync();
    }
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.remove(temporary).catch(() => {});
    throw error;
  }
}
