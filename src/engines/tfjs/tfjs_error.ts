/** Why TensorFlow.js, or one of its back ends, cannot be used here. */
export class TfjsError extends Error {
  /** Tells the error apart, across threads too. */
  override readonly name = "TfjsError";
}
