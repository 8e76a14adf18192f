import process from "node:process";

/**
 * Bytes of memory that this process may still take: what the machine has free, and no more than the
 * limit of a container or a job leaves. Null if that may not be asked.
 */
export function freeMemory(): number | null {
  try {
    const { available } = Deno.systemMemoryInfo();
    return withinLimit(available, process.constrainedMemory(), Deno.memoryUsage().rss);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

/** @param limit of what the process may take in all; 0, or more than there is: none */
export function withinLimit(available: number, limit: number, taken: number): number {
  return limit === 0 ? available : Math.min(available, Math.max(0, limit - taken));
}
