/**
 * The section "Latent space": every test digit in the plane of two latents, AE beside VAE, which the
 * page's script links; and what the decoders draw over that plane.
 */
import { formatCount } from "../../../figures.ts";
import { cssColour, DIGIT_COLOURS } from "../../chart/colours.ts";
import { compileForPage } from "../../chart/compile.ts";
import type { ReportInput } from "../../input.ts";
import { JsonScript } from "../../parts/json_script.tsx";
import { FileDownload } from "../../parts/file_download.tsx";
import { digitGridUrl } from "../../parts/picture_url.ts";
import type { Section } from "../../section.ts";
import { joinWords } from "../../text/sentences.ts";
import { latentPlane } from "./chart.ts";
import { DigitMaps } from "./digit_maps.tsx";
import { classesOf, latentCsv, type LatentDigits, latentDigits } from "./places.ts";
import { PlanePicture } from "./plane_picture.tsx";

/** Pictures a row of the sprite. */
const SPRITE_COLUMNS = 20;

const PIXELS = 28 * 28;

export const LATENT_SPACE: Section = {
  id: "latent-space",
  title: "Latent space",
  style: new URL("latent_space.css", import.meta.url),
  render(input) {
    const digits = latentDigits(input);
    return Promise.resolve(
      digits === null ? null : (
        <section id="latent-space" aria-labelledby="latent-space-title">
          <h2 id="latent-space-title">Latent space</h2>
          <Lead digits={digits} />
          <Planes digits={digits} input={input} />
          <DigitMaps planes={digits.planes} />
        </section>
      ),
    );
  },
};

function Lead({ digits: { labels, planes, seed } }: { digits: LatentDigits }) {
  const both = planes.length > 1;
  return (
    <p class="lead">
      Every one of the {formatCount(labels.length)} test digits, where{" "}
      {joinWords(planes.map(({ label }) => `the ${label}`))} with two latents{" "}
      {both ? "put" : "puts"} it{both ? ", of the same seed, " : ", of seed "}
      {seed}.{" "}
      {both ? "Neither saw a label" : "It saw no label"}: the colour is the class, and a numbered
      badge stands at the median of each, moved aside where two would overlap.
      {planes.some(({ map }) => map) &&
        " A dashed frame marks what the digit map below decodes."}
      {both && " Each plane has a scale of its own."}
    </p>
  );
}

interface Props {
  readonly digits: LatentDigits;
  readonly input: ReportInput;
}

function Planes({ digits, input }: Props) {
  const { planes, pictures } = digits;
  return (
    <figure
      class="latent-plane"
      data-latent-plane
      data-models={planes.map(({ model }) => model).join(" ")}
    >
      <Classes classes={classesOf(digits)} />
      <Stage count={digits.labels.length} />
      <div class="static">
        {planes.map((plane) => <PlanePicture key={plane.id} digits={digits} plane={plane} />)}
      </div>
      <p class="said" data-digit aria-live="polite" />
      <p class="said" data-selection role="status" />
      {pictures && <Sprite pictures={pictures} />}
      <JsonScript data={compileForPage(latentPlane(digits, null))} />
      <figcaption>
        <Hint digits={digits} />
        <PlaneDownloads digits={digits} input={input} />
      </figcaption>
    </figure>
  );
}

/** Where the page's script draws the planes. */
function Stage({ count }: { count: number }) {
  return (
    <div
      class="stage"
      data-stage
      data-renderer="canvas"
      tabindex={0}
      role="application"
      aria-label={`${
        formatCount(count)
      } test digits in the plane of two latents. Arrow keys show the digits that have a picture, ` +
        "Escape leaves them."}
    />
  );
}

/** The pictures of the first digits in one image, of which the page's script shows parts. */
function Sprite({ pictures }: { pictures: Float32Array }) {
  return (
    <img
      hidden
      data-sprite
      data-count={pictures.length / PIXELS}
      data-columns={SPRITE_COLUMNS}
      src={digitGridUrl(pictures, SPRITE_COLUMNS)}
      alt=""
    />
  );
}

function PlaneDownloads({ digits, input }: Props) {
  const file = `latentbench-${input.dataset.name}-latent-plane`;
  const spec = JSON.stringify(latentPlane(digits, `${file}.csv`), null, 1);
  return (
    <p class="downloads">
      <FileDownload
        data-digits
        name={`${file}.csv`}
        type="text/csv"
        content={latentCsv(digits)}
      >
        CSV
      </FileDownload>
      <FileDownload name={`${file}.vl.json`} type="application/json" content={spec}>
        Vega-Lite (reads the CSV beside it)
      </FileDownload>
    </p>
  );
}

/** The legend, whose entries choose classes; a page without its script does not show it. */
function Classes({ classes }: { classes: readonly number[] }) {
  return (
    <div class="classes" role="group" aria-label="Select digit classes">
      {classes.map((digit) => (
        <button type="button" key={digit} data-class={digit} aria-pressed="false">
          <span class="swatch" style={{ background: cssColour(DIGIT_COLOURS[digit % 10]!) }} />
          {digit}
        </button>
      ))}
      <button type="button" class="clear" data-clear disabled>Show all</button>
    </div>
  );
}

function Hint({ digits: { planes, pictures } }: { digits: LatentDigits }) {
  const count = pictures === null ? 0 : pictures.length / PIXELS;
  const both = planes.length > 1;
  return (
    <p class="hint">
      Drag over a plane to select digits{both && "; the other plane shows the same ones"}. The
      numbered buttons select classes. {count > 0 &&
        `The first ${formatCount(count)} test digits show their picture under the pointer, ` +
          "or by the arrow keys once the planes have the focus."}
    </p>
  );
}
