/** How a page speaks of each dataset; only MNIST itself goes by its name. */
import type { DatasetName } from "../../data/dataset.ts";

export const DATASET_LABELS: {
  readonly [name in DatasetName]: { readonly title: string; readonly note: string };
} = {
  mnist: { title: "MNIST", note: "handwritten digits" },
  strokes: {
    title: "strokes",
    note: "digits drawn by a procedure from a seed; scores compare with no other dataset",
  },
  idx: {
    title: "idx",
    note: "files given by the user; scores compare with no other dataset",
  },
};
