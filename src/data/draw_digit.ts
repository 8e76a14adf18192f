/**
 * Draws one handwritten-looking digit: a pure function of (digit, random stream, split, sample),
 * and the same bytes on every host. Arithmetic is + - * / in float64 with correctly rounded
 * functions only; curves are polynomials, rotations rational.
 *
 * MNIST's conventions: white ink on black, anti-aliased, 28 x 28 bytes, a box of 20 x 20 pixels
 * around its ink placed so that the centre of mass lies in the middle.
 * @module
 */
import type { Stream } from "../random/stream.ts";
import { IMAGE_SIDE } from "./dataset.ts";
import { type ControlPoint, type PenStroke, type Skeleton, SKELETONS } from "./stroke_skeletons.ts";

/** Side of the box that holds the ink, in pixels. */
const BOX_SIDE = 20;
/** Straight pieces between two control points. */
const PIECES = 5;

/** Uniform numbers, one after the other, of one sample of one split. */
class Draws {
  readonly #stream: Stream;
  readonly #epoch: number;
  readonly #sample: number;
  #taken = 0;

  constructor(stream: Stream, epoch: number, sample: number) {
    this.#stream = stream;
    this.#epoch = epoch;
    this.#sample = sample;
  }

  /** Uniform from `low` (included) to `high`, in 2^24 steps. */
  between(low: number, high: number): number {
    const words = this.#stream.words(this.#epoch, this.#sample, this.#taken >>> 2);
    const unit = (words[this.#taken & 3]! >>> 8) / 0x1000000;
    this.#taken++;
    return low + (high - low) * unit;
  }

  /** Bell-shaped around 0 with about this standard deviation, never beyond 3 of them. */
  bell(deviation: number): number {
    const sum = this.between(-1, 1) + this.between(-1, 1) + this.between(-1, 1);
    return sum * deviation;
  }
}

/** The pen's path, x and y alternating; points of one stroke are joined, strokes are not. */
interface Path {
  readonly points: number[];
  /** Index of the first point of each stroke, and the number of points at the end. */
  readonly starts: number[];
}

function chooseSkeleton(digit: number, draws: Draws): Skeleton {
  const skeletons = SKELETONS[digit];
  if (skeletons === undefined) {
    throw new RangeError(`Cannot draw the digit ${digit}: digits are 0 to 9`);
  }
  let left = draws.between(0, skeletons.reduce((sum, { share }) => sum + share, 0));
  for (const skeleton of skeletons) {
    left -= skeleton.share;
    if (left < 0) return skeleton;
  }
  return skeletons[0]!;
}

/** Moves every control point a little, and the whole digit as one hand would lean and bend it. */
function distortion(draws: Draws): (point: ControlPoint) => ControlPoint {
  const jitter = draws.between(0.012, 0.05);
  const bendX = draws.bell(0.22), bendY = draws.bell(0.22);
  const swell = draws.bell(0.22), lean = draws.bell(0.22);
  const stretch = 1 + draws.bell(0.17);
  const slant = 0.12 + draws.bell(0.24);
  // With t the tangent of half the angle, sine and cosine are rational.
  const t = draws.bell(0.07);
  const cosine = (1 - t * t) / (1 + t * t), sine = 2 * t / (1 + t * t);
  return ([x0, y0, turn]) => {
    const x1 = x0 - 0.33 + draws.bell(jitter);
    const y1 = y0 - 0.5 + draws.bell(jitter);
    const x2 = (x1 * (1 + swell * y1) + bendX * (y1 * y1 - 0.1)) * stretch - slant * y1;
    const y2 = y1 * (1 + lean * y1) + bendY * (x1 * x1 - 0.05);
    const x = cosine * x2 - sine * y2, y = sine * x2 + cosine * y2;
    return turn === undefined ? [x, y] : [x, y, turn];
  };
}

/** A Catmull-Rom spline through the points, in straight pieces; it breaks at corners. */
function flatten(stroke: PenStroke, into: number[]): void {
  const last = stroke.length - 1;
  const isEnd = (i: number) => i === 0 || i === last || stroke[i]![2] === "corner";
  into.push(stroke[0]![0], stroke[0]![1]);
  for (let i = 0; i < last; i++) {
    const p1 = stroke[i]!, p2 = stroke[i + 1]!;
    const p0 = isEnd(i) ? p1 : stroke[i - 1]!;
    const p3 = isEnd(i + 1) ? p2 : stroke[i + 2]!;
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      for (const axis of [0, 1] as const) {
        const a = p0[axis], b = p1[axis], c = p2[axis], d = p3[axis];
        into.push(
          0.5 * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))),
        );
      }
    }
  }
}

/** Scales the path to a box of `side` pixels, its centre of mass at (`centreX`, `centreY`). */
function place(path: Path, side: number, centreX: number, centreY: number): void {
  const { points, starts } = path;
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    top = Math.min(top, points[i + 1]!);
    bottom = Math.max(bottom, points[i + 1]!);
  }
  let length = 0, massX = 0, massY = 0;
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let i = 2 * starts[s]!; i + 2 < 2 * starts[s + 1]!; i += 2) {
      const x0 = points[i]!, y0 = points[i + 1]!, x1 = points[i + 2]!, y1 = points[i + 3]!;
      const piece = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
      length += piece;
      massX += piece * (x0 + x1) / 2;
      massY += piece * (y0 + y1) / 2;
    }
  }
  const scale = side / Math.max(right - left, bottom - top);
  for (let i = 0; i < points.length; i += 2) {
    points[i] = centreX + (points[i]! - massX / length) * scale;
    points[i + 1] = centreY + (points[i + 1]! - massY / length) * scale;
  }
}

/**
 * Raises each pixel of `field` to how deep it lies within the ink, in pixels: the pen's radius
 * (from `radius0` to `radius1` along the piece) less the distance to the piece.
 */
function inkPiece(
  field: Float64Array,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius0: number,
  radius1: number,
): void {
  const reach = Math.max(radius0, radius1) + 1;
  const fromX = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const toX = Math.min(IMAGE_SIDE - 1, Math.ceil(Math.max(x0, x1) + reach));
  const fromY = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const toY = Math.min(IMAGE_SIDE - 1, Math.ceil(Math.max(y0, y1) + reach));
  const dx = x1 - x0, dy = y1 - y0;
  const squared = Math.max(dx * dx + dy * dy, 1e-12);
  for (let y = fromY; y <= toY; y++) {
    for (let x = fromX; x <= toX; x++) {
      const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / squared));
      const offX = x - x0 - along * dx, offY = y - y0 - along * dy;
      const depth = radius0 + along * (radius1 - radius0) - Math.sqrt(offX * offX + offY * offY);
      const i = y * IMAGE_SIDE + x;
      if (depth > field[i]!) field[i] = depth;
    }
  }
}

/** Mixes each pixel with the mean of its four neighbours; `share` 0 leaves the image as it is. */
function blur(ink: Float64Array, share: number): Float64Array {
  const blurred = new Float64Array(ink.length);
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= IMAGE_SIDE || y >= IMAGE_SIDE ? 0 : ink[y * IMAGE_SIDE + x]!;
  for (let y = 0; y < IMAGE_SIDE; y++) {
    for (let x = 0; x < IMAGE_SIDE; x++) {
      const around = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      blurred[y * IMAGE_SIDE + x] = (1 - share) * at(x, y) + share * around / 4;
    }
  }
  return blurred;
}

/** Writes sample `sample` of split `split`, a `digit` (0 to 9), into `pixels` (28 x 28 bytes). */
export function drawDigit(
  pixels: Uint8Array,
  digit: number,
  stream: Stream,
  split: number,
  sample: number,
): void {
  const draws = new Draws(stream, split, sample);
  const skeleton = chooseSkeleton(digit, draws);
  const distort = distortion(draws);
  const path: Path = { points: [], starts: [0] };
  for (const stroke of skeleton.strokes) {
    flatten(stroke.map(distort), path.points);
    path.starts.push(path.points.length / 2);
  }

  const radius = draws.between(0.9, 1.8);
  const side = BOX_SIDE * draws.between(0.86, 1) - 2 * radius;
  const middle = (IMAGE_SIDE - 1) / 2;
  place(path, side, middle + draws.bell(0.45), middle + draws.bell(0.45));

  const field = new Float64Array(IMAGE_SIDE * IMAGE_SIDE).fill(-1);
  for (let s = 0; s + 1 < path.starts.length; s++) {
    let pressure = radius * draws.between(0.85, 1.15);
    for (let i = 2 * path.starts[s]!; i + 2 < 2 * path.starts[s + 1]!; i += 2) {
      const next = Math.min(radius * 1.3, Math.max(radius * 0.7, pressure + draws.bell(0.05)));
      const x0 = path.points[i]!, y0 = path.points[i + 1]!;
      const x1 = path.points[i + 2]!, y1 = path.points[i + 3]!;
      inkPiece(field, x0, y0, x1, y1, pressure, next);
      pressure = next;
    }
  }
  const softness = draws.between(0.9, 1.6);
  for (let i = 0; i < field.length; i++) {
    field[i] = Math.min(1, Math.max(0, field[i]! / softness + 0.5));
  }
  const ink = blur(field, draws.between(0, 0.35));
  const brightness = draws.between(235, 255);
  for (let i = 0; i < ink.length; i++) pixels[i] = Math.floor(ink[i]! * brightness + 0.5);
}
