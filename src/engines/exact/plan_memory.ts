import { padded } from "./kernel_table.ts";
import type { PlannedBuffer } from "./plan.ts";

/** A buffer that is needed from its first call to its last (both included). */
export interface BufferRequest {
  readonly name: string;
  readonly floats: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Places buffers so that those whose lifetimes overlap never share memory and others may: largest
 * first, each at the lowest place that is free, all on 64-byte boundaries.
 */
export function planMemory(requests: readonly BufferRequest[]): PlannedBuffer[] {
  const placed: (PlannedBuffer & BufferRequest)[] = [];
  const bySize = [...requests].sort((a, b) => b.floats - a.floats || (a.name < b.name ? -1 : 1));
  for (const request of bySize) {
    const conflicts = placed
      .filter((other) => other.first <= request.last && request.first <= other.last)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const other of conflicts) {
      if (offset + padded(request.floats) <= other.offset) break;
      offset = Math.max(offset, other.offset + padded(other.floats));
    }
    placed.push({ ...request, offset });
  }
  return requests.map(({ name, floats }) => ({
    name,
    floats,
    offset: placed.find((buffer) => buffer.name === name)!.offset,
  }));
}
