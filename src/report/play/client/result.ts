/**
 * What a run came to, in words and as an element: its digests beside the published ones, and then
 * either an attestation or what differs.
 * @module
 */
import {
  describeDifference,
  type Difference,
  differencesOf,
} from "../../../checks/compare_results.ts";
import { formatDuration, formatPercent, formatScore } from "../../../figures.ts";
import { formatCase } from "../../../matrix/case.ts";
import type { CaseRecord } from "../../../store/record.ts";
import type { PublishedCase } from "../input.ts";
import type { Attestations } from "./attestations.ts";
import { html } from "./dom.ts";

/** Differences that are told one by one. */
const TOLD = 3;

interface Result {
  /** One line, to be read aloud. */
  readonly words: string;
  readonly element: HTMLElement;
}

export function resultOf(
  record: CaseRecord,
  published: PublishedCase,
  attestations: Attestations,
): Result {
  const name = formatCase(record.case);
  if (record.status === "failed") {
    const words = `${name} failed: ${record.failure.message}`;
    return { words, element: verdict("bad", "✗", words, "The published run did not fail.") };
  }
  const { result, provenance: { seconds } } = record;
  const different = differencesOf(published, result);
  const equal = different.length === 0;
  const headline = equal ? "The same bits as the published run" : "Not the published bits";
  const scored = result.metric === "accuracy"
    ? `${name} reads ${formatPercent(result.score)} of the test digits right`
    : `${name} draws the test digits again with a loss of ${formatScore("loss", result.score)}`;
  const trained =
    `${scored}: ${result.epochs} epochs in ${formatDuration(seconds)}, the best one ` +
    `${result.bestEpoch}.`;
  const meaning = equal
    ? "Its weights and its test outputs have the published digests: every one of their numbers is " +
      "the same to the last bit."
    : "This browser, or this page, computes something else than the published run did. That is " +
      "worth a bug report that names the browser.";
  return {
    words: `${headline}. ${trained}`,
    element: verdict(
      equal ? "good" : "bad",
      equal ? "✓" : "✗",
      headline,
      `${trained} ${meaning}`,
      pair("Weights", result.digests.weights, published.digests.weights),
      pair("Test outputs", result.digests.outputs, published.digests.outputs),
      equal ? attestations.offer(record) : differences(different),
      saved(name, record),
    ),
  };
}

/** What keeps a run from being attested. */
function differences(different: readonly Difference[]): HTMLElement {
  const told = different.slice(0, TOLD)
    .map((difference) => html("li", {}, describeDifference(difference, "the published run")));
  const more = different.length - told.length;
  return html(
    "div",
    { class: "differences" },
    html("h3", {}, "No attestation: this differs"),
    html("ul", {}, ...told, ...more > 0 ? [html("li", {}, `and ${more} more`)] : []),
  );
}

/** A link that saves the run's record, as the program would have stored it. */
function saved(name: string, record: CaseRecord): HTMLElement {
  const blob = new Blob([`${JSON.stringify(record, null, 2)}\n`], { type: "application/json" });
  const link = html(
    "a",
    { href: URL.createObjectURL(blob), download: `${name}.json` },
    "its record",
  );
  return html(
    "p",
    { class: "save" },
    "Save ",
    link,
    ": ",
    html("code", {}, `deno task verify '${name}.json'`),
    " runs it again.",
  );
}

function verdict(
  tone: "good" | "bad",
  symbol: string,
  headline: string,
  words: string,
  ...more: readonly Node[]
): HTMLElement {
  return html(
    "div",
    { class: `verdict ${tone}` },
    html("h2", {}, html("span", { class: "symbol", "aria-hidden": "true" }, symbol), headline),
    html("p", {}, words),
    ...more,
  );
}

/** Two digests, one above the other, so that the eye can compare them. */
function pair(what: string, here: string, published: string): HTMLElement {
  const row = (name: string, digest: string) => [
    html("dt", {}, name),
    html("dd", {}, html("code", {}, digest)),
  ];
  return html(
    "div",
    { class: "digests" },
    html("h3", {}, `${what}: ${here === published ? "equal" : "different"}`),
    html("dl", {}, ...row("Here", here), ...row("Published", published)),
  );
}
