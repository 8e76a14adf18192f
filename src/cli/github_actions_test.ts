import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { bandOf, PUBLISHED, scriptedRecord, storedAs } from "../../tests/scripted_world.ts";
import { checkStore } from "../checks/check_store.ts";
import type { CheckedCase, CheckedDataset, Verdict } from "../checks/verdict.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { annotations, stepSummary, tellGitHub } from "./github_actions.ts";

const DATASET = { name: "strokes" as const, sha256: STROKES_SHA256 };
const { lo, hi, median } = bandOf("fc@250");
const BAND = { lo, hi, median, n: 6, inSample: true, origin: "a test" };

/** A passing case of 90 %, with changes. */
async function checkedCase(name: string, changes: Partial<CheckedCase> = {}): Promise<CheckedCase> {
  const record = await scriptedRecord(caseOf(name), { score: 0.9 });
  const [checked] = checkStore([], "exact", [await storedAs(record)], DATASET, PUBLISHED);
  return { ...checked!, band: BAND, ...changes };
}

async function verdicts(
  ...list: readonly (readonly [Verdict, string])[]
): Promise<CheckedDataset[]> {
  const checked = await Promise.all(
    list.map(([verdict, reason], i) => checkedCase(`fc@${i + 1}`, { verdict, reason })),
  );
  return [{ dataset: DATASET, checked }];
}

Deno.test("annotations() are errors for failed checks, then warnings for what was not measured", async () => {
  const datasets = await verdicts(
    ...[["pass", "in"], ["missing", "none"], ["low", "worse"], ["high", "better"]] as const,
    ...[["stale", "old"], ["failed", "NaN"], ["differs", "bits"], ["no-band", "new"]] as const,
  );
  assert.equal(
    annotations(datasets),
    `\
::error title=fc@3#0 (strokes)%3A low::worse
::error title=fc@4#0 (strokes)%3A high::better
::error title=fc@7#0 (strokes)%3A differs::bits
::warning title=fc@2#0 (strokes)%3A missing::none
::warning title=fc@5#0 (strokes)%3A stale::old
::warning title=fc@6#0 (strokes)%3A failed::NaN
`,
  );
});

Deno.test("annotations() are silent on what is missing where nothing is expected", async () => {
  const checked = await Promise.all((["missing", "stale", "failed", "differs"] as const).map(
    (verdict, i) => checkedCase(`fc@${i + 1}`, { verdict, reason: "r", band: null }),
  ));
  assert.deepEqual(
    annotations([{ dataset: DATASET, checked }]).match(/^::\w+ title=fc@\d/gm),
    ["::error title=fc@4", "::warning title=fc@3"],
  );
  assert.equal(annotations([]), "");
});

Deno.test("annotations() escape what would end a line or a property", async () => {
  const id = "a:b,c%\n::error::d";
  const checked = [
    await checkedCase("fc@1", { id, verdict: "low", reason: "100 %\r\n::set-output::x" }),
  ];
  assert.equal(
    annotations([{ dataset: DATASET, checked }]),
    "::error title=a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3Ad (strokes)%3A low::" +
      "100 %25%0D%0A::set-output::x\n",
  );
});

for (const [n, last] of [[50, null], [51, "and 1 more"], [70, "and 20 more"]] as const) {
  Deno.test(`annotations() of ${n} cases are 50${last ? `, ${last}` : ""}, errors first`, async () => {
    const datasets = await verdicts(
      ...Array.from({ length: n - 1 }, () => ["missing", "none"] as [Verdict, string]),
      ["low", "worse"],
    );
    const lines = annotations(datasets).trimEnd().split("\n");
    assert.match(lines[0]!, /^::error /);
    assert.equal(lines.filter((line) => line.startsWith("::")).length, 50);
    assert.deepEqual(lines.slice(50), last ? [`${last} without an annotation`] : []);
  });
}

Deno.test("stepSummary() has the sentence, and the cases that do not pass first", async () => {
  const datasets = await verdicts(
    ["pass", "in"],
    ["no-band", "new"],
    ["missing", "none"],
    ["low", "`a` | *b*\n<img> & _c_ @d"],
  );
  assert.equal(
    stepSummary(datasets),
    `\
### Latentbench: strokes, 4 cases: 1 pass, 1 no band, 1 missing, 1 low

| case | verdict | score | band | reason |
| --- | --- | --- | --- | --- |
| \`fc@4#0\` | **low** | 90.00 % | 80.00 to 95.00 % | \\\`a\\\` \\| \\*b\\* &lt;img> &amp; \\_c\\_ \\@d |
| \`fc@3#0\` | **missing** | 90.00 % | 80.00 to 95.00 % | none |
| \`fc@2#0\` | **no band** | 90.00 % | 80.00 to 95.00 % | new |
| \`fc@1#0\` | pass | 90.00 % | 80.00 to 95.00 % | in |

`,
  );
});

Deno.test("stepSummary() says how many cases its table leaves out", async () => {
  const [dataset] = await verdicts(["pass", "in"]);
  const checked = Array.from({ length: 1003 }, () => dataset!.checked[0]!);
  const text = stepSummary([{ dataset: DATASET, checked }]);
  assert.equal(text.match(/^\| `/gm)?.length, 1000);
  assert.match(text, /\n\nand 3 more\n\n$/);
});

/** What reaches stderr with these environment variables. */
async function told(environment: { readonly [name: string]: string }): Promise<string> {
  let err = "";
  await tellGitHub(await verdicts(["low", "worse"]), {
    env: (name) => environment[name],
    stderr: (text) => err += text,
  });
  return err;
}

Deno.test("tellGitHub() appends to the summary", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/summary.md`;
  await Deno.writeTextFile(path, "before\n");
  const err = await told({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: path });
  assert.equal(err, "::error title=fc@1#0 (strokes)%3A low::worse\n");
  assert.match(await Deno.readTextFile(path), /^before\n### Latentbench: strokes, 1 case: 1 low\n/);
});

Deno.test("tellGitHub() says nothing elsewhere", async () => {
  await using folder = await temporaryFolder();
  const summary = { GITHUB_STEP_SUMMARY: `${folder.path}/summary.md` };
  for (const environment of [{}, summary, { ...summary, GITHUB_ACTIONS: "false" }]) {
    assert.equal(await told(environment), "");
  }
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("tellGitHub() writes no summary where no file is named", async () => {
  const err = await told({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: "" });
  assert.match(err, /^::error .*\n$/);
});

Deno.test("tellGitHub() warns of a summary that cannot be written, and goes on", async () => {
  await using folder = await temporaryFolder();
  const err = await told({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: folder.path });
  assert.ok(
    err.includes(
      `\nWARNING: Cannot write the summary to ${folder.path}, which GITHUB_STEP_SUMMARY names: `,
    ),
    err,
  );
  assert.ok(err.endsWith("; the verdicts stand\n"), err);
});
