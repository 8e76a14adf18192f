/** MNIST as data: its four files, what they hold, and who serves them. */

/** An IDX file of a dataset, by the name it has without `.gz`. */
export interface DataFile {
  readonly name: string;
  /** Size in bytes and SHA-256 (hex) of the unpacked file; null where any content will do. */
  readonly expected: { readonly bytes: number; readonly sha256: string } | null;
}

/** In the order that digests combine: training images and labels, test images and labels. */
export const MNIST_FILES: readonly DataFile[] = [
  {
    name: "train-images-idx3-ubyte",
    expected: {
      bytes: 47_040_016,
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
  },
  {
    name: "train-labels-idx1-ubyte",
    expected: {
      bytes: 60_008,
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
  },
  {
    name: "t10k-images-idx3-ubyte",
    expected: {
      bytes: 7_840_016,
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
  },
  {
    name: "t10k-labels-idx1-ubyte",
    expected: {
      bytes: 10_008,
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
];

/** The same names with any content: Fashion-MNIST, KMNIST and others of the same shapes. */
export const IDX_FILES: readonly DataFile[] = MNIST_FILES.map(({ name }) => ({
  name,
  expected: null,
}));

/** Folders on the web that serve each file as `<name>.gz`, in the order they are asked. */
export const MNIST_MIRRORS: readonly string[] = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/** What to do when MNIST is missing, as sentences for the end of a message. */
export const HOW_TO_GET_MNIST = `Give --data DIR, or set MNIST_DIR, to a folder with the four ` +
  `files ${
    MNIST_FILES.map(({ name }) => name).join(", ")
  } (plain, or packed as .gz); they can be ` +
  `had from ${MNIST_MIRRORS.join(" or ")}.`;
