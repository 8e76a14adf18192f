/**
 * The test digits in the plane of two latents: of each autoencoder that was trained with two, of one
 * seed, every test digit's place. One row a digit, so that both planes speak of the same digits.
 */
import { medianOf } from "../../../checks/statistics/sample_intervals.ts";
import { rounded } from "../../../figures.ts";
import type { ReportInput } from "../../input.ts";
import {
  type Encoder,
  ENCODER_LABELS,
  type EncoderModel,
  encodersWith,
  sharedSeed,
  tensorOf,
} from "../../parts/encoders.ts";
import { toCsv } from "../../text/csv.ts";

type Interval = readonly [lo: number, hi: number];

/** The plane of one autoencoder. */
export interface Plane {
  readonly model: EncoderModel;
  /** `AE` or `VAE`. */
  readonly label: string;
  /** The case's name, e.g. `ae2#0`. */
  readonly id: string;
  /** Latents of every test digit, rounded to a four-thousandth of the plane's side or finer. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** What the plane's axes span: every digit lies within. */
  readonly xDomain: Interval;
  readonly yDomain: Interval;
  /** Decoded digits [20, 20, 28, 28] at latents from -2 to 1.8, or null where there are none. */
  readonly map: Float32Array | null;
}

export interface LatentDigits {
  readonly seed: number;
  /** The digit that each test sample is. */
  readonly labels: readonly number[];
  /** AE before VAE; one of them where the other is not there. */
  readonly planes: readonly Plane[];
  /** Pictures of the first test digits, 784 values each from 0 to 1; null where there are none. */
  readonly pictures: Float32Array | null;
}

/** Where a class lies in a plane: the median of its digits, by latent; or where its badge stands. */
interface ClassPlace {
  readonly digit: number;
  readonly x: number;
  readonly y: number;
}

export function latentDigits(
  input: Pick<ReportInput, "cases" | "artifacts">,
): LatentDigits | null {
  const encoders = encodersWith(input, ["test-embeddings", "test-labels"])
    .filter(({ latents }) => latents === 2);
  const seed = sharedSeed(encoders);
  if (seed === null) return null;
  const shown = encoders.filter((encoder) => encoder.seed === seed);
  return {
    seed,
    labels: [...tensorOf(shown[0]!, "test-labels").values],
    planes: shown.map(planeOf),
    pictures: shown.map(({ artifacts }) => artifacts.get("test-digits")?.values)
      .find((found) => found !== undefined) ?? null,
  };
}

/** One row a digit, in the order of the test set: `digit,aeX,aeY,vaeX,vaeY`. */
export function latentCsv({ labels, planes }: LatentDigits): string {
  const rows = labels.map((digit, i) =>
    Object.fromEntries([
      ["digit", digit],
      ...planes.flatMap(({ model, x, y }) => [[`${model}X`, x[i]!], [`${model}Y`, y[i]!]]),
    ]) as { [column: string]: number }
  );
  return toCsv(["digit", ...planes.flatMap(({ model }) => [`${model}X`, `${model}Y`])], rows);
}

/** The classes that there are, in ascending order. */
export function classesOf({ labels }: Pick<LatentDigits, "labels">): number[] {
  return [...new Set(labels)].sort((a, b) => a - b);
}

export function classPlaces(
  { labels }: Pick<LatentDigits, "labels">,
  { x, y }: Pick<Plane, "x" | "y">,
): ClassPlace[] {
  return classesOf({ labels }).map((digit) => {
    const members = [...labels.keys()].filter((i) => labels[i] === digit);
    return {
      digit,
      x: medianOf(members.map((i) => x[i]!)),
      y: medianOf(members.map((i) => y[i]!)),
    };
  });
}

/** The places of the classes, moved apart where badges a fifteenth of a side wide would overlap. */
export function badgePlaces(
  digits: Pick<LatentDigits, "labels">,
  plane: Pick<Plane, "x" | "y" | "xDomain" | "yDomain">,
): ClassPlace[] {
  const { xDomain: [x0, x1], yDomain: [y0, y1] } = plane;
  const badges = classPlaces(digits, plane)
    .map(({ digit, x, y }) => ({ digit, x: (x - x0) / (x1 - x0), y: (y - y0) / (y1 - y0) }));
  for (let pass = 0; pass < 100; pass++) {
    for (const [i, a] of badges.entries()) {
      for (const b of badges.slice(i + 1)) {
        // Two at one place part sideways.
        const [dx, dy] = a.x === b.x && a.y === b.y ? [1e-6, 0] : [b.x - a.x, b.y - a.y];
        const distance = Math.hypot(dx, dy);
        if (distance >= BADGE) continue;
        const push = (BADGE - distance) / 2 / distance;
        a.x -= dx * push;
        a.y -= dy * push;
        b.x += dx * push;
        b.y += dy * push;
      }
    }
  }
  return badges.map(({ digit, x, y }) => ({
    digit,
    x: round(x0 + x * (x1 - x0)),
    y: round(y0 + y * (y1 - y0)),
  }));
}

/** Width of a badge, as a part of the plane's side. */
const BADGE = 0.066;

function round(value: number): number {
  return Number(value.toPrecision(5));
}

function planeOf(encoder: Encoder): Plane {
  const { values } = tensorOf(encoder, "test-embeddings");
  const places = (offset: number) =>
    Array.from({ length: values.length / 2 }, (_, i) => values[2 * i + offset]!);
  const [x, y] = [places(0), places(1)];
  const decimals = decimalsFor(Math.max(span(x), span(y)));
  const short = (list: number[]) => list.map((value) => rounded(value, decimals));
  return {
    model: encoder.model,
    label: ENCODER_LABELS[encoder.model],
    id: encoder.id,
    x: short(x),
    y: short(y),
    xDomain: domainOf(x),
    yDomain: domainOf(y),
    map: encoder.artifacts.get("digit-map")?.values ?? null,
  };
}

/** Decimals with which a step is at most a four-thousandth of `span`: finer than a plane's pixel. */
function decimalsFor(span: number): number {
  return Math.min(Math.max(Math.ceil(Math.log10(4000 / span)), 0), 6);
}

/** All values with a margin of 4 % on both sides. */
function domainOf(values: readonly number[]): Interval {
  const [lo, hi] = extent(values);
  const margin = (hi - lo || 1) * 0.04;
  return [lo - margin, hi + margin];
}

function span(values: readonly number[]): number {
  const [lo, hi] = extent(values);
  return hi - lo || 1;
}

function extent(values: readonly number[]): Interval {
  return values.reduce<Interval>(
    ([lo, hi], value) => [Math.min(lo, value), Math.max(hi, value)],
    [Infinity, -Infinity],
  );
}
