/**
 * A latent plane as a still picture, for paper and for pages without their script: an SVG in which the
 * digits of a class are one path, on a grid of whole pixels, so that ten thousand of them stay small.
 */
import { badgePlaces, type LatentDigits, type Plane } from "../latent_digits.ts";
import { formatCount } from "../format.ts";
import { DIGIT_COLOURS, withCssColours } from "../palette.ts";
import { MAP_EDGES } from "../specs/latent_plane.ts";

type Pixels = number;
type Point = readonly [x: Pixels, y: Pixels];

const SIDE: Pixels = 400;

export function PlanePicture({ digits, plane }: { digits: LatentDigits; plane: Plane }) {
  const places = badgePlaces(digits, plane);
  const x = (value: number) => toPixel(value, plane.xDomain);
  const y = (value: number) => SIDE - toPixel(value, plane.yDomain);
  const points = digits.labels.map((digit, i) => ({ digit, at: [x(plane.x[i]!), y(plane.y[i]!)] }));
  const count = formatCount(digits.labels.length);
  const [lo, hi] = MAP_EDGES;
  return (
    <figure class="plane-picture">
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="img"
        aria-label={`${count} test digits in the latent plane of ${plane.id}, coloured by class`}
      >
        {places.map(({ digit }) => (
          <path
            key={digit}
            d={dotsPath(
              points.filter((p) => p.digit === digit).map(({ at }) => at as [number, number]),
            )}
            stroke={withCssColours(DIGIT_COLOURS[digit % 10]!)}
            stroke-width={digits.labels.length > 4000 ? 2.2 : 3.5}
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
          <g key={place.digit}>
            <circle
              cx={x(place.x)}
              cy={y(place.y)}
              r={9}
              stroke={withCssColours(DIGIT_COLOURS[place.digit % 10]!)}
            />
            <text x={x(place.x)} y={y(place.y)}>{place.digit}</text>
          </g>
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

function toPixel(value: number, [lo, hi]: readonly [number, number]): Pixels {
  return Math.round((value - lo) / (hi - lo) * SIDE);
}

function edges([lo, hi]: readonly [number, number]): string {
  return `${lo.toFixed(1)} to ${hi.toFixed(1)}`;
}
