import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { PUBLISHED, scriptedRecord, storedAs } from "../../tests/scripted_world.ts";
import { checkStore } from "../checks/check_store.ts";
import type { CheckedCase, CheckedDataset } from "../checks/verdict.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { junitDocument, junitPathIn, replaceOldJunit, withJunit } from "./junit.ts";

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
<testsuites name="latentbench" tests="6" failures="1" errors="3" time="7.500">
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

/** The attributes that `junit-10.xsd` of Jenkins' xUnit plugin 3.1 knows, by element. */
const KNOWN: { readonly [element: string]: readonly string[] } = {
  testsuites: ["name", "time", "tests", "failures", "errors"],
  testsuite: ["name", "tests", "failures", "errors", "time", "skipped"],
  properties: [],
  property: ["name", "value"],
  testcase: ["name", "time", "classname"],
  failure: ["type", "message"],
  error: ["type", "message"],
  skipped: ["type", "message"],
};

Deno.test("junitDocument() has no element and no attribute that a strict reader refuses", async () => {
  const document = junitDocument([await verdicts("x")], "the disk is full");
  const elements = [...document.matchAll(/<([a-z]+)((?: [a-z]+="[^"]*")*)\/?>/g)];
  assert.equal(elements.length, [...document.matchAll(/<[a-z]/g)].length);
  assert.deepEqual(
    [...new Set(elements.map(([, element]) => element!))].sort(),
    Object.keys(KNOWN).sort(),
  );
  for (const [, element, attributes] of elements) {
    for (const [, name] of attributes!.matchAll(/ ([a-z]+)="/g)) {
      assert.ok(KNOWN[element!]!.includes(name!), `${element} ${name}`);
    }
  }
});

Deno.test("junitDocument() counts a problem as an error, in a suite of its own", async () => {
  assert.equal(
    junitDocument([], 'Cannot read "x"'),
    `\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="latentbench" tests="1" failures="0" errors="1" time="0.000">
  <testsuite name="latentbench" tests="1" failures="0" errors="1" time="0.000">
    <testcase classname="latentbench" name="run">
      <error message="Cannot read &quot;x&quot;" type="not-ended"/>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
  const both = junitDocument([await verdicts("x")], "the disk is full");
  assert.match(both, /^<testsuites name="latentbench" tests="7" failures="1" errors="4" /m);
});

/** What the file says of a command that ended with these verdicts, or this error. */
async function said(path: string, ending: readonly CheckedDataset[] | Error): Promise<string> {
  const run = withJunit(path, async (junit) => {
    if (ending instanceof Error) throw ending;
    await junit.end(ending);
  });
  if (ending instanceof Error) await assert.rejects(run, ending);
  else await run;
  return await Deno.readTextFile(path);
}

Deno.test("a JUnit file says that the command has not ended, then what the verdicts are", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/made/junit.xml`;
  const datasets = [await verdicts("x")];
  await withJunit(path, async (junit) => {
    assert.equal(await Deno.readTextFile(path), junitDocument([], "the command has not ended"));
    await junit.goOn(datasets);
    assert.equal(await Deno.readTextFile(path), junitDocument(datasets));
    await junit.end([]);
  });
  assert.equal(await Deno.readTextFile(path), junitDocument([]));
  assert.deepEqual(namesIn(`${folder.path}/made`), ["junit.xml"]);
});

Deno.test("a JUnit file of an earlier run does not outlive a command that fails", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  const datasets = [await verdicts("x")];
  await said(path, datasets);
  const problem = new Error("Cannot read the data folder");
  assert.equal(await said(path, problem), junitDocument([], problem.message));
  const run = withJunit(path, async (junit) => {
    await junit.goOn(datasets);
    throw problem;
  });
  await assert.rejects(run, problem);
  assert.equal(await Deno.readTextFile(path), junitDocument(datasets, problem.message));
});

Deno.test("verdicts in a JUnit file stay, whatever fails after them", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  const datasets = [await verdicts("x")];
  const run = withJunit(path, async (junit) => {
    await junit.end(datasets);
    throw new Error("the page has a fault");
  });
  await assert.rejects(run, /the page has a fault/);
  assert.equal(await Deno.readTextFile(path), junitDocument(datasets));
});

Deno.test("a command without a JUnit file writes none, and its errors stay its own", async () => {
  await withJunit(null, async (junit) => {
    await junit.goOn([]);
    await junit.end([await verdicts("x")]);
  });
  const error = new Error("out of memory");
  await assert.rejects(withJunit(null, () => Promise.reject(error)), error);
});

Deno.test({
  name: "a JUnit file is written through links, and keeps its permissions",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = await temporaryFolder();
    const [target, symbolic, hard, dangling] = ["target", "symbolic", "hard", "dangling"]
      .map((name) => `${folder.path}/${name}`) as [string, string, string, string];
    await Deno.writeTextFile(target, "before");
    await Deno.chmod(target, 0o640);
    await Deno.symlink("target", symbolic);
    await Deno.link(target, hard);
    await Deno.symlink("made", dangling);
    for (const path of [symbolic, hard]) {
      const datasets = [await verdicts(path)];
      assert.equal(await said(path, datasets), junitDocument(datasets));
      assert.equal(await Deno.readTextFile(target), junitDocument(datasets));
    }
    await said(dangling, []);
    assert.equal(await Deno.readTextFile(`${folder.path}/made`), junitDocument([]));
    assert.ok((await Deno.lstat(symbolic)).isSymlink && (await Deno.lstat(dangling)).isSymlink);
    assert.equal((await Deno.stat(target)).mode! & 0o777, 0o640);
    assert.equal((await Deno.stat(target)).nlink, 2);
  },
});

for (const [what, ending] of [["verdicts", []], ["a failure", new Error("no data")]] as const) {
  Deno.test({
    name: `a pipe in the place of a JUnit file gets ${what}, and nothing before`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using folder = await temporaryFolder();
      const path = `${folder.path}/pipe`;
      const made = await new Deno.Command("mkfifo", { args: [path] }).output();
      assert.ok(made.success);
      // The read ends with the first writer.
      const [document] = await Promise.all([
        Deno.readTextFile(path),
        withJunit(path, async (junit) => {
          await junit.goOn([]);
          if (ending instanceof Error) throw ending;
          await junit.end(ending);
        }).catch((error) => assert.equal(error, ending)),
      ]);
      assert.equal(document, junitDocument([], ending instanceof Error ? "no data" : null));
      assert.ok((await Deno.lstat(path)).isFifo);
    },
  });
}

for (const [what, name] of [["a folder", "folder"], ["under a file", "file/junit.xml"]] as const) {
  Deno.test(`a JUnit file that is ${what} is an error that names it, before any work`, async () => {
    await using folder = await temporaryFolder();
    await Deno.mkdir(`${folder.path}/folder`);
    await Deno.writeTextFile(`${folder.path}/file`, "");
    const path = `${folder.path}/${name}`;
    const run = withJunit(path, () => Promise.reject(new Error("it has worked")));
    await assert.rejects(run, (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot write ${path}: `), error.message);
      return error.message.endsWith("or name another file with --junit");
    });
    assert.deepEqual(namesIn(folder.path), ["file", "folder"]);
  });
}

Deno.test({
  name: "a JUnit file that is a device is refused, with a way out",
  ignore: Deno.build.os === "windows",
  permissions: { read: true, write: true },
  fn: async () => {
    const run = withJunit("/dev/stdout", () => Promise.reject(new Error("it has worked")));
    await assert.rejects(run, {
      message:
        "Cannot write /dev/stdout: the program may open no devices; name another file with " +
        "--junit, or a named pipe",
    });
  },
});

Deno.test("a command line that cannot be run replaces a JUnit file, and makes none", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  await replaceOldJunit(["check", "--junit", path, "--nonsense"], "unknown option");
  assert.deepEqual(namesIn(folder.path), []);
  await Deno.writeTextFile(path, "of an earlier run");
  await replaceOldJunit(["export", "--junit", path], "unknown option");
  assert.equal(await Deno.readTextFile(path), "of an earlier run");
  await replaceOldJunit(["check", "--junit", path, "--nonsense"], "unknown option");
  assert.equal(await Deno.readTextFile(path), junitDocument([], "unknown option"));
});

Deno.test("a JUnit file is found on a command line that makes no sense", () => {
  const found: [string[], string | null][] = [
    [["reproduce", "--nonsense", "--junit", "a.xml"], "a.xml"],
    [["check", "--junit=b.xml", "--labels", "x"], "b.xml"],
    [["check", "--junit", "a.xml", "--junit", "b.xml"], "a.xml"],
    [["check", "--junit"], null],
    [["check", "--junit="], null],
    [["check", "--junit=~/a.xml"], null],
    [["check", "--junit=", "--json"], null],
    [["check", "--junitx", "a.xml"], null],
    [["export", "--junit", "a.xml"], null],
    [[], null],
  ];
  for (const [args, path] of found) assert.equal(junitPathIn(args), path, args.join(" "));
});
