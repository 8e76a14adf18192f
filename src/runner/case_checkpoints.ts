import type { Dataset } from "../data/dataset.ts";
import type { EngineName } from "../engines/engine_name.ts";
import type { Case } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectParameters } from "../models/parameters.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import { identityOf, type Store, StoreError } from "../store/store.ts";

/** How a worker keeps checkpoints of its cases. */
export interface CheckpointOptions {
  /** The results folder. */
  readonly directory: string;
  /** Milliseconds between two checkpoints of a case, at least; 0: after every epoch. */
  readonly everyMs: number;
  /** What an earlier run left is not looked at. */
  readonly fresh: boolean;
}

/** What became of a case's checkpoints. */
export type CheckpointNote =
  /** The case goes on after this epoch. */
  | { readonly kind: "resumed"; readonly epoch: number }
  /** The case starts from the beginning, though there is one. */
  | { readonly kind: "unusable"; readonly reason: string }
  /** No more are written. */
  | { readonly kind: "off"; readonly reason: string };

/** Of the time between two checkpoints, writing takes no more than this: a slow disk gets fewer. */
const LARGEST_SHARE = 1 / 20;

/** Milliseconds from the end of a checkpoint, which took `lastTookMs`, to the next. */
export function pauseMs(everyMs: number, lastTookMs: number): number {
  return everyMs === 0 ? 0 : Math.max(everyMs, lastTookMs / LARGEST_SHARE);
}

/**
 * Keeps where cases stand in the store, from the thread that trains them: their tensors are large, and
 * would have to be copied for another one. A checkpoint that cannot be used, or written, costs time
 * and nothing else: `tell` is told, and the case goes on without it.
 */
export class CaseCheckpoints {
  #isOff = false;
  #lastEnd = performance.now();
  #lastTookMs = 0;

  constructor(
    private readonly store: Store,
    private readonly options: Omit<CheckpointOptions, "directory">,
    private readonly dataset: Dataset,
    private readonly engine: EngineName,
    private readonly tell: (note: CheckpointNote) => void,
  ) {}

  /** Where an earlier run of the case stood; null where none did, or that is of no use. */
  async read(c: Case): Promise<Checkpoint | null> {
    this.#lastEnd = performance.now();
    if (this.options.fresh) return null;
    try {
      const found = await this.store.readCheckpoint(identityOf(c, this.dataset, this.engine));
      if (found === null) return null;
      // A TypeError says what is of another shape than the model.
      selectParameters(modelOf(c, this.dataset.splits.train.width), found.state.model.weights);
      this.tell({ kind: "resumed", epoch: found.state.curve.length });
      return found;
    } catch (error) {
      if (!(error instanceof StoreError || error instanceof TypeError)) throw error;
      this.tell({ kind: "unusable", reason: error.message });
      return null;
    }
  }

  /** Writes what `take` gives in place of the checkpoint before, where one is due. */
  async writeIfDue(c: Case, take: () => Promise<Checkpoint>): Promise<void> {
    const start = performance.now();
    const isDue = start - this.#lastEnd >= pauseMs(this.options.everyMs, this.#lastTookMs);
    if (this.#isOff || !isDue) return;
    try {
      await this.store.writeCheckpoint(identityOf(c, this.dataset, this.engine), await take());
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#isOff = true;
      this.tell({ kind: "off", reason: error.message });
    }
    this.#lastEnd = performance.now();
    this.#lastTookMs = this.#lastEnd - start;
  }
}
