import { loadDataset, type LoadedDataset } from "../../src/data/load_dataset.ts";

/** What all train on: MNIST where MNIST_DIR names it, else `strokes`. Throws a DataError. */
export function loadTimedDataset(): Promise<LoadedDataset> {
  const directory = Deno.env.get("MNIST_DIR") || null;
  return loadDataset({
    dataset: directory === null ? "strokes" : "mnist",
    directory,
    environment: {},
    notify: console.error,
  });
}
