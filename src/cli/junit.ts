/** Verdicts as JUnit XML, which CI servers show as tests. */
import { linkTarget } from "../write_atomically.ts";
import { dirname } from "node:path";
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase, CheckedDataset } from "../checks/verdict.ts";
import { fixed } from "../figures.ts";
import { formatConfiguration } from "../matrix/case.ts";

/**
 * The JUnit file that a command was asked for, if any. It never says what an earlier run found:
 * until the verdicts are there, an error in it says so. The file is written in place, so links to it
 * and its permissions stay, and a pipe is one.
 */
export class JunitFile {
  #said: readonly CheckedDataset[] = [];
  #hasEnded = false;

  /** @param path null for no file */
  constructor(private readonly path: string | null) {}

  /** Before any work: replaces what an earlier run left. A pipe is written once, at the end. */
  async begin(): Promise<void> {
    await this.#writeProvisional("the command has not ended");
  }

  /** While cases run: the verdicts on those that need not run. */
  async goOn(datasets: readonly CheckedDataset[]): Promise<void> {
    this.#said = datasets;
    await this.#writeProvisional(null);
  }

  /** The verdicts. Throws an Error that names the file if they cannot be written. */
  async end(datasets: readonly CheckedDataset[]): Promise<void> {
    this.#said = datasets;
    this.#hasEnded = true;
    await this.#write(null);
  }

  /** Why there are no verdicts; those that were written stay. Never throws. */
  async fail(problem: string): Promise<void> {
    if (this.#hasEnded) return;
    await this.#write(problem).catch(() => {});
  }

  async #writeProvisional(problem: string | null): Promise<void> {
    if (this.path === null) return;
    try {
      const { isFile, isDirectory } = await Deno.stat(this.path);
      if (!isFile && !isDirectory) return;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw unwritable(this.path, error);
    }
    await this.#write(problem);
  }

  async #write(problem: string | null): Promise<void> {
    if (this.path === null) return;
    try {
      // With permissions that are not all, Deno does not create what a link only names.
      const path = await linkTarget(this.path);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, junitDocument(this.#said, problem));
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }
}

/** Runs a command whose verdicts go to a JUnit file too: if it throws, the file says why. */
export async function withJunit<T>(
  path: string | null,
  command: (junit: JunitFile) => Promise<T>,
): Promise<T> {
  const junit = new JunitFile(path);
  try {
    await junit.begin();
    return await command(junit);
  } catch (error) {
    await junit.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/**
 * The file that a command line names with --junit, even if it makes no sense otherwise; null also
 * for a `~` in it that nobody has expanded.
 */
export function junitPathIn([command, ...args]: readonly string[]): string | null {
  if (command !== "reproduce" && command !== "check") return null;
  const at = args.findIndex((arg) => /^--junit(=|$)/.test(arg));
  if (at < 0) return null;
  const path = args[at] === "--junit" ? args[at + 1] : args[at]!.slice("--junit=".length);
  return !path || path.startsWith("~/") ? null : path;
}

/** For a command line that cannot be run: a JUnit file that an earlier run left says so. */
export async function replaceOldJunit(args: readonly string[], problem: string): Promise<void> {
  const path = junitPathIn(args);
  const isThere = path !== null && await Deno.stat(path).then(({ isFile }) => isFile, () => false);
  if (isThere) await new JunitFile(path).fail(problem);
}

function unwritable(path: string, error: unknown): Error {
  const name = "name another file with --junit";
  const [reason, wayOut] = error instanceof Deno.errors.NotCapable && path.startsWith("/dev/")
    ? ["the program may open no devices", `${name}, or a named pipe`]
    : [
      error instanceof Error ? error.message : error,
      `free the space, fix its permissions or ${name}`,
    ];
  return new Error(`Cannot write ${path}: ${reason}; ${wayOut}`, { cause: error });
}

/**
 * One testsuite per dataset, one testcase per case. What could not be measured is an error. The root
 * has only the attributes that `junit-10.xsd` of Jenkins' xUnit plugin allows.
 *
 * @param problem why there may be no verdicts; it is an error in a testsuite of its own
 */
export function junitDocument(
  datasets: readonly CheckedDataset[],
  problem: string | null = null,
): string {
  const all = datasets.flatMap(({ checked }) => checked);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="latentbench" ${countsOf(all, problem === null ? 0 : 1)} ${timeOf(all)}>`,
    ...problem === null ? [] : [
      '  <testsuite name="latentbench" tests="1" failures="0" errors="1" time="0.000">',
      '    <testcase classname="latentbench" name="run">',
      `      <error message="${escape(problem)}" type="not-ended"/>`,
      "    </testcase>",
      "  </testsuite>",
    ],
    ...datasets.flatMap(({ dataset, checked }) => [
      `  <testsuite name="${escape(dataset.name)}" ${countsOf(checked)} skipped="${
        countOf(checked, "skipped")
      }" ${timeOf(checked)}>`,
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

function countOf(cases: readonly CheckedCase[], element: "failure" | "error" | "skipped"): number {
  return cases.filter((c) => elementOf(c) === element).length;
}

function countsOf(cases: readonly CheckedCase[], problems = 0): string {
  return `tests="${cases.length + problems}" failures="${countOf(cases, "failure")}" ` +
    `errors="${countOf(cases, "error") + problems}"`;
}

/** The seconds of the records. */
function timeOf(cases: readonly CheckedCase[]): string {
  const seconds = cases.reduce((sum, { record }) => sum + (record?.provenance.seconds ?? 0), 0);
  return `time="${fixed(seconds, 3)}"`;
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
