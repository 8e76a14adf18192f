/** A file in the store, or meant for it, cannot be used. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
}
