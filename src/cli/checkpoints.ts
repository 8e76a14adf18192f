import type { LoadedDataset } from "../data/load_dataset.ts";
import type { EngineName } from "../engines/engine_name.ts";
import { formatCase } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectParameters } from "../models/parameters.ts";
import type { Checkpoints } from "../runner/runner.ts";
import { identityOf, type Store, StoreError } from "../store/store.ts";

/**
 * Checkpoints in the store. One that is found is said; one that cannot be used, or written, costs time
 * and nothing else: `notify` is told, and the case goes on without it.
 *
 * @param fresh what an earlier run left is not looked at
 */
export function storedCheckpoints(
  dataset: LoadedDataset,
  engine: EngineName,
  store: Store,
  { fresh, everyMs }: { fresh: boolean; everyMs: number },
  { say, notify }: { say: (line: string) => unknown; notify: (line: string) => void },
): Checkpoints {
  let broken = false;
  return {
    everyMs,
    read: async (c) => {
      if (fresh) return null;
      try {
        const found = await store.readCheckpoint(identityOf(c, dataset, engine));
        // A TypeError says what is of another shape than the model.
        if (found) {
          selectParameters(modelOf(c, dataset.splits.train.width), found.state.model.weights);
        }
        if (found) say(`${formatCase(c)} goes on after epoch ${found.state.curve.length}`);
        return found;
      } catch (error) {
        if (!(error instanceof StoreError || error instanceof TypeError)) throw error;
        notify(`${formatCase(c)} starts from the beginning: ${error.message}`);
        return null;
      }
    },
    write: async (c, checkpoint) => {
      if (broken) return;
      try {
        await store.writeCheckpoint(identityOf(c, dataset, engine), checkpoint);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        broken = true;
        notify(`No checkpoints are kept from here on: ${error.message}`);
      }
    },
  };
}
