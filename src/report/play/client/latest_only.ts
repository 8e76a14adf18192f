/**
 * A function that has `work` done one call at a time. Of the calls that come while it works, only the
 * last one counts: who drags faster than digits are decoded sees the newest one.
 */
export function latestOnly<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let next: { readonly value: T } | null = null;
  let busy = false;
  const go = async () => {
    busy = true;
    while (next !== null) {
      const { value } = next;
      next = null;
      await work(value).catch((error) => reportError(error));
    }
    busy = false;
  };
  return (value) => {
    next = { value };
    if (!busy) void go();
  };
}
