import { Stream } from "../../random/stream.ts";

/**
 * The standard normal numbers that the exact engine draws for these samples, [samples, width]:
 * Box and Muller's sqrt(-2 ln u) cos(2 pi v) of the same (u, v). Here the functions are the host's, so
 * a number may differ by a few units of its last place.
 */
export function drawNoise(
  seed: number,
  role: string,
  epoch: number,
  samples: Uint32Array,
  width: number,
): Float32Array<ArrayBuffer> {
  const stream = new Stream(seed, role);
  const eps = new Float32Array(samples.length * width);
  for (const [i, sample] of samples.entries()) {
    for (let j = 0; j < width; j++) {
      const words = stream.words(epoch, sample, j >> 1);
      const u = ((words[j % 2 * 2]! >>> 8) + 1) / 0x1000000;
      const v = (words[j % 2 * 2 + 1]! >>> 8) / 0x1000000;
      eps[i * width + j] = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }
  }
  return eps;
}
