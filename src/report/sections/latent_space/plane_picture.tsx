/**
 * A latent plane as a still picture, for paper and for pages without their script: an SVG in which the
 * digits of a class are one path, on a grid of whole pixels, so that ten thousand of them stay small.
 */
import { fixed, formatCount } from "../../../figures.ts";
import { cssColour, DIGIT_COLOURS } from "../../chart/colours.ts";
import { MAP_EDGES } from "./chart.ts";
import { badgePlaces, type LatentDigits, type Plane } from "./places.ts";

type Pixels = number;
type Point = readonly [x: Pixels, y: Pixels];

const SIDE: Pixels = 400;

export function PlanePicture({ digits, plane }: { digits: LatentDigits; plane: Plane }) {
  const { labels } = digits;
  const places = badgePlaces(digits, plane);
  const x = (value: number) => toPixel(value, plane.xDomain);
  const y = (value: number) => SIDE - toPixel(value, plane.yDomain);
  const pointsOf = (digit: number) =>
    [...labels.keys()].filter((i) => labels[i] === digit)
      .map((i): Point => [x(plane.x[i]!), y(plane.y[i]!)]);
  const [lo, hi] = MAP_EDGES;
  return (
    <figure class="plane-picture">
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="img"
        aria-label={`${
          formatCount(labels.length)
        } test digits in the latent plane of ${plane.id}, coloured by class`}
      >
        {places.map(({ digit }) => (
          <path
            key={digit}
            d={dotsPath(pointsOf(digit))}
            stroke={colourOf(digit)}
            stroke-width={labels.length > 4000 ? 2.2 : 3.5}
          />
        ))}
        {plane.map && (
          <rect
            class="map-frame"
            x={x(lo)}
            y={y(hi)}
            width={x(hi) - x(lo)}
            height={y(lo) - y(hi)}
          />
        )}
        {places.map((place) => (
          <Badge key={place.digit} digit={place.digit} at={[x(place.x), y(place.y)]} />
        ))}
      </svg>
      <figcaption>
        {plane.label} ({plane.id}): first latent from {edges(plane.xDomain)}, left to right; second
        {" "}
        from {edges(plane.yDomain)}, bottom to top.
      </figcaption>
    </figure>
  );
}

function Badge({ digit, at: [x, y] }: { digit: number; at: Point }) {
  return (
    <g>
      <circle cx={x} cy={y} r={9} stroke={colourOf(digit)} />
      <text x={x} y={y}>{digit}</text>
    </g>
  );
}

/** A path with a dot at each point; points that fall on one another give one dot. */
export function dotsPath(points: readonly Point[]): string {
  const distinct = [...new Map(points.map((at) => [at.join(), at])).values()]
    .sort(([ax, ay], [bx, by]) => ay - by || ax - bx);
  let [px, py] = [0, 0];
  let path = "";
  for (const [x, y] of distinct) {
    const [dx, dy] = [x - px, y - py];
    path += `m${dx}${dy < 0 ? "" : " "}${dy}z`;
    [px, py] = [x, y];
  }
  return path;
}

function colourOf(digit: number): string {
  return cssColour(DIGIT_COLOURS[digit % 10]!);
}

function toPixel(value: number, [lo, hi]: readonly [number, number]): Pixels {
  return Math.round((value - lo) / (hi - lo) * SIDE);
}

function edges([lo, hi]: readonly [number, number]): string {
  return `${fixed(lo, 1)} to ${fixed(hi, 1)}`;
}
