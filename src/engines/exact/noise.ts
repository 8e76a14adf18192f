import { Stream } from "../../random/stream.ts";
import { padded } from "./kernel_table.ts";

/**
 * Fills in uniform numbers for the latents of a batch, a function of (seed, role, epoch, sample): u in
 * (0, 1] and v in [0, 1), which the kernels turn into one normal number a pair.
 *
 * @param u [samples, padded(width)], and v likewise
 */
export function drawUniform(
  { u, v, width }: { readonly u: Float32Array; readonly v: Float32Array; readonly width: number },
  { seed, role }: { readonly seed: number; readonly role: string },
  epoch: number,
  samples: Uint32Array,
): void {
  const stream = new Stream(seed, role);
  const row = padded(width);
  for (const [i, sample] of samples.entries()) {
    for (let j = 0; j < width; j += 2) {
      const words = stream.words(epoch, sample, j / 2);
      for (let k = 0; k < 2; k++) {
        u[i * row + j + k] = ((words[2 * k]! >>> 8) + 1) / 0x1000000;
        v[i * row + j + k] = (words[2 * k + 1]! >>> 8) / 0x1000000;
      }
    }
  }
}
