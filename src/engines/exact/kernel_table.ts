/**
 * The kernels: what each is called with, and how much memory it may touch. Plans size their buffers
 * by this table, and the C in `kernels/` is compiled against `kernels/kernel_table.h`, which is made
 * from it.
 * @module
 */

/** A call may be split in so many parts, run side by side; scratch memory is planned for all of them. */
export const MAX_PARTS = 8;

/** Rows are padded to this many values; most weights are stored in panels of as many outputs. */
export const PANEL = 16;

export function padded(width: number): number {
  return Math.ceil(width / PANEL) * PANEL;
}

/** `bound` is memory outside of the plan, which has another size for every dataset. */
type Access = "read" | "write" | "update" | "scratch" | "bound";

/** `pixel` is an index and a value: see kernels/pixel_dense.c. */
type Element = "float" | "uint8" | "uint32" | "pixel";

/** Memory that a call of a kernel may touch. */
export interface Extent {
  readonly access: Access;
  readonly element: Element;
  /** In float32 values. */
  readonly floats: number;
}

interface Signature<P extends string, S extends string> {
  /** Whole numbers, after the pointers. `count` is the number of samples in the batch. */
  readonly sizes: readonly S[];
  /** The pointers in order, and the most that a call touches whose sizes are at most these. */
  extents(sizes: { readonly [size in S]: number }): { readonly [pointer in P]: Extent };
}

function kernel<P extends string, const S extends string = never>(
  sizes: readonly S[],
  extents: Signature<P, S>["extents"],
): Signature<P, S> {
  return { sizes, extents };
}

const as = (access: Access) => (floats: number, element: Element = "float"): Extent => ({
  access,
  element,
  floats,
});
const [read, write, update, scratch] = [as("read"), as("write"), as("update"), as("scratch")];
const bound = (element: Element): Extent => ({ access: "bound", element, floats: 0 });

const PIXEL_FLOATS = 2;

/** What the C has to agree with. Memory is counted in float32 values. */
export const KERNEL_CONSTANTS = {
  MAX_PARTS,
  /** Of x and dy, transposed for the weight gradient, for each sample. */
  DENSE_GRADIENT_SCRATCH: 240 + 32,
  /** Of w, transposed for the input gradient of more than DENSE_FEW_SAMPLES, at most. */
  DENSE_TRANSPOSED_WEIGHTS: 256 * 32,
  DENSE_FEW_SAMPLES: 64,
  CONV5_FREQUENCIES: 64,
  CONV5_PARTIALS: 4,
  /** v, m and dv of a block of two images, with their padding. */
  CONV5_SCRATCH: 64 * (2 * (32 * 32 + 16) + 32 * 64 + 16),
  CONV_TRANSPOSE_PRODUCTS: 121,
  CONV_TRANSPOSE_PARTIALS: 4,
  /** v and m of a block of images, with their padding. */
  CONV_TRANSPOSE_SCRATCH: 36 * (24 * 64 + 16) + 121 * (24 * 32 + 16),
  /** Transposed taps, and contributions. */
  CONV_TRANSPOSE_PIXELS_SCRATCH: (32 + 14 * 14) * 32,
} as const;

const K = KERNEL_CONSTANTS;

/** Sides of images, some of them within a border of zeros. */
const IMAGE = 28 * 28, BORDERED_IMAGE = 32 * 32, BORDERED_LOGITS = 31 * 31;
const MAP14 = 14 * 14, BORDERED_MAP14 = 20 * 20, MAP7 = 7 * 7;

const CONV5 = {
  pairs: 32 * 64,
  transformed: K.CONV5_FREQUENCIES * 32 * 64,
  partials: K.CONV5_PARTIALS * (K.CONV5_FREQUENCIES * 32 * 64 + 64),
};
const CONV_TRANSPOSE = {
  pairs: 64 * 32,
  transformed: K.CONV_TRANSPOSE_PRODUCTS * 64 * 32,
  partials: K.CONV_TRANSPOSE_PARTIALS * (K.CONV_TRANSPOSE_PRODUCTS * 64 * 32 + 32),
};
const TAPS = 5 * 5;

export const KERNELS = {
  gather_features: kernel(["count", "width"], ({ count, width }) => ({
    features: bound("float"),
    indices: read(count, "uint32"),
    out: write(count * padded(width)),
  })),
  copy_columns: kernel(
    ["count", "from_width", "from_first", "to_width", "to_first", "columns"],
    ({ count, from_width, to_width }) => ({
      from: read(count * padded(from_width)),
      to: update(count * padded(to_width)),
    }),
  ),
  gather_pixels: kernel(["count", "inputs"], ({ count, inputs }) => ({
    images: bound("uint8"),
    indices: read(count, "uint32"),
    by_sample: write(count * inputs * PIXEL_FLOATS, "pixel"),
    sample_counts: write(count, "uint32"),
  })),
  transpose_pixels: kernel(["count", "inputs", "batch"], ({ count, inputs, batch }) => ({
    by_sample: read(count * inputs * PIXEL_FLOATS, "pixel"),
    sample_counts: read(count, "uint32"),
    by_input: write(inputs * batch * PIXEL_FLOATS, "pixel"),
    input_counts: write(inputs, "uint32"),
  })),
  pixel_dense_forward: kernel(
    ["count", "inputs", "outputs", "activation"],
    ({ count, inputs, outputs }) => ({
      by_sample: read(count * inputs * PIXEL_FLOATS, "pixel"),
      sample_counts: read(count, "uint32"),
      w: read(inputs * padded(outputs)),
      bias: read(padded(outputs)),
      y: write(count * padded(outputs)),
    }),
  ),
  pixel_dense_adam: kernel(["inputs", "outputs", "batch"], ({ inputs, outputs, batch }) => ({
    by_input: read(inputs * batch * PIXEL_FLOATS, "pixel"),
    input_counts: read(inputs, "uint32"),
    dy: read(batch * padded(outputs)),
    w: update(inputs * padded(outputs)),
    m: update(inputs * padded(outputs)),
    v: update(inputs * padded(outputs)),
    rate: read(1),
  })),
  dense_forward: kernel(
    ["count", "inputs", "outputs", "activation"],
    ({ count, inputs, outputs }) => ({
      x: read(count * padded(inputs)),
      w: read(inputs * padded(outputs)),
      bias: read(padded(outputs)),
      y: write(count * padded(outputs)),
    }),
  ),
  dense_weight_gradient: kernel(["count", "inputs", "outputs"], ({ count, inputs, outputs }) => ({
    x: read(count * padded(inputs)),
    dy: read(count * padded(outputs)),
    dw: write(inputs * padded(outputs)),
    scratch: scratch(MAX_PARTS * padded(count) * K.DENSE_GRADIENT_SCRATCH),
  })),
  dense_bias_gradient: kernel(["count", "outputs"], ({ count, outputs }) => ({
    dy: read(count * padded(outputs)),
    db: write(padded(outputs)),
  })),
  dense_input_gradient: kernel(
    ["count", "inputs", "outputs", "activation"],
    ({ count, inputs, outputs }) => ({
      dy: read(count * padded(outputs)),
      w: read(inputs * padded(outputs)),
      x: read(count * padded(inputs)),
      dx: write(count * padded(inputs)),
      scratch: scratch(
        Math.max(
          MAX_PARTS * K.DENSE_TRANSPOSED_WEIGHTS,
          (outputs + inputs) * padded(Math.min(count, K.DENSE_FEW_SAMPLES)),
        ),
      ),
    }),
  ),
  softmax_cross_entropy: kernel(["count", "classes"], ({ count, classes }) => ({
    logits: read(count * padded(classes)),
    labels: bound("uint8"),
    indices: read(count, "uint32"),
    losses: write(count),
    dlogits: write(count * padded(classes)),
  })),
  adam: kernel(["length"], ({ length }) => ({
    w: update(length),
    g: read(length),
    m: update(length),
    v: update(length),
    rate: read(1),
  })),
  scale: kernel(["count", "width", "exponent"], ({ count, width }) => ({
    values: read(count * width),
    out: write(count * width),
  })),
  add: kernel(["count", "width"], ({ count, width }) => ({
    a: read(count * width),
    b: read(count * width),
    out: write(count * width),
  })),
  sigmoid: kernel(["count", "width"], ({ count, width }) => ({
    z: read(count * padded(width)),
    p: write(count * padded(width)),
  })),
  gather_images: kernel(["count"], ({ count }) => ({
    images: bound("uint8"),
    indices: read(count, "uint32"),
    out: write(count * BORDERED_IMAGE),
  })),
  conv_pixels_forward: kernel(["count", "channels", "activation"], ({ count, channels }) => ({
    x: read(count * BORDERED_IMAGE),
    w: read(TAPS * channels),
    bias: read(channels),
    pooled: write(count * BORDERED_MAP14 * channels),
    winner: write(count * MAP14 * channels),
  })),
  conv_pixels_gradient: kernel(["count", "channels", "activation"], ({ count, channels }) => ({
    x: read(count * BORDERED_IMAGE),
    pooled: read(count * BORDERED_MAP14 * channels),
    winner: read(count * MAP14 * channels),
    dpooled: read(count * BORDERED_MAP14 * channels),
    dw: write(TAPS * channels),
    db: write(channels),
    scratch: scratch(IMAGE * channels),
  })),
  conv5_transform_weights: kernel([], () => ({
    w: read(TAPS * CONV5.pairs),
    u: write(CONV5.transformed),
  })),
  conv5_transpose_weights: kernel([], () => ({
    u: read(CONV5.transformed),
    ut: write(CONV5.transformed),
  })),
  conv5_forward: kernel(["count", "activation"], ({ count }) => ({
    x: read(count * BORDERED_MAP14 * 32),
    u: read(CONV5.transformed),
    bias: read(64),
    pooled: write(count * MAP7 * 64),
    winner: write(count * MAP7 * 64),
    scratch: scratch(MAX_PARTS * K.CONV5_SCRATCH),
  })),
  conv5_gradient: kernel(["count", "activation"], ({ count }) => ({
    x: read(count * BORDERED_MAP14 * 32),
    ut: read(CONV5.transformed),
    pooled: read(count * MAP7 * 64),
    winner: read(count * MAP7 * 64),
    dpooled: read(count * MAP7 * 64),
    dx: write(count * BORDERED_MAP14 * 32),
    partials: write(CONV5.partials),
    scratch: scratch(MAX_PARTS * K.CONV5_SCRATCH),
  })),
  conv5_weight_gradient: kernel([], () => ({
    partials: read(CONV5.partials),
    dw: write(TAPS * CONV5.pairs),
    db: write(64),
  })),
  conv_transpose_transform_weights: kernel([], () => ({
    w: read(TAPS * CONV_TRANSPOSE.pairs),
    u: write(CONV_TRANSPOSE.transformed),
  })),
  conv_transpose_flip: kernel([], () => ({
    w: read(TAPS * CONV_TRANSPOSE.pairs),
    wt: write(TAPS * CONV_TRANSPOSE.pairs),
  })),
  conv_transpose_forward: kernel(["count", "activation"], ({ count }) => ({
    x: read(count * MAP7 * 64),
    u: read(CONV_TRANSPOSE.transformed),
    bias: read(32),
    y: write(count * MAP14 * 32),
    scratch: scratch(MAX_PARTS * K.CONV_TRANSPOSE_SCRATCH),
  })),
  conv_transpose_gradient: kernel(["count", "activation"], ({ count }) => ({
    x: read(count * MAP7 * 64),
    ut: read(CONV_TRANSPOSE.transformed),
    dy: read(count * MAP14 * 32),
    dx: write(count * MAP7 * 64),
    partials: write(CONV_TRANSPOSE.partials),
    scratch: scratch(MAX_PARTS * K.CONV_TRANSPOSE_SCRATCH),
  })),
  conv_transpose_weight_gradient: kernel([], () => ({
    partials: read(CONV_TRANSPOSE.partials),
    dw: write(TAPS * CONV_TRANSPOSE.pairs),
    db: write(32),
  })),
  conv_transpose_pixels_forward: kernel(["count"], ({ count }) => ({
    x: read(count * MAP14 * 32),
    w: read(TAPS * 32),
    bias: read(1),
    y: write(count * IMAGE),
    scratch: scratch(MAX_PARTS * K.CONV_TRANSPOSE_PIXELS_SCRATCH),
  })),
  conv_transpose_pixels_input_gradient: kernel(["count", "activation"], ({ count }) => ({
    dy: read(count * BORDERED_LOGITS),
    w: read(TAPS * 32),
    x: read(count * MAP14 * 32),
    dx: write(count * MAP14 * 32),
  })),
  conv_transpose_pixels_weight_gradient: kernel(["count"], ({ count }) => ({
    x: read(count * MAP14 * 32),
    dy: read(count * BORDERED_LOGITS),
    dw: write(TAPS * 32),
    db: write(1),
  })),
  draw_normal: kernel(["count", "width"], ({ count, width }) => ({
    u: read(count * padded(width)),
    v: read(count * padded(width)),
    eps: write(count * padded(width)),
  })),
  sampled_latent_forward: kernel(["count", "width"], ({ count, width }) => ({
    mean: read(count * padded(width)),
    stddev: read(count * padded(width)),
    eps: read(count * padded(width)),
    z: write(count * padded(width)),
    divergence: write(count),
  })),
  sampled_latent_gradient: kernel(["count", "width"], ({ count, width }) => ({
    mean: read(count * padded(width)),
    stddev: read(count * padded(width)),
    eps: read(count * padded(width)),
    dz: read(count * padded(width)),
    dmean: write(count * padded(width)),
    dstddev: write(count * padded(width)),
  })),
  sigmoid_cross_entropy: kernel(["count"], ({ count }) => ({
    z: read(count * IMAGE),
    targets: read(count * BORDERED_IMAGE),
    outputs: write(count * IMAGE),
    losses: write(count),
    dz: write(count * BORDERED_LOGITS),
  })),
};

export type KernelName = keyof typeof KERNELS;

/** The names of a kernel's pointers. */
export type PointerName<N extends KernelName> =
  & keyof ReturnType<typeof KERNELS[N]["extents"]>
  & string;

/** The names of a kernel's sizes, but for the samples of the batch. */
export type SizeName<N extends KernelName> = Exclude<typeof KERNELS[N]["sizes"][number], "count">;

/**
 * What a call may touch, pointer by pointer.
 *
 * @param sizes in the order of the kernel's own
 */
export function extentsOf(name: KernelName, sizes: readonly number[]): [string, Extent][] {
  const signature: Signature<string, string> = KERNELS[name];
  const named = signature.sizes.map((size, i) => [size, sizes[i]!] as const);
  return Object.entries(signature.extents(Object.fromEntries(named)));
}
