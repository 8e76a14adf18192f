/** Why TensorFlow.js, or one of its back ends, cannot be used here. */
export class TfjsError extends Error {
  override readonly name = "TfjsError";
}
