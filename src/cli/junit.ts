/** Verdicts as JUnit XML, which CI servers show as tests. */
import { dirname } from "node:path";
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase, CheckedDataset } from "../checks/verdict.ts";
import { fixed } from "../figures.ts";
import { formatConfiguration } from "../matrix/case.ts";
import { writeAtomically } from "../write_atomically.ts";

/**
 * Writes the file, whole or not at all; null is for no file. Throws an Error that names the file
 * where it cannot.
 */
export async function writeJunit(
  path: string | null,
  datasets: readonly CheckedDataset[],
): Promise<void> {
  if (path === null) return;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, [new TextEncoder().encode(junitDocument(datasets))]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(
      `Cannot write ${path}: ${reason}; free the space, fix its permissions or name another file ` +
        "with --junit",
      { cause: error },
    );
  }
}

/** One testsuite a dataset, one testcase a case. What could not be measured is an error. */
export function junitDocument(datasets: readonly CheckedDataset[]): string {
  const all = datasets.flatMap(({ checked }) => checked);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="latentbench" ${counts(all)}>`,
    ...datasets.flatMap(({ dataset, checked }) => [
      `  <testsuite name="${escape(dataset.name)}" ${counts(checked)}>`,
      "    <properties>",
      `      <property name="dataset.sha256" value="${escape(dataset.sha256)}"/>`,
      "    </properties>",
      ...checked.map(testCase),
      "  </testsuite>",
    ]),
    "</testsuites>",
  ].join("\n") + "\n";
}

/** What a case is in JUnit's words; null where it passed. */
function elementOf(checked: CheckedCase): "failure" | "error" | "skipped" | null {
  if (checked.verdict === "no-band") return "skipped";
  const outcome = outcomeOf([checked]);
  if (outcome === "ok") return null;
  return outcome === "checkFailed" ? "failure" : "error";
}

/** Cases, and the seconds of their records. */
function counts(cases: readonly CheckedCase[]): string {
  const count = (element: string) => cases.filter((c) => elementOf(c) === element).length;
  const seconds = cases.reduce((sum, { record }) => sum + (record?.provenance.seconds ?? 0), 0);
  return `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" ` +
    `skipped="${count("skipped")}" time="${fixed(seconds, 3)}"`;
}

function testCase(checked: CheckedCase): string {
  const { id, case: c, record, verdict, reason } = checked;
  const element = elementOf(checked);
  // A case without a record took no known time.
  const time = record ? ` time="${fixed(record.provenance.seconds, 3)}"` : "";
  const start = `    <testcase classname="${escape(formatConfiguration(c))}" name="${
    escape(id)
  }"${time}`;
  if (element === null) return `${start}/>`;
  const type = element === "skipped" ? "" : ` type="${verdict}"`;
  return `${start}>\n      <${element} message="${escape(reason)}"${type}/>\n    </testcase>`;
}

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text for an attribute. What XML 1.0 cannot hold in any form becomes U+FFFD. */
function escape(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\t\n\r]/g, (c) => ENTITIES[c] ?? `&#${c.codePointAt(0)};`);
}
