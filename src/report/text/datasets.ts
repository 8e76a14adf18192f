/** How a page speaks of each dataset; only MNIST itself goes by its name. */
import { type DatasetName, VALIDATION_IMAGES } from "../../data/dataset.ts";
import { HEAD_VALIDATION } from "../../data/embedded.ts";
import { formatCount } from "../../figures.ts";

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

/** Its title and, unless it is MNIST, what it is: `strokes (digits drawn by a procedure ...)`. */
export function sayDataset(name: DatasetName): string {
  const { title, note } = DATASET_LABELS[name];
  return name === "mnist" ? title : `${title} (${note})`;
}

/** What "N labels" leaves unsaid: which images they are, and how many labels more are used. */
export function sayLabels(dataset: DatasetName): string {
  const [images, heads] = [VALIDATION_IMAGES[dataset], HEAD_VALIDATION].map(formatCount);
  const others = images === heads ? "" : ` (heads: the first ${heads})`;
  return "N labels are those of the first N training images, unless a case names a draw. " +
    `The labels of ${images} validation images${others} come on top: they decide when training ` +
    "stops.";
}
