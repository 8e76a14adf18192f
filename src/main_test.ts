import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./data/test_files.ts";
import { isAtLeast, LEAST_DENO, loadProblem, start } from "./main.ts";

Deno.test("isAtLeast() compares versions number by number", () => {
  const versions: [string, string, boolean][] = [
    ["2.8.0", "2.8.0", true],
    ["2.8.1", "2.8.0", true],
    ["2.10.0", "2.8.3", true],
    ["3.0.0", "2.8.3", true],
    ["2.8.0-rc.1+abc", "2.8.0", true],
    ["2.7.14", "2.8.0", false],
    ["1.46.3", "2.8.0", false],
    ["2.8.2", "2.8.3", false],
  ];
  for (const [version, least, expected] of versions) {
    assert.equal(isAtLeast(version, least), expected, `${version} and ${least}`);
  }
  assert.ok(isAtLeast(Deno.version.deno, LEAST_DENO));
});

Deno.test("the README states the least version of Deno", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  assert.ok(readme.includes(`${LEAST_DENO.split(".").slice(0, 2).join(".")} or newer`));
});

Deno.test("an older Deno is refused with 3 in a sentence, and in the JUnit file", async () => {
  await using folder = await temporaryFolder();
  const junit = `${folder.path}/junit.xml`;
  await Deno.writeTextFile(junit, "of an earlier run");
  const [log, said] = [console.error, [] as string[]];
  console.error = (line: string) => said.push(line);
  try {
    assert.equal(await start(["check", "--junit", junit], "2.7.14"), 3);
  } finally {
    console.error = log;
  }
  assert.equal(
    said.join("\n"),
    `error: Cannot run on Deno 2.7.14: the program takes ${LEAST_DENO} or newer; run deno upgrade, ` +
      "or npx deno@2.9 in the place of deno",
  );
  assert.match(await Deno.readTextFile(junit), /errors="1".*Cannot run on Deno 2\.7\.14/s);
});

Deno.test("loadProblem() is one sentence without colours", () => {
  const error = new TypeError(
    "Failed caching \x1b[31mpackage 'a@1'\x1b[0m\n    0: error\n    at b",
  );
  assert.match(
    loadProblem(error),
    /^Cannot load the program: Failed caching package 'a@1'; run deno install in its folder /,
  );
});

Deno.test("without its packages the program says what is missing, and how to get it", async () => {
  await using folder = await temporaryFolder();
  const junit = `${folder.path}/junit.xml`;
  await Deno.writeTextFile(junit, "of an earlier run");
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--cached-only", "--no-check", "--allow-read", "--allow-write", main],
      ...["check", "--junit", junit],
    ],
    env: { DENO_DIR: `${folder.path}/empty`, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 3, said);
  assert.match(said, /^error: Cannot load the program: .*npm.*; run deno install in its folder /m);
  assert.match(await Deno.readTextFile(junit), /errors="1".*Cannot load the program/s);
});
