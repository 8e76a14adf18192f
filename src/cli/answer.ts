/** `answer`: the analysis of docs/ae_or_vae.md, from the records in a folder. */
import {
  ALL_KINDS,
  analyse,
  type Experiment,
  type KindMean,
  PLAN,
  type PrimaryContrast,
  type SecondaryGroup,
} from "../checks/experiment/analysis.ts";
import { conclude, type Conclusions } from "../checks/experiment/conclusions.ts";
import { gather } from "../checks/experiment/gather.ts";
import {
  fixed,
  formatCount,
  formatDifference,
  formatDifferenceRange,
  formatP,
  formatPercent,
  formatScoreRange,
  significant,
} from "../figures.ts";
import { readPackedHeads } from "../store/packed_heads.ts";
import { Store } from "../store/store.ts";
import { alignedLines } from "./columns.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { AnswerOptions } from "./options.ts";
import type { World } from "./world.ts";

/** Exit code 75 while the experiment has too few seeds for an answer. */
export async function answer(
  { results, dataset, json }: AnswerOptions,
  world: World,
): Promise<ExitCode> {
  const store = results === null ? world.reference : new Store(results);
  const packed = await readPackedHeads(store);
  const records = (await store.readAll()).map(({ record }) => record);
  const { heads, encoders } = gather(records, packed, dataset);
  const experiment = analyse(heads);
  const conclusions = conclude(experiment, encoders);
  world.stdout(
    json
      ? `${JSON.stringify({ schemaVersion: 1, dataset, experiment, conclusions }, null, 1)}\n`
      : asText(experiment, conclusions),
  );
  return experiment.primary === null ? EXIT.incomplete : EXIT.ok;
}

function asText(experiment: Experiment, { hypotheses, sentences, measurements }: Conclusions) {
  const { primary, means, secondary, variance, failed, stages, triples } = experiment;
  return [
    section("Encoders with all primary heads", [
      ["stage", "done", "planned"],
      ...stages.map(({ name, done, planned }) => [name, `${done}`, `${planned}`]),
    ]),
    section(`Mean accuracy over encoder seeds, ${PLAN.draws} draws each, ${PLAN.latents} latents`, [
      ["heads", "labels", "seeds", "mean", "95 % interval"],
      ...means.map(meanRow),
    ]),
    primary &&
    section(`Primary contrasts, paired over seeds, Holm's procedure${interim(triples)}`, [
      ["contrast", "seeds", "mean", "95 % interval", "t test", "Holm", "within 0.5 points"],
      ...primary.map(primaryRow),
    ]),
    ...secondary.map(secondaryText),
    ...variance.map(({ reading, components }) =>
      section(`Variance of the primary scores, ${reading ?? "raw"}, as standard deviations`, [
        ["source", "sd, points"],
        ...components.map(({ source, variance, note }) => [
          source + (note === null ? "" : ` (${note})`),
          fixed(Math.sqrt(variance), 2, 2),
        ]),
      ])
    ),
    section(`Drawn heads below ${100 * PLAN.failed} %`, [
      ["heads", "labels", "failed", "share", "95 % interval"],
      ...failed.map(({ kind, reading, labels, count, trials, share, lo, hi }) => [
        nameOf(kind, reading),
        formatCount(labels),
        `${count} of ${trials}`,
        formatPercent(share),
        formatScoreRange("accuracy", lo, hi),
      ]),
    ]),
    section("Measurements of the encoders, mean over seeds", [
      ["measurement", ...ALL_KINDS],
      ...measurements.map(({ name, means }) => [
        name,
        ...ALL_KINDS.map((kind) => {
          const measured = means[kind];
          return measured ? significant(measured.mean, 4) : "-";
        }),
      ]),
    ]),
    section("Hypotheses", [
      ["", "verdict", "claim"],
      ...hypotheses.map(({ name, verdict, claim }) => [name, verdict, claim]),
    ]),
    hypotheses.map(({ name, because }) => `${name}: ${because}`).join("\n") + "\n",
    sentences.map((sentence) => `${sentence}\n`).join(""),
  ].filter((part) => part !== null).join("\n");
}

/** Says that the analysis is not the planned one yet. */
function interim(triples: readonly number[]): string {
  return triples.length < PLAN.seeds
    ? ` (interim: ${triples.length} of ${PLAN.seeds} planned triples)`
    : "";
}

/** A title and a table; null if the table has no rows but its head. */
function section(title: string, rows: readonly (readonly string[])[]): string | null {
  return rows.length < 2 ? null : `${title}\n${alignedLines(rows).join("\n")}\n`;
}

function nameOf(kind: string, reading: string | null): string {
  return `${reading === null ? "" : `${reading}-`}${kind}${PLAN.latents}`;
}

function range({ lo, hi }: { readonly lo: number; readonly hi: number }): string {
  return formatDifferenceRange("accuracy", lo, hi);
}

function meanRow({ kind, reading, labels, n, mean, lo, hi }: KindMean): string[] {
  const interval = formatScoreRange("accuracy", lo, hi);
  return [nameOf(kind, reading), formatCount(labels), `${n}`, formatPercent(mean), interval];
}

function primaryRow(contrast: PrimaryContrast): string[] {
  const { name, n, mean, p, adjustedP, equivalence } = contrast;
  return [
    name,
    `${n}`,
    formatDifference("accuracy", mean),
    range(contrast),
    formatP(p),
    formatP(adjustedP),
    equivalence.verdict,
  ];
}

function secondaryText({ title, contrasts }: SecondaryGroup): string | null {
  return section(`${title}, simultaneous 95 % intervals`, [
    ["contrast", "latents", "labels", "seeds", "mean", "interval"],
    ...contrasts.map((contrast) => [
      contrast.name,
      `${contrast.place.latents}`,
      formatCount(contrast.place.labels),
      `${contrast.n}`,
      formatDifference("accuracy", contrast.mean),
      range(contrast),
    ]),
  ]);
}
