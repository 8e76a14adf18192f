import labels from "./test_labels.json" with { type: "json" };

const TEXTS: { readonly [sha256: string]: string | undefined } = labels;

/** The labels of a dataset's test samples, in order; null if they are not known here. */
export function testLabelsOf(datasetSha256: string): Uint8Array | null {
  const text = TEXTS[datasetSha256];
  return text === undefined ? null : Uint8Array.from(text, Number);
}
