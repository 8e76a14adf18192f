/**
 * Runs the tests, and ends with what was left out, and why, and with `N passed, N failed`.
 *
 * Usage: deno task test [--all] [FILTER...]: `--all` fails if anything was left out, other than the
 *        tests that only test:slow runs;
 *        deno task test:slow: with the long tests; deno task coverage: with the share of src/ covered.
 * @module
 */
import { sleepSync, TextStream } from "../src/cli/terminal.ts";

const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-ffi",
  "--allow-sys",
  "--allow-net=127.0.0.1,localhost",
];

const slow = Deno.args.includes("--slow");
const all = Deno.args.includes("--all");
const coverage = Deno.args.includes("--coverage") ? await Deno.makeTempDir() : null;
const paths = Deno.args.filter((argument) => !argument.startsWith("--"));
const leftOutFile = await Deno.makeTempFile();

const child = new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "--frozen",
    "--no-check",
    "--parallel",
    ...PERMISSIONS,
    ...coverage === null ? [] : [`--coverage=${coverage}`],
    ...paths.length > 0 ? paths : ["src", "tests", "bench/peers"],
  ],
  env: {
    LATENTBENCH_LEFT_OUT: leftOutFile,
    ...slow ? { LATENTBENCH_SLOW: "1" } : {},
    // Keeps playwright-core from looking into /proc, which Deno allows to --allow-all only.
    __IS_WSL_TEST__: "1",
  },
  stdin: "null",
  stdout: "piped",
  stderr: "inherit",
}).spawn();
let output = "";
const decoder = new TextDecoder();
const stdout = new TextStream(Deno.stdout, sleepSync);
for await (const chunk of child.stdout) {
  const text = decoder.decode(chunk, { stream: true });
  stdout.write(text);
  output += text;
}
const { success } = await child.status;

if (coverage !== null) {
  const { stdout: table } = await new Deno.Command(Deno.execPath(), {
    args: ["coverage", coverage, "--include=/src/", "--exclude=_test|testdata|bundle"],
    stderr: "null",
  }).output();
  console.log(decoder.decode(table));
  await Deno.remove(coverage, { recursive: true });
}
const lines = (await Deno.readTextFile(leftOutFile)).split("\n").filter((line) => line !== "");
await Deno.remove(leftOutFile);
const [slowly, leftOut] = [true, false].map((isSlow) =>
  lines.filter((line) => line.startsWith("slow: ") === isSlow)
) as [string[], string[]];
if (slowly.length > 0) {
  console.log(`Only test:slow runs:\n${slowly.map((line) => `  ${line.slice(6)}`).join("\n")}`);
}
console.log(
  leftOut.length === 0
    ? "Nothing was left out."
    : `Left out:\n${leftOut.map((line) => `  ${line}`).join("\n")}`,
);
// deno-lint-ignore no-control-regex
const summary = output.replace(/\x1b\[[0-9;]*m/g, "")
  .match(/(\d+) passed(?: \([^)]*\))? \| (\d+) failed/g)?.at(-1);
const [passed, failed] = summary?.match(/\d+(?= passed)|\d+(?= failed)/g)?.map(Number) ?? [0, 1];
const incomplete = all && leftOut.length > 0;
if (incomplete) console.log("Cannot pass: with --all nothing may be left out");
console.log(`${passed} passed, ${failed! + (incomplete ? leftOut.length : 0)} failed`);
Deno.exit(success && !incomplete && passed! > 0 ? 0 : 1);
