import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { PUBLISHED, scriptedRecord, storedAs } from "../../tests/scripted_world.ts";
import { checkStore } from "../checks/check_store.ts";
import type { CheckedCase, CheckedDataset } from "../checks/verdict.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { junitDocument, writeJunit } from "./junit.ts";

const DATASET = { name: "strokes" as const, sha256: STROKES_SHA256 };

/** One case of every verdict but `high` and `differs`; the failure has this message. */
async function verdicts(fails: string): Promise<CheckedDataset> {
  const stale = await scriptedRecord(caseOf("fc@6000"), { score: 0.9 });
  const records = [
    await scriptedRecord(caseOf("fc@250"), { score: 0.9 }),
    await scriptedRecord(caseOf("fc@300"), { score: 0.5 }),
    await scriptedRecord(caseOf("fc@500"), { fails, epoch: 2, step: 7 }),
    await scriptedRecord(caseOf("fc@2000"), { score: 0.7 }),
    { ...stale, numericVersion: NUMERIC_VERSION + 1 },
  ];
  const checked = checkStore(
    [caseOf("fc@9")],
    "exact",
    await Promise.all(records.map(storedAs)),
    DATASET,
    PUBLISHED,
  );
  return { dataset: DATASET, checked };
}

Deno.test("junitDocument() fails what failed its check, and never passes what was not measured", async () => {
  assert.equal(
    junitDocument([await verdicts("the loss is NaN")]),
    `\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="latentbench" tests="6" failures="1" errors="3" skipped="1" time="7.500">
  <testsuite name="strokes" tests="6" failures="1" errors="3" skipped="1" time="7.500">
    <properties>
      <property name="dataset.sha256" value="${STROKES_SHA256}"/>
    </properties>
    <testcase classname="fc@9" name="fc@9#0">
      <error message="there is no record of this case" type="missing"/>
    </testcase>
    <testcase classname="fc@250" name="fc@250#0" time="1.500"/>
    <testcase classname="fc@300" name="fc@300#0" time="1.500">
      <skipped message="no band was measured for this case"/>
    </testcase>
    <testcase classname="fc@500" name="fc@500#0" time="1.500">
      <error message="the loss is NaN" type="failed"/>
    </testcase>
    <testcase classname="fc@2000" name="fc@2000#0" time="1.500">
      <failure message="70.00 % against the band 80.00 to 95.00 %: worse than this model does" type="low"/>
    </testcase>
    <testcase classname="fc@6000" name="fc@6000#0" time="1.500">
      <error message="the record is of numeric version ${
      NUMERIC_VERSION + 1
    }, today's is ${NUMERIC_VERSION}" type="stale"/>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

Deno.test("junitDocument() gives high and differs as failures", async () => {
  const { checked } = await verdicts("x");
  const [, passed] = checked;
  for (const verdict of ["high", "differs"] as const) {
    const document = junitDocument([
      { dataset: DATASET, checked: [{ ...passed!, verdict, reason: "a reason" }] },
    ]);
    assert.ok(document.includes(`<failure message="a reason" type="${verdict}"/>`));
    assert.match(document, /tests="1" failures="1" errors="0" skipped="0"/);
  }
});

Deno.test("junitDocument() escapes what XML reserves, and replaces what it forbids", async () => {
  const fails = `<a & "b"> 'c' ]]>\t\r\n\x00\x1b[31m\x08\x0b\ufffe\ud800 ä 😀`;
  const document = junitDocument([await verdicts(fails)]);
  assert.ok(
    document.includes(
      `message="&lt;a &amp; &quot;b&quot;&gt; 'c' ]]&gt;&#9;&#13;&#10;` +
        `\ufffd\ufffd[31m\ufffd\ufffd\ufffd\ufffd ä 😀"`,
    ),
    document,
  );
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(document, /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
});

Deno.test("junitDocument() has a suite a dataset, and an engine's name in that of its cases", async () => {
  const strokes = await verdicts("x");
  const other: CheckedCase = { ...strokes.checked[1]!, id: "fc@250#0 tfjs-node" };
  const mnist = { name: "mnist" as const, sha256: "1".repeat(64) };
  const document = junitDocument([strokes, { dataset: mnist, checked: [other] }]);
  assert.match(document, /^<testsuites name="latentbench" tests="7" /m);
  assert.match(
    document,
    /^ {2}<testsuite name="mnist" tests="1" failures="0" errors="0" skipped="0" time="1.500">$/m,
  );
  assert.match(document, /^ {4}<testcase classname="fc@250" name="fc@250#0 tfjs-node" /m);
});

Deno.test("writeJunit() makes the folder, replaces the file, and leaves nothing beside it", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/made/junit.xml`;
  const datasets = [await verdicts("x")];
  await writeJunit(path, []);
  await writeJunit(path, datasets);
  assert.equal(await Deno.readTextFile(path), junitDocument(datasets));
  assert.deepEqual(namesIn(`${folder.path}/made`), ["junit.xml"]);
  await writeJunit(null, datasets);
});

for (const [what, name] of [["a folder", "folder"], ["under a file", "file/junit.xml"]] as const) {
  Deno.test(`writeJunit() to ${what} is an error that names the path`, async () => {
    await using folder = await temporaryFolder();
    await Deno.mkdir(`${folder.path}/folder`);
    await Deno.writeTextFile(`${folder.path}/file`, "");
    const path = `${folder.path}/${name}`;
    await assert.rejects(writeJunit(path, []), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot write ${path}: `), error.message);
      return error.message.endsWith("or name another file with --junit");
    });
    assert.deepEqual(namesIn(folder.path), ["file", "folder"]);
  });
}
