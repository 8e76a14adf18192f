/** Which cases still need a run. */
import type { LoadedDataset } from "../data/load_dataset.ts";
import type { EngineName } from "../engines/engine_name.ts";
import { type Case, dependencyOf, formatCase } from "../matrix/case.ts";
import { identityOf, type Store, StoreError } from "../store/store.ts";
import type { EncodedBy } from "./encoders.ts";

/**
 * The cases without a result: a failed one is run again, and so is an encoder whose embeddings a
 * head needs and that are not there, with a line to `notify`.
 *
 * @param encodedBy null where the heads learn from something else than encoders of the store
 */
export async function casesToRun(
  cases: readonly Case[],
  dataset: LoadedDataset,
  engine: EngineName,
  store: Store,
  encodedBy: EncodedBy | null,
  notify: (line: string) => void,
): Promise<Case[]> {
  const todo = new Set<string>();
  for (const c of cases) {
    const stored = await store.read(identityOf(c, dataset, engine));
    if (stored?.record.status !== "ok") todo.add(formatCase(c));
  }
  if (encodedBy === null) return cases.filter((c) => todo.has(formatCase(c)));
  // Each encoder once, for its embeddings are read and held against their digests.
  const needed = new Map<string, Case>();
  for (const c of cases) {
    const encoder = todo.has(formatCase(c)) ? dependencyOf(c) : null;
    if (encoder !== null) needed.set(formatCase(encoder), encoder);
  }
  for (const [name, encoder] of needed) {
    if (todo.has(name)) continue;
    try {
      await encodedBy(encoder);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      notify(`${name} runs again: ${error.message}`);
      todo.add(name);
    }
  }
  return cases.filter((c) => todo.has(formatCase(c)));
}
