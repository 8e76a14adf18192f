/** The drawer of one case: its result, curve, confusion matrix, digests, origin and commands. */
import {
  countOf,
  formatCount,
  formatDuration,
  formatInstant,
  formatScore,
  formatScoreRange,
} from "../../../figures.ts";
import type { CaseRow } from "./case_row.ts";
import { unpackCurve, unpackDigest } from "./packed.ts";
import { asSentence } from "../../text/sentences.ts";
import { holdUnits } from "../../text/units.ts";
import { drawn, element } from "./element.ts";

interface Doing {
  /** Takes note that it was closed. */
  readonly close: () => void;
  /** The address that opens this case. */
  readonly address: (row: CaseRow) => string;
  readonly open: (id: string) => void;
}

let dialog: HTMLDialogElement | null = null;
/** Set anew each time that the drawer opens. */
let doing: Doing;

/** Shows a case; null: closes the drawer. */
export function openDrawer(row: CaseRow | null, actions: Doing): void {
  doing = actions;
  if (row === null) return dialog?.close();
  if (dialog === null) {
    dialog = element("dialog", { class: "case-drawer", "aria-labelledby": "case-drawer-title" });
    dialog.onclose = () => doing.close();
    // A click beside it.
    dialog.onclick = (event) => event.target === dialog && event.offsetX < 0 && dialog?.close();
    document.body.append(dialog);
  }
  if (dialog.open && dialog.dataset.case === row.id) return;
  dialog.dataset.case = row.id;
  dialog.replaceChildren(...contentsOf(row));
  dialog.scrollTop = 0;
  if (!dialog.open) dialog.showModal();
}

function contentsOf(row: CaseRow): Node[] {
  const close = element("button", { type: "button" }, "Close");
  close.onclick = () => dialog!.close();
  return [
    element(
      "header",
      {},
      element("h2", { id: "case-drawer-title" }, row.id),
      copyButton("Copy link", () => doing.address(row)),
      close,
    ),
    element(
      "p",
      {},
      holdUnits(
        row.reason === null ? asSentence(row.verdict) : `${row.verdict}: ${asSentence(row.reason)}`,
      ),
    ),
    ...curveOf(row),
    ...confusionOf(row),
    ...part("Result", resultOf(row)),
    ...part("Run", runOf(row)),
    ...part("Commands", commandsOf(row)),
  ];
}

type Fact = readonly [name: string, ...values: (string | Node)[]];

function part(title: string, facts: readonly Fact[]): Node[] {
  if (facts.length === 0) return [];
  const list = facts.map(([name, ...values]) =>
    element(
      "div",
      {},
      element("dt", {}, name),
      element("dd", {}, ...values.map((v) => typeof v === "string" ? holdUnits(v) : v)),
    )
  );
  return [element("h3", {}, title), element("dl", { class: "facts" }, ...list)];
}

function code(text: string): HTMLElement {
  return element("code", {}, text);
}

/** A fact with a digest; none where there is none. */
function digest(name: string, sha256: string | null, published: string | null = null): Fact[] {
  if (sha256 === null) return [];
  const same = published === sha256 ? "the same as published" : `published: ${published}`;
  const line = element("span", { class: "line" }, same);
  return [[`${name} SHA-256`, code(sha256), ...published === null ? [] : [line]]];
}

function resultOf(row: CaseRow): Fact[] {
  const { metric, bandLo, bandHi, bandMedian, bandSeeds, bandOrigin } = row;
  return [
    ...row.score === null ? [] : [
      ["Test score", formatScore(metric, row.score)],
      [
        "Training",
        `${countOf(row.epochs!, "epoch")}, best ${row.bestEpoch}, with ${
          formatScore(metric, row.validationScore!)
        } on the validation set`,
      ],
    ] as Fact[],
    ...bandLo === null ? [] : [
      [
        "Expected band",
        `${formatScoreRange(metric, bandLo, bandHi!)}, median ${formatScore(metric, bandMedian!)}`,
        element(
          "span",
          { class: "line" },
          `99.9 % prediction interval from ${countOf(bandSeeds!, "seed")}` +
            `${row.inBandsSample ? ", this one among them" : ""}: ${bandOrigin}`,
        ),
      ],
    ] as Fact[],
    ...digest("Weights", row.weights, row.publishedWeights),
    ...digest("Test outputs", row.outputs, row.publishedOutputs),
    ...digest("Predictions", row.predictions),
    ...digest("Labels", row.labelBytes),
    ...encoderOf(row),
    ...(row.artifacts?.split("\n") ?? []).flatMap((line) => {
      const at = line.lastIndexOf(" ");
      return digest(line.slice(0, at), unpackDigest(line.slice(at + 1)));
    }),
    ...row.repeatedBy ? [["Repeated by", ...lines(row.repeatedBy)]] as Fact[] : [],
  ];
}

function lines(text: string): Node[] {
  return text.split("\n").map((line) => element("span", { class: "line" }, line));
}

function encoderOf({ encoder, encoderWeights }: CaseRow): Fact[] {
  if (encoder === null) return [];
  const link = element("button", { type: "button" }, encoder);
  link.onclick = () => doing.open(encoder);
  if (encoderWeights === null) return [["Encoder", link, " has the weights that it learned from"]];
  return [[
    "Encoder",
    `${encoder}, with weights of no record here: SHA-256 `,
    code(encoderWeights),
  ]];
}

function runOf(row: CaseRow): Fact[] {
  if (row.startedAt === null) return [];
  const { engine, backend, threads, cpu, cores, os, arch } = row;
  return [
    ["Ran", `${formatInstant(row.startedAt)}, ${formatDuration(row.seconds!)}`],
    ["Engine", `${engine}, ${backend}, ${countOf(threads!, "thread")}`],
    ["Machine", `${cpu ?? "unknown processor"}, ${countOf(cores!, "core")}, ${os} ${arch}`],
    ["Versions", `numeric version ${row.numericVersion}, ${row.versions}`],
    ...row.commit === null ? [] : [["Commit", code(row.commit)]] as Fact[],
    ...digest("Kernels", row.kernels),
    ...digest("Plan", row.plan),
  ];
}

function commandsOf(row: CaseRow): Fact[] {
  const command = (name: string, text: string): Fact => [
    name,
    element("code", { class: "command" }, text),
    " ",
    copyButton("Copy", () => text),
  ];
  return [
    command("Run it again", `${row.reproduce}'${row.id.split(" ")[0]}'`),
    ...row.record === null ? [] : [
      command("Compare all bits", `deno task verify ${row.results}/records/${row.record}.json`),
    ],
  ];
}

function copyButton(name: string, text: () => string): HTMLButtonElement {
  const button = element("button", { type: "button" }, name);
  button.onclick = async () => {
    const copied = await navigator.clipboard.writeText(text()).then(() => true, () => false);
    button.textContent = copied ? "Copied" : "Cannot copy";
    setTimeout(() => button.textContent = name, 2000);
  };
  return button;
}

/** Validation scores over epochs; a ring at the best. */
function curveOf({ curve, metric, bestEpoch, validationScore }: CaseRow): Node[] {
  if (curve === null) return [];
  const values = unpackCurve(curve);
  const [lo, hi] = [Math.min(...values), Math.max(...values)];
  const [left, right, top, bottom] = [120, 590, 12, 160];
  const x = (i: number) => left + (right - left) * i / Math.max(1, values.length - 1);
  const y = (v: number) => hi > lo ? bottom - (bottom - top) * (v - lo) / (hi - lo) : bottom;
  const path = values.map((v, i) => `${i ? "L" : "M"}${Math.round(x(i))} ${Math.round(y(v))}`);
  const text = (atX: number, atY: number, anchor: string, words: string) =>
    drawn(
      "text",
      { x: atX, y: atY, "text-anchor": anchor, fill: "var(--muted)", "font-size": 13 },
      words,
    );
  const label = `Validation score by epoch: best ${
    formatScore(metric, validationScore!)
  } at epoch ${bestEpoch} of ${values.length}`;
  const best = bestEpoch! - 1;
  return [
    element("h3", {}, "Learning curve"),
    drawn(
      "svg",
      { viewBox: "0 0 600 190", role: "img", "aria-label": label },
      drawn("path", { d: `M${left} ${bottom}H${right}`, stroke: "var(--axis)", fill: "none" }),
      drawn("path", {
        d: path.join(""),
        ...{ stroke: "var(--series1)", "stroke-width": 2, fill: "none" },
      }),
      drawn("circle", {
        ...{ cx: x(best), cy: y(values[best]!), r: 5, fill: "var(--surface)" },
        ...{ stroke: "var(--series1)", "stroke-width": 2 },
      }),
      text(left - 8, top + 5, "end", formatScore(metric, hi)),
      text(left - 8, bottom + 4, "end", formatScore(metric, lo)),
      text(left, 180, "start", "epoch 1"),
      text(right, 180, "end", `epoch ${values.length}`),
    ),
    element("p", { class: "note" }, `${label}.`),
  ];
}

function confusionOf({ confusion, metric, score }: CaseRow): Node[] {
  if (metric === "loss" || score === null) return [];
  const title = element("h3", {}, "Mistakes");
  if (confusion === null) {
    const why = "This page has no test predictions of this case, so it cannot say which digits " +
      "were taken for which.";
    return [title, element("p", { class: "note" }, why)];
  }
  const counts = confusion.split(" ").map(Number);
  const digits = Array.from({ length: 10 }, (_, d) => d);
  const wrong = (i: number) => i % 11 !== 0;
  const sum = (keep: (i: number) => boolean) =>
    counts.reduce((total, n, i) => keep(i) ? total + n : total, 0);
  const column = (text: string) => element("th", { scope: "col" }, text);
  const head = element("tr", {}, ...["true", ...digits.map(String), "wrong"].map(column));
  const body = digits.map((d) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, String(d)),
      ...digits.map((p) => {
        const n = counts[10 * d + p]!;
        const style = d === p ? "right" : n > 0 ? "wrong" : "";
        return element("td", { class: style }, formatCount(n));
      }),
      element("td", {}, formatCount(sum((i) => wrong(i) && Math.floor(i / 10) === d))),
    )
  );
  const all = formatCount(sum(() => true));
  return [
    title,
    element(
      "p",
      { class: "note" },
      `${formatCount(sum(wrong))} of ${all} test digits are misclassified. ` +
        "Rows are true digits, columns are predicted ones.",
    ),
    element(
      "table",
      { class: "confusion", "aria-label": "Confusion matrix" },
      element("thead", {}, head),
      element("tbody", {}, ...body),
    ),
  ];
}
