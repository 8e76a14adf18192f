/**
 * Verdicts where GitHub Actions shows them: annotations of a run, which are lines on stderr, and
 * the summary of a step, a Markdown file.
 * @module
 */
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase, CheckedDataset } from "../checks/verdict.ts";
import { formatCount, formatScore, formatScoreRange } from "../figures.ts";
import { metricOf } from "../matrix/case.ts";
import { verdictSummary, verdictWords } from "./verdict_table.ts";
import type { World } from "./world.ts";

const MOST_ANNOTATIONS = 50;

/** A summary may hold 1 MiB. */
const MOST_ROWS = 1000;

/** Tells GitHub Actions, where the program runs there. A summary that cannot be written is a warning. */
export async function tellGitHub(
  datasets: readonly CheckedDataset[],
  world: Pick<World, "env" | "stderr">,
): Promise<void> {
  if (world.env("GITHUB_ACTIONS") !== "true") return;
  world.stderr(annotations(datasets));
  const path = world.env("GITHUB_STEP_SUMMARY");
  if (!path) return;
  try {
    await Deno.writeTextFile(path, stepSummary(datasets), { append: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    world.stderr(
      `WARNING: Cannot write the summary to ${path}, which GITHUB_STEP_SUMMARY names: ${reason}; ` +
        "the verdicts stand\n",
    );
  }
}

/**
 * One line for each case that does not pass, failed checks first, warnings for what could not be
 * measured; nothing on cases of which nobody knows what to expect.
 */
export function annotations(datasets: readonly CheckedDataset[]): string {
  const [errors, warnings]: [string[], string[]] = [[], []];
  for (const { dataset, checked } of datasets) {
    for (const c of checked) {
      const outcome = outcomeOf([c]);
      const expected = c.band !== null || c.reference !== null || c.verdict === "failed";
      if (outcome === "ok" || outcome === "notMeasured" && !expected) continue;
      const title = escapeProperty(`${c.id} (${dataset.name}): ${verdictWords(c.verdict)}`);
      const failed = outcome === "checkFailed";
      const level = failed ? "error" : "warning";
      (failed ? errors : warnings).push(`::${level} title=${title}::${escapeData(c.reason)}\n`);
    }
  }
  const all = [...errors, ...warnings];
  const more = all.length - MOST_ANNOTATIONS;
  const last = more > 0 ? `and ${formatCount(more)} more without an annotation\n` : "";
  return all.slice(0, MOST_ANNOTATIONS).join("") + last;
}

/** As actions/toolkit writes them, `packages/core/src/command.ts`. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** In Markdown: of each dataset a sentence and a table, the cases that do not pass first. */
export function stepSummary(datasets: readonly CheckedDataset[]): string {
  return datasets.map(({ dataset, checked }) => {
    const rank = (c: CheckedCase) =>
      ["checkFailed", "notMeasured", "ok"].indexOf(outcomeOf([c])) * 2 +
      (c.verdict === "pass" ? 1 : 0);
    const rows = checked.toSorted((a, b) => rank(a) - rank(b));
    const more = rows.length - MOST_ROWS;
    return [
      `### Latentbench: ${dataset.name}, ${verdictSummary(checked)}`,
      "",
      "| case | verdict | score | band | reason |",
      "| --- | --- | --- | --- | --- |",
      ...rows.slice(0, MOST_ROWS).map(row),
      ...more > 0 ? ["", `and ${formatCount(more)} more`] : [],
      "",
      "",
    ].join("\n");
  }).join("");
}

function row({ id, case: c, record, band, verdict, reason }: CheckedCase): string {
  const metric = metricOf(c);
  const cells = [
    // As code, so that fc@250 mentions nobody.
    `\`${id}\``,
    verdict === "pass" ? "pass" : `**${verdictWords(verdict)}**`,
    record?.status === "ok" ? formatScore(metric, record.result.score) : "",
    band === null ? "" : formatScoreRange(metric, band.lo, band.hi),
    escapeMarkdown(reason),
  ];
  return `| ${cells.join(" | ")} |`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replace(/[\\`*_~|[\]@#]/g, "\\$&");
}
