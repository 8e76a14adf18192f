/** The live page: the engine, the dataset and, where there is one, a model, in the reader's hands. */
import type { ComponentChildren } from "preact";
import { CLASS_COUNT } from "../../data/dataset.ts";
import { type Configuration, formatConfiguration } from "../../matrix/case.ts";
import { countOf, formatCount, formatSeconds, shortDigest } from "../format.ts";
import { Page, type PageAssets } from "../page.tsx";
import { Fact, Facts } from "../sections/facts.tsx";
import type { PageData, PlayInput, PlayModel, PublishedCase } from "./input.ts";

/** What is chosen when the page opens, where it is offered. */
const FIRST_CHOICE = "fc@2000";

/** Seconds of a case of whose time nothing is said. */
const MOMENT = 3;

/** What the page's script hands to its workers. */
export interface PlayAssets extends PageAssets {
  /** The worker's script. */
  readonly worker: string;
  /** Both builds of the kernels as JSON, packed. */
  readonly kernels: string;
  /** The model, packed. */
  readonly model: string | null;
}

export function PlayPage({ input, assets }: { input: PlayInput; assets: PlayAssets }) {
  const { cases, model, reports } = input;
  const data: PageData = { cases, hasModel: model !== null };
  const sections = [
    { id: "training", title: "Train" },
    ...model ? [{ id: "latent-plane", title: "Latent plane" }] : [],
  ];
  return (
    <Page
      title="Latentbench: train it here"
      sections={sections}
      playPage={null}
      links={reports}
      runsEngine
      assets={assets}
    >
      <Training input={input} />
      {model && <LatentPlane model={model} />}
      <Data id="play-data" type="application/json">{JSON.stringify(data)}</Data>
      <Data id="play-kernels" type="application/json">{assets.kernels}</Data>
      <Data id="play-worker" type="text/plain">{assets.worker}</Data>
      {assets.model !== null && <Data id="play-model" type="text/plain">{assets.model}</Data>}
    </Page>
  );
}

/** A block that the browser keeps and does not run; in JSON no tag can begin. */
function Data({ id, type, children }: { id: string; type: string; children: string }) {
  const text = type === "application/json" ? children.replaceAll("<", "\\u003c") : children;
  return <script id={id} type={type} dangerouslySetInnerHTML={{ __html: text }} />;
}

function Training({ input: { cases, numericVersion } }: { input: PlayInput }) {
  return (
    <section id="training" aria-labelledby="training-title">
      <p class="eyebrow">Numeric version {numericVersion}: the same bits everywhere</p>
      <h1 id="training-title">Train it here</h1>
      <p class="lead">
        This file carries the benchmark's engine and draws its own dataset. Pick a model and press
        Train: this browser computes it from the seed on, and holds the digests of what comes out
        against the published run. Nothing is loaded, and nothing leaves this page.
      </p>
      <noscript>
        <p class="notice">This page computes, and so it needs scripts, which are off here.</p>
      </noscript>
      {cases.length > 0 ? <Trainer cases={cases} /> : (
        <p class="notice">
          No run of this numeric version is published yet to be compared with.
        </p>
      )}
    </section>
  );
}

/** What is chosen, what is seen while it trains, and what came out. */
function Trainer({ cases }: Pick<PlayInput, "cases">) {
  return (
    <>
      <canvas
        id="strip"
        class="digits strip"
        width={24 * 28}
        height={28}
        role="img"
        aria-label="The first test digits of the drawn dataset"
      />
      <div class="controls">
        <Choice id="configuration" label="Model and labels">
          {configurationsOf(cases).map(({ name, words }) => (
            <option key={name} value={name} selected={name === FIRST_CHOICE}>{words}</option>
          ))}
        </Choice>
        <Choice id="seed" label="Seed">{[]}</Choice>
        <Choice id="build" label="Kernels">
          <option value="fastest">fastest that work here</option>
          <option value="wasm-emulated">emulated, slower</option>
        </Choice>
        <div class="buttons">
          <button id="train" type="button" class="primary">Train</button>
          <button id="stop" type="button" disabled>Stop</button>
        </div>
      </div>
      <progress
        id="progress"
        value="0"
        max="1"
        aria-label="Epochs, of those of the published run"
      />
      <p id="status" class="status">Ready when you are.</p>
      <p id="spoken" class="spoken" role="status" />
      <div class="charts">
        <Curve id="loss" title="Training loss" />
        <Curve id="accuracy" title="Validation accuracy" />
      </div>
      <ul class="key curves">
        <li>
          <span class="stroke" aria-hidden="true" /> this browser
        </li>
        <li>
          <span class="ring" aria-hidden="true" /> the published run
        </li>
      </ul>
      <div id="result" />
      <details>
        <summary>Every epoch as a table</summary>
        <div class="figures">
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">Epoch</th>
                <th scope="col" class="number">Training loss</th>
                <th scope="col" class="number">Validation accuracy</th>
              </tr>
            </thead>
            <tbody id="epochs" />
          </table>
        </div>
      </details>
      <Facts>
        <Fact name="Engine">
          <span id="engine">starting</span>
        </Fact>
        <Fact name="Dataset">
          <span id="dataset">being drawn</span>
        </Fact>
      </Facts>
    </>
  );
}

function Choice(
  { id, label, children }: { id: string; label: string; children: ComponentChildren },
) {
  return (
    <p class="choice">
      <label for={id}>{label}</label>
      <select id={id} autocomplete="off">{children}</select>
    </p>
  );
}

function Curve({ id, title }: { id: string; title: string }) {
  return (
    <figure>
      <p class="chart-title">{title}</p>
      <div id={id} class="curve" />
    </figure>
  );
}

/** Each configuration once, with what it is, and how long it takes where that is not a moment. */
function configurationsOf(cases: readonly PublishedCase[]): { name: string; words: string }[] {
  const first = new Map<string, PublishedCase>();
  for (const published of cases) {
    const name = formatConfiguration(published.case);
    if (!first.has(name)) first.set(name, published);
  }
  return [...first].map(([name, { case: c, seconds }]) => ({
    name,
    words: `${name}: ${inWords(c)}` +
      (seconds > MOMENT ? `, about ${formatSeconds(Math.ceil(seconds / 10) * 10)}` : ""),
  }));
}

function inWords({ model, labels }: Configuration): string {
  const digits = countOf(labels ?? 0, "digit");
  return `${model === "fc" ? "dense network" : "two convolutions"}, ${digits}`;
}

/** A square canvas for ink. */
function Paper({ id, side, label }: { id: string; side: number; label: string }) {
  return (
    <div class="paper">
      <canvas id={id} class="digits" width={side} height={side} role="img" aria-label={label} />
    </div>
  );
}

function LatentPlane({ model: { name, dataset, weightsDigest, bytes } }: { model: PlayModel }) {
  return (
    <section id="latent-plane" aria-labelledby="plane-title">
      <h2 id="plane-title">The latent plane of {name}</h2>
      <p class="lead" id="plane-help">
        The model squeezes a digit of 784 pixels into two numbers, a place on this plane, and draws
        it again from there. Drag over the plane, or use the arrow keys (with Shift for small steps,
        Home for the middle), and it decodes the digit that lives there.
      </p>
      <div class="playground">
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
            Your ink is scaled to fill 20 by 20 pixels and moved until its centre of mass lies in
            the middle of 28 by 28, as MNIST's digits are. The ring shows its place on the plane,
            and the decoded digit is what the model makes of it.
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
      </div>
      <p id="plane-spoken" class="spoken" role="status" />
      <Facts>
        <Fact name="Model">
          {name}, trained on {dataset}, {formatCount(Math.round(bytes.length / 1e6))}{" "}
          MB of float32 weights with SHA-256 <code>{shortDigest(weightsDigest)}</code>...
        </Fact>
        <Fact name="Plane">
          It spans what the encoder makes of the first 200 test digits of strokes, but for the
          outermost 2 % on each side.
        </Fact>
      </Facts>
    </section>
  );
}
