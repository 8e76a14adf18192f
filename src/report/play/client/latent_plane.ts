/**
 * A trained encoder with two latents at one's fingertips: one session that encodes digits and one
 * that decodes points, both opened once, for to open one takes far longer than to decode a digit.
 * @module
 */
import { IMAGE_SIDE, type Samples } from "../../../data/dataset.ts";
import type { ExactEngine } from "../../../engines/exact/exact_engine.ts";
import type { ExactSession } from "../../../engines/exact/exact_session.ts";
import { decoderOf, encoderOf } from "../../../models/autoencoder.ts";
import { selectParameters } from "../../../models/parameters.ts";
import type { ModelSpec } from "../../../models/spec.ts";
import type { TrainedModel } from "../../../training/encode.ts";

export type Point = readonly [number, number];

/** The least and the largest value of each latent. */
export interface Range {
  readonly low: Point;
  readonly high: Point;
}

/** Digits [n, 784], the probability of each pixel, and how long they took. */
export interface Picture {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly milliseconds: number;
}

const LATENTS = 2;
const PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/** Digits that are encoded, and points that are decoded, at once: at most so many. */
export const AT_ONCE = 20;

/** The share of the digits that may lie beyond each end of the range, and the margin around them. */
const OUTSIDE = 0.02;
const MARGIN = 0.1;

export class LatentPlane {
  private constructor(
    private readonly encoder: ExactSession,
    private readonly decoder: ExactSession,
  ) {}

  static async open(engine: ExactEngine, { spec, weights }: TrainedModel): Promise<LatentPlane> {
    const open = async (part: ModelSpec, samples: Samples) => {
      const none = { ...samples, count: 0, values: samples.values.subarray(0, 0) };
      const session = await engine.open(part, { train: none, validation: none, test: samples }, 0);
      session.setWeights(selectParameters(part, weights));
      return session;
    };
    return new LatentPlane(
      await open(encoderOf(spec), blank(new Uint8Array(AT_ONCE * PIXELS))),
      await open(decoderOf(spec, LATENTS), blank(new Float32Array(AT_ONCE * LATENTS))),
    );
  }

  /** Where digits of 784 bytes lie: [n, 2]. */
  encode(digits: Uint8Array): Float32Array<ArrayBuffer> {
    const points = new Float32Array(digits.length / PIXELS * LATENTS);
    const step = AT_ONCE * PIXELS;
    for (let start = 0; start < digits.length; start += step) {
      const some = digits.subarray(start, start + step);
      this.encoder.replaceSamples("test", some);
      const { outputs } = this.encoder.evaluate("test", some.length / PIXELS, 1);
      points.set(outputs, start / PIXELS * LATENTS);
    }
    return points;
  }

  /** The digits at up to `AT_ONCE` points [n, 2]: [n, 784]. */
  decode(points: Float32Array): Float32Array<ArrayBuffer> {
    this.decoder.replaceSamples("test", points);
    return this.decoder.evaluate("test", points.length / LATENTS, 1).outputs;
  }
}

function blank(values: Uint8Array | Float32Array): Samples {
  const width = values.length / AT_ONCE;
  return { count: AT_ONCE, width, values, labels: new Uint8Array(AT_ONCE) };
}

/** A part of the plane in which most of the points [n, 2] lie, with a margin. */
export function rangeOf(points: Float32Array): Range {
  const ends = [0, 1].map((latent) => {
    const values = points.filter((_, i) => i % LATENTS === latent).sort();
    const skipped = Math.floor(values.length * OUTSIDE);
    const [low, high] = [values[skipped]!, values.at(-1 - skipped)!];
    // Where all points are one, the range must still have a width.
    const margin = (high - low) * MARGIN || 1;
    return [low - margin, high + margin] as const;
  });
  return { low: [ends[0]![0], ends[1]![0]], high: [ends[0]![1], ends[1]![1]] };
}
