/**
 * The digit maps: what each decoder draws at 20 x 20 points of the plane, turned as the planes above
 * are, so that the first latent grows to the right and the second one upwards.
 */
import { MAP_SIDE } from "../../../training/encode.ts";
import { digitGridUrl } from "../../parts/picture_url.ts";
import type { Plane } from "./places.ts";

const PIXELS = 28 * 28;

export function DigitMaps({ planes }: { planes: readonly Plane[] }) {
  const drawn = planes.filter((plane): plane is Plane & { map: Float32Array } =>
    plane.map !== null
  );
  if (drawn.length === 0) return null;
  return (
    <>
      <h3>Digit map</h3>
      <p class="lead">
        What the decoder draws at {MAP_SIDE} x {MAP_SIDE}{" "}
        points of the plane: the first latent grows from left to right, the second from bottom to
        top, as in the planes above, both from −2 to 1.8 in steps of 0.2. No test digit is involved.
      </p>
      <div class="digit-maps">
        {drawn.map(({ id, label, map }) => (
          <figure key={id}>
            <img
              src={digitGridUrl(upwards(map), MAP_SIDE)}
              alt={`${MAP_SIDE} x ${MAP_SIDE} digits decoded by ${id} over the latent plane`}
            />
            <figcaption>{label} ({id})</figcaption>
          </figure>
        ))}
      </div>
    </>
  );
}

/** The rows of a map in reverse: pictures go from top to bottom, the second latent goes up. */
export function upwards(map: Float32Array): Float32Array {
  const row = MAP_SIDE * PIXELS;
  const turned = new Float32Array(map.length);
  for (let start = 0; start < map.length; start += row) {
    turned.set(map.subarray(start, start + row), map.length - start - row);
  }
  return turned;
}
