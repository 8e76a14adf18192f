/**
 * Named, stateless random streams: every draw is a function of (seed, role, epoch, sample) and of
 * its place within the sample. Cases with the same seed share what they can, and the order of
 * evaluation, the batch size and a resumed run change nothing.
 *
 * Philox's key is (seed, hash of the role); its counter is (block, sample, epoch, 0).
 * @module
 */
import { philox4x32 } from "./philox.ts";

/** FNV-1a, 32 bits, over the UTF-16 code units of a role name (all roles are ASCII). */
export function roleKey(role: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < role.length; i++) {
    hash = Math.imul(hash ^ role.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

/**
 * The draws of one role, such as `init/dense1`, `shuffle` or `noise/train`: functions of seed, role
 * and place, in any order and on every machine the same (Philox4x32-10).
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export class Stream {
  readonly #seed: number;
  readonly #role: number;
  readonly #counter = new Uint32Array(4);
  readonly #block = new Uint32Array(4);

  /**
   * Throws a RangeError for another seed.
   *
   * @param seed unsigned 32-bit
   * @param role ASCII; streams of different roles are independent
   */
  constructor(seed: number, role: string) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(
        `Cannot use seed ${seed}: a seed is a whole number from 0 to 4294967295`,
      );
    }
    this.#seed = seed;
    this.#role = roleKey(role);
  }

  /**
   * The four words of a block (unsigned 32-bit). The array is reused by the next call: read it
   * before drawing again.
   */
  words(epoch: number, sample: number, block: number): Uint32Array {
    this.#counter[0] = block;
    this.#counter[1] = sample;
    this.#counter[2] = epoch;
    this.#counter[3] = 0;
    philox4x32(this.#block, this.#counter, this.#seed, this.#role);
    return this.#block;
  }

  /** `length` float32 values, uniform in [-limit, limit), 24 random bits each. */
  uniform(length: number, limit: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i += 4) {
      const words = this.words(0, 0, i / 4);
      for (let j = 0; j < 4 && i + j < length; j++) {
        values[i + j] = ((words[j]! >>> 8) / 0x800000 - 1) * limit;
      }
    }
    return values;
  }

  /**
   * A whole number from 0 to `bound` - 1, exactly uniform: Lemire's multiplication with rejection
   * ("Fast random integer generation in an interval", 2019). `bound` is 1 to 2^20.
   */
  below(bound: number, epoch: number, sample: number): number {
    const rejected = 0x100000000 % bound;
    for (let block = 0;; block++) {
      const words = this.words(epoch, sample, block);
      for (let j = 0; j < 4; j++) {
        const product = words[j]! * bound; // < 2^52: exact
        if (product % 0x100000000 >= rejected) return Math.floor(product / 0x100000000);
      }
    }
  }
}
