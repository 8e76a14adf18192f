/** The section "Latent plane" of the live page: the plane, the digit decoded there, a pad to draw on. */
import { CLASS_COUNT } from "../../data/dataset.ts";
import { formatBytes, shortDigest } from "../../figures.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import type { PlayModel } from "./input.ts";

export function LatentPlane(
  { model: { name, dataset, weightsDigest, bytes } }: { model: PlayModel },
) {
  return (
    <section id="latent-plane" aria-labelledby="plane-title">
      <h2 id="plane-title">The latent plane of {name}</h2>
      <p class="lead" id="plane-help">
        The model squeezes a digit of 784 pixels into two numbers, a place on this plane, and draws
        it again from there. Drag over the plane, or use the arrow keys (with Shift for small steps,
        Home for the middle), and it decodes the digit that lives there.
      </p>
      <div class="playground">
        <Plane name={name} />
        <Decoded />
        <Drawing />
      </div>
      <p id="plane-spoken" class="spoken" role="status" />
      <Facts>
        <Fact name="Model">
          {name}, trained on {dataset}, {formatBytes(bytes.length)} of float32 weights with SHA-256
          {" "}
          <code>{shortDigest(weightsDigest)}</code>...
        </Fact>
        <Fact name="Plane">
          It spans what the encoder makes of the first 200 test digits of strokes, but for the
          outermost 2 % on each side.
        </Fact>
      </Facts>
    </section>
  );
}

/** The map of decoded digits, with a marker where the decoded digit lies and one for the drawn one. */
function Plane({ name }: Pick<PlayModel, "name">) {
  return (
    <div class="plane-stage">
      <div
        id="plane"
        class="plane"
        tabindex={0}
        role="application"
        aria-roledescription="latent plane"
        aria-label={`Plane of ${name}, moved over by the arrow keys`}
        aria-describedby="plane-help"
      >
        <canvas id="map" class="digits" width={560} height={560} aria-hidden="true" />
        <span id="drawn" class="marker drawn" hidden />
        <span id="here" class="marker here" />
      </div>
      <p class="axes">
        <span>First latent to the right, second upwards.</span>
        <span id="plane-state">Opening the model</span>
      </p>
    </div>
  );
}

function Decoded() {
  return (
    <div class="decoded">
      <Paper id="decoded" side={28} label="The decoded digit" />
      <dl class="point">
        <dt>first latent</dt>
        <dd id="first" />
        <dt>second latent</dt>
        <dd id="second" />
        <dt>computed in</dt>
        <dd id="took" />
      </dl>
    </div>
  );
}

/** A pad to draw on, what the model sees of the drawing, and test digits in its place. */
function Drawing() {
  return (
    <div class="drawing">
      <h3>Draw a digit</h3>
      <div class="pads">
        <figure>
          <Paper
            id="pad"
            side={280}
            label="Drawing area for mouse, pen or finger; the buttons below take drawn digits"
          />
          <figcaption>draw here</figcaption>
        </figure>
        <figure>
          <Paper id="seen" side={28} label="The digit as the model sees it" />
          <figcaption>what the model sees</figcaption>
        </figure>
      </div>
      <p class="lead">
        Your ink is scaled to fill 20 by 20 pixels and moved until its centre of mass lies in the
        middle of 28 by 28, as MNIST's digits are. The ring shows its place on the plane, and the
        decoded digit is what the model makes of it.
      </p>
      <div class="buttons" role="group" aria-label="Drawing">
        <button id="clear" type="button">Clear</button>
      </div>
      <p id="takes" class="eyebrow">Or take a test digit that the page has drawn:</p>
      <div class="buttons takes" role="group" aria-labelledby="takes">
        {Array.from(
          { length: CLASS_COUNT },
          (_, digit) => <button key={digit} type="button" data-digit={digit}>{digit}</button>,
        )}
      </div>
    </div>
  );
}

/** A square canvas for ink. */
function Paper({ id, side, label }: { id: string; side: number; label: string }) {
  return (
    <div class="paper">
      <canvas id={id} class="digits" width={side} height={side} role="img" aria-label={label} />
    </div>
  );
}
