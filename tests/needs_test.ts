/** What `deno task test` says of tests that it leaves out. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../src/data/test_files.ts";

const TOOL = fileURLToPath(new URL("../tools/test.ts", import.meta.url));
const NEEDS = new URL("needs.ts", import.meta.url).href;

const TESTS = `
import { testOnMnist, testSlowly, testWithCores } from "${NEEDS}";
Deno.test("a short test", () => {});
testSlowly("a long test", (name) => Deno.test(name, () => {}));
testOnMnist("a test on MNIST", () => {});
testWithCores(1, "a test on a core", () => {});
`;

/** Runs these tests without MNIST. */
async function runTests(...args: string[]): Promise<{ code: number; out: string }> {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/some_test.ts`;
  await Deno.writeTextFile(file, TESTS);
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", TOOL, ...args, file],
    env: { LATENTBENCH_SLOW: "", MNIST_DIR: "", NO_COLOR: "1" },
    stderr: "null",
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
}

Deno.test("the tests that were left out are named, and so are those that take long", async () => {
  const { code, out } = await runTests();
  assert.equal(code, 0, out);
  assert.match(
    out,
    /^Only test:slow runs:\n {2}a long test\nLeft out:\n {2}a test on MNIST: MNIST_DIR is not set\n/m,
  );
  assert.match(out, /^2 passed, 0 failed$/m);
});

Deno.test("with --all a test without what it needs is a failure, one that takes long is none", async () => {
  const { code, out } = await runTests("--all");
  assert.equal(code, 1, out);
  assert.match(out, /^2 passed, 1 failed$/m);
});

Deno.test("with --slow the long tests run", async () => {
  const { code, out } = await runTests("--slow");
  assert.equal(code, 0, out);
  assert.match(out, /^3 passed, 0 failed$/m);
  assert.doesNotMatch(out, /Only test:slow/);
});
