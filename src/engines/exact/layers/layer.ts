import type { Flow } from "../../../models/parameters.ts";
import type { Activation, ImageShape } from "../../../models/spec.ts";
import type { Pointer, Program } from "../plan.ts";

/** A layer's output in memory, as the layer above sees it. */
export interface Value {
  readonly pointer: Pointer;
  /** Values a sample. */
  readonly width: number;
  /**
   * The activation whose derivative the layer above applies to the gradient that it hands down;
   * `linear` where the layer does so itself.
   */
  readonly activation: Activation;
  /** Where the layer above leaves the gradient of this output; null where none is wanted. */
  readonly gradient: (() => Pointer) | null;
}

/** A layer that has emitted its forward calls. */
export interface ForwardLayer {
  readonly output: Value;
  /** What the layer is to those who want its codes: its output, or a latent's mean. */
  readonly embedding: Pointer;
  /** Of a sampled latent. */
  readonly sampling?: {
    /** Its KL term, one per sample, without its weight. */
    readonly divergence: Pointer;
    /** Emits the calls that add the KL term, times its weight, to the losses. */
    addDivergence(losses: Pointer): void;
    /** Where it expects uniform numbers. */
    readonly noise: NonNullable<Program["noise"]>;
  };
  /** Emits the gradients of the parameters and, where it is wanted, of the input. */
  backward(): void;
}

/** Refuses a layer of other sizes than those that its kernels know. */
export function requireShape(
  { name, channels }: { readonly name: string; readonly channels: number },
  { image }: Flow,
  known: ImageShape & { readonly out: number },
): void {
  const { side, channels: from, out } = known;
  if (image?.side === side && image.channels === from && channels === out) return;
  const actual = image ? `${image.side}x${image.side}x${image.channels}` : "no image";
  throw new TypeError(
    `Cannot compile the layer "${name}": from ${actual} to ${channels} channels, where the exact ` +
      `engine has kernels from ${side}x${side}x${from} to ${out}`,
  );
}
