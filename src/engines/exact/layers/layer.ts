import type { Activation } from "../../../models/spec.ts";
import type { Pointer } from "../plan.ts";

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
  /** Emits the gradients of the parameters and, where it is wanted, of the input. */
  backward(): void;
}
