/**
 * The section "Reconstructions": the first test digits above what each autoencoder makes of them,
 * and the error of the reconstructions by digit class.
 */
import { countOf, formatCount, formatError } from "../../../figures.ts";
import { type Chart, ChartFigure, Downloads, prepareChart } from "../../chart/figure.tsx";
import type { ReportInput } from "../../input.ts";
import {
  type Encoder,
  ENCODER_LABELS,
  encodersWith,
  sharedSeed,
  tensorOf,
} from "../../parts/encoders.ts";
import { digitGridUrl } from "../../parts/picture_url.ts";
import type { Section } from "../../section.ts";
import { DATASET_LABELS } from "../../text/datasets.ts";
import { joinWords } from "../../text/sentences.ts";
import { dataOf, type ErrorRow, errorRows, overallErrors, reconstructionError } from "./chart.ts";

/** Test digits that a strip shows. */
export const SHOWN = 20;

const PIXELS = 28 * 28;

export const RECONSTRUCTIONS: Section = {
  id: "reconstructions",
  title: "Reconstructions",
  style: new URL("reconstructions.css", import.meta.url),
  async render(input) {
    const encoders = encodersWith(input, ["originals", "reconstructions"]);
    const seed = sharedSeed(encoders);
    if (seed === null) return null;
    const rows = errorRows(input);
    const spec = reconstructionError(rows, DATASET_LABELS[input.dataset.name].title);
    return (
      <section id="reconstructions" aria-labelledby="reconstructions-title">
        <h2 id="reconstructions-title">Reconstructions</h2>
        <Strips encoders={encoders} seed={seed} />
        {spec !== null && <Errors input={input} chart={await prepareChart(spec)} rows={rows} />}
      </section>
    );
  },
};

function Strips({ encoders: all, seed }: { encoders: readonly Encoder[]; seed: number }) {
  const encoders = all.filter((encoder) => encoder.seed === seed);
  const originals = tensorOf(encoders[0]!, "originals");
  const count = Math.min(SHOWN, originals.shape[0]!);
  const labels = encoders.map(({ artifacts }) => artifacts.get("test-labels"))
    .find((found) => found !== undefined)?.values.subarray(0, count);
  const byLatents = Map.groupBy(encoders, ({ latents }) => latents);
  return (
    <>
      <p class="lead">
        {introduce(encoders, count)} All are of seed {seed}.{leftOut(all, encoders)}
      </p>
      <figure class="strips" tabindex={0} role="group" aria-label="Digits and reconstructions">
        {labels && (
          <div class="strip labels" aria-hidden="true">
            <span class="name">Digit</span>
            <ol>{[...labels].map((label, i) => <li key={i}>{label}</li>)}</ol>
          </div>
        )}
        <Strip
          name="Original"
          url={stripUrl(originals.values, count)}
          alt={`The first ${count} test digits${
            labels ? `: ${joinWords([...labels].map(String))}` : ""
          }`}
        />
        {[...byLatents].map(([latents, members]) => (
          <div class="latents" key={latents}>
            {members.map((encoder) => (
              <Strip
                key={encoder.id}
                name={`${ENCODER_LABELS[encoder.model]}, ${latents}`}
                url={stripUrl(tensorOf(encoder, "reconstructions").values, count)}
                alt={`The same digits as reconstructed by ${encoder.id}, from ${
                  countOf(latents, "latent")
                }`}
              />
            ))}
          </div>
        ))}
        <figcaption>{explain(encoders[0]!)}</figcaption>
      </figure>
    </>
  );
}

function Strip({ name, url, alt }: { name: string; url: string; alt: string }) {
  return (
    <div class="strip">
      <span class="name" aria-hidden="true">{name}</span>
      <img src={url} alt={alt} />
    </div>
  );
}

function stripUrl(digits: Float32Array, count: number): string {
  return digitGridUrl(digits.subarray(0, count * PIXELS), count);
}

function introduce(encoders: readonly Encoder[], count: number): string {
  const widths = [...new Set(encoders.map(({ latents }) => String(latents)))];
  const numbers = widths.join() === "1" ? "number" : "numbers";
  const means = encoders.some(({ model }) => model === "vae")
    ? " A VAE samples its latents while it trains; here it decodes their means."
    : "";
  return `The first ${count} test digits, and below them what autoencoders rebuild from ` +
    `${joinWords(widths)} ${numbers}, their latents.${means}`;
}

/** What the names of strips mean, by the first of them. */
function explain({ model, latents }: Encoder): string {
  const kind = model === "ae" ? "an autoencoder" : "a variational autoencoder";
  return `${ENCODER_LABELS[model]}, ${latents}: ${kind} with ${countOf(latents, "latent")}.`;
}

/** Encoders that ran, but not with the seed that is shown. */
function leftOut(all: readonly Encoder[], shown: readonly Encoder[]): string {
  const name = ({ model, latents }: Encoder) => `${model}${latents}`;
  const names = new Set(shown.map(name));
  const missing = [...new Set(all.map(name))].filter((other) => !names.has(other));
  if (missing.length === 0) return "";
  return ` ${joinWords(missing)} did not run with that seed.`;
}

function Errors(
  { input, chart, rows }: { input: ReportInput; chart: Chart; rows: readonly ErrorRow[] },
) {
  const file = `latentbench-${input.dataset.name}-reconstruction-error`;
  const digits = overallErrors(rows)[0]!.digits;
  return (
    <>
      <h3>Error per digit class</h3>
      <p class="lead">
        How far the reconstructions of all {formatCount(digits)}{" "}
        test digits are from the originals: the mean squared difference per pixel, of pixels from 0
        (black) to 1 (white). Lower is better. {describeSeeds(rows)}
      </p>
      <ChartFigure chart={chart}>
        <figcaption>
          <Downloads chart={chart} file={file} columns={CSV_COLUMNS} rows={rows.map(dataOf)} />
        </figcaption>
      </ChartFigure>
      <details class="figures">
        <summary>The same figures as a table</summary>
        <ErrorTable rows={rows} />
      </details>
    </>
  );
}

const CSV_COLUMNS = ["model", "latents", "digit", "error", "seeds", "digits"] as const;

/** How many seeds each point is the mean of. */
export function describeSeeds(rows: readonly ErrorRow[]): string {
  const groups = [
    ...Map.groupBy(overallErrors(rows), ({ seeds }) => seeds),
  ].sort(([a], [b]) => b - a);
  const of = (seeds: number) => seeds === 1 ? "of one seed" : `the mean of ${seeds} seeds`;
  if (groups.length === 1) return `Each point is ${of(groups[0]![0])}.`;
  const parts = groups.map(([seeds, members]) =>
    `${of(seeds)} for ${
      joinWords(members.map(({ model, latents }) => `${model} with ${countOf(latents, "latent")}`))
    }`
  );
  return `A point is ${joinWords(parts)}.`;
}

function ErrorTable({ rows }: { rows: readonly ErrorRow[] }) {
  const digits = [...new Set(rows.map(({ digit }) => digit))].sort((a, b) => a - b);
  return (
    <table class="plain errors">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col" class="number">Latents</th>
          <th scope="col" class="number">Seeds</th>
          {digits.map((digit) => <th scope="col" class="number" key={digit}>{digit}</th>)}
          <th scope="col" class="number">All</th>
        </tr>
      </thead>
      <tbody>
        {overallErrors(rows).map(({ model, latents, seeds, error }) => (
          <tr key={`${model}${latents}`}>
            <th scope="row">{model}</th>
            <td class="number">{latents}</td>
            <td class="number">{seeds}</td>
            {digits.map((digit) => (
              <td class="number" key={digit}>
                {errorOf(
                  rows.find((row) =>
                    row.model === model && row.latents === latents && row.digit === digit
                  ),
                )}
              </td>
            ))}
            <td class="number">{formatError(error)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function errorOf(row: ErrorRow | undefined): string {
  return row === undefined ? "–" : formatError(row.error);
}
