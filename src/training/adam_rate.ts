/**
 * Adam's bias-corrected rate, step by step: 1e-3 sqrt(1 - 0.999^t) / (1 - 0.9^t), t = 1, 2, ...
 * The powers are running products in float64; the rate is rounded once, to float32.
 *
 * Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, end of section 2.
 */
export class AdamRate {
  #beta1Power = 1;
  #beta2Power = 1;

  /** @param done steps that were taken before */
  constructor(done = 0) {
    for (let step = 0; step < done; step++) this.next();
  }

  /** The rate of the next step. */
  next(): number {
    this.#beta1Power *= 0.9;
    this.#beta2Power *= 0.999;
    return Math.fround(1e-3 * Math.sqrt(1 - this.#beta2Power) / (1 - this.#beta1Power));
  }
}
