/** The section "Train" of the live page: what is chosen, what is seen while it trains, the result. */
import type { ComponentChildren } from "preact";
import { countOf } from "../../figures.ts";
import { type Configuration, formatConfiguration } from "../../matrix/case.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import type { PlayInput, PublishedCase } from "./input.ts";

/** What is chosen when the page opens, where it is offered. */
const FIRST_CHOICE = "fc@2000";

export function Training({ input: { cases, numericVersion } }: { input: PlayInput }) {
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
      <Controls cases={cases} />
      <p id="pace" class="status">Starting the engine.</p>
      <progress
        id="progress"
        value="0"
        max="1"
        aria-label="Epochs, of those of the published run"
      />
      <p id="status" class="status">Ready when you are.</p>
      <p id="spoken" class="spoken" role="status" />
      <Curves />
      <div id="result" />
      <EpochsTable />
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

function Controls({ cases }: Pick<PlayInput, "cases">) {
  return (
    <div class="controls">
      <Choice id="configuration" label="Model and digits">
        {configurationsOf(cases).map(({ name, words }) => (
          <option key={name} value={name} selected={name === FIRST_CHOICE}>{words}</option>
        ))}
      </Choice>
      <Choice id="seed" label="Seed">{[]}</Choice>
      <Choice id="build" label="Build">
        <option value="fastest">fastest that works here</option>
        <option value="webgpu">the GPU</option>
        <option value="wasm">WebAssembly</option>
        <option value="wasm-emulated">WebAssembly, the slower one</option>
      </Choice>
      <div class="buttons">
        <button id="train" type="button" class="primary">Train</button>
        <button id="stop" type="button" disabled>Stop</button>
      </div>
    </div>
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

/** Two charts that the page's script draws, and the key of both. */
function Curves() {
  return (
    <>
      <div class="charts">
        <Curve id="loss">
          <p class="chart-title">Training loss</p>
        </Curve>
        <Curve id="validation">
          <p class="chart-title score-title">Validation accuracy</p>
        </Curve>
      </div>
      <ul class="key curves">
        <li>
          <span class="stroke" aria-hidden="true" /> this browser
        </li>
        <li>
          <span class="ring" aria-hidden="true" /> the published run
        </li>
      </ul>
    </>
  );
}

function Curve({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <figure>
      {children}
      <div id={id} class="curve" />
    </figure>
  );
}

function EpochsTable() {
  return (
    <details>
      <summary>Every epoch as a table</summary>
      <div class="figures">
        <table>
          <thead>
            <tr>
              <th scope="col" class="number">Epoch</th>
              <th scope="col" class="number">Training loss</th>
              <th scope="col" class="number score-title">Validation accuracy</th>
            </tr>
          </thead>
          <tbody id="epochs" />
        </table>
      </div>
    </details>
  );
}

/** Each configuration once, with what it is. */
function configurationsOf(cases: readonly PublishedCase[]): { name: string; words: string }[] {
  const first = new Map<string, PublishedCase>();
  for (const published of cases) {
    const name = formatConfiguration(published.case);
    if (!first.has(name)) first.set(name, published);
  }
  return [...first].map(([name, { case: c }]) => ({ name, words: `${name}: ${inWords(c)}` }));
}

const MODELS_IN_WORDS: { readonly [model: string]: string } = {
  fc: "dense network",
  conv: "two convolutions",
  ae: "autoencoder",
  vae: "variational autoencoder",
};

function inWords({ model, labels, unlabelled }: Configuration): string {
  const images = labels ?? unlabelled;
  const digits = images === null ? "all digits" : countOf(images, "digit");
  return `${MODELS_IN_WORDS[model] ?? model}, ${digits}`;
}
