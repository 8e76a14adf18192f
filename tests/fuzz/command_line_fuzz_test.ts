import assert from "node:assert/strict";
import fc from "fast-check";
import { asUsage, UsageError } from "../../src/cli/exit_codes.ts";
import { parseCommandLine } from "../../src/cli/options.ts";
import { DataError } from "../../src/data/data_error.ts";
import { TRAINING_IMAGES } from "../../src/data/dataset.ts";
import type { LoadedDataset } from "../../src/data/load_dataset.ts";
import { STROKES_SHA256 } from "../../src/data/strokes.ts";
import { temporaryFolder } from "../../src/data/test_files.ts";
import { parseCase } from "../../src/matrix/case.ts";
import { selectCases } from "../../src/matrix/select_cases.ts";
import { Store } from "../../src/store/store.ts";
import { scriptedRecord, ScriptedWorld } from "../scripted_world.ts";
import { fuzz } from "./fuzz.ts";
import { anyText, HOSTILE_TEXTS } from "./texts.ts";

const NO_SAMPLES = { width: 784, values: new Uint8Array(), labels: new Uint8Array() };
const DATASET: LoadedDataset = {
  name: "strokes",
  sha256: STROKES_SHA256,
  source: "a test",
  splits: {
    train: { ...NO_SAMPLES, count: TRAINING_IMAGES.strokes },
    validation: { ...NO_SAMPLES, count: 0 },
    test: { ...NO_SAMPLES, count: 0 },
  },
};

/** Its data are numbers alone, and where cases would be looked up and run it ends. */
class WorldWithoutRuns extends ScriptedWorld {
  override loadDataset(): Promise<LoadedDataset> {
    return Promise.resolve(DATASET);
  }

  override readPublished(): Promise<never> {
    return Promise.reject(new DataError("the end of the world"));
  }
}

const COMMANDS = ["reproduce", "check", "report", "data", "verify", "engine", "help"];
const SWITCHES = [
  "--fresh",
  "--save-models",
  "--dry-run",
  "--json",
  "--quiet",
  "--help",
  "-h",
  "--",
];
const NOTHING = "not-there/not-there";

const number = fc.oneof(
  fc.nat(60_000).map(String),
  fc.constantFrom("0", "-1", "1e3", "0x10", "1.5", "4294967295", "4294967296", "9".repeat(400)),
);
const numbers = fc.array(number, { maxLength: 4 }).map((list) => list.join());
const pattern = fc.oneof(
  fc.constantFrom("fc@250#0", "fc*", "*", "vae20@2000", "*#1", "*".repeat(40) + "x"),
  fc.array(fc.constantFrom("*", "?", "fc", "@", "#", "0", "vae", "[", "\\", "\ud800"), {
    maxLength: 40,
  }).map((parts) => parts.join("")),
  anyText,
);
const value = (...likely: readonly string[]) => fc.oneof(fc.constantFrom(...likely), anyText);

const OPTIONS: { readonly [name: string]: fc.Arbitrary<string> } = {
  "--profile": value("smoke", "quick", "headline", "full"),
  "--only": pattern,
  "--labels": fc.oneof(numbers, anyText),
  "--latents": fc.oneof(numbers, anyText),
  "--seeds": fc.oneof(number, anyText),
  "--seed": fc.oneof(number, anyText),
  "--dataset": value("auto", "mnist", "strokes", "idx"),
  "--data": value(NOTHING),
  "--engine": value("exact", "tfjs-cpu", "tfjs-node"),
  "--backend": value("wasm", "wasm-emulated"),
  "--jobs": fc.oneof(number, anyText),
  "--threads": fc.oneof(number, anyText),
  "--encoder": value(NOTHING),
  // No other path: what stands there would be read.
  "--results": fc.constantFrom(NOTHING, "", "\0", "not-there\\..", "\ud800", "x".repeat(100_000)),
};

const option = fc.constantFrom(...Object.keys(OPTIONS)).chain((name) =>
  fc.tuple(OPTIONS[name]!, fc.boolean())
    .map(([value, joined]) => joined ? [`${name}=${value}`] : [name, value])
);
const stray = fc.oneof(
  fc.constantFrom(
    ...HOSTILE_TEXTS,
    "--__proto__",
    "--no-json",
    "--json=x",
    "-",
    "--only",
    "--resu",
  ),
  anyText,
).map((word) => [word]);
const rest = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: option },
    { weight: 2, arbitrary: fc.constantFrom(...SWITCHES).map((name) => [name]) },
    { weight: 1, arbitrary: stray },
  ),
  { maxLength: 5 },
).map((parts) => parts.flat());
const anyCommandLine = fc.tuple(
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...COMMANDS) }, anyText),
  rest,
).map(([command, words]) => [command, ...words]);

fuzz("parseCommandLine() reads a command, and selectCases() its cases, or throws a UsageError", {
  inputs: anyCommandLine,
  refusals: [UsageError],
  read: async (args) => {
    const world = new ScriptedWorld();
    const command = parseCommandLine(args, world);
    if (command === null) return assert.ok(world.out.length > 0, "it says nothing");
    assert.equal(command.name, args[0]);
    if (command.name !== "reproduce" && command.name !== "check") return;
    const { profile, seed: firstSeed } = command.options;
    const selection = { ...command.options, profile: profile ?? "headline", firstSeed };
    const cases = await asUsage(() => selectCases(selection, TRAINING_IMAGES.strokes));
    assert.ok(cases.length > 0 && cases.length <= 100_000);
  },
});

fuzz("reproduce ends with exit code 2 for what makes no sense, before any case runs", {
  inputs: rest.map((words) => ["reproduce", ...words]),
  refusals: [UsageError],
  cost: 20,
  read: async (args) => {
    const world = new WorldWithoutRuns();
    const exitCode = await world.call(...args);
    assert.deepEqual(world.ran, []);
    if (exitCode === 0) assert.match(world.out, /^Usage: /);
    else assert.match(world.err, /^error: ./m);
    if (exitCode === 2) throw new UsageError(world.err);
    const reason = world.err.match(/^error: (.*)$/m)?.[1] ?? "";
    assert.ok(exitCode === 0 || exitCode === 3);
    assert.match(reason, /^$|^the end of the world$|^Cannot use the engine tfjs/);
  },
});

const folder = await temporaryFolder();
Deno.test.afterAll(async () => await folder[Symbol.asyncDispose]());
for (const name of ["fc@250#0", "vae20#0"]) {
  const c = parseCase(name);
  const record = await scriptedRecord({ ...c, seed: 0 }, { score: c.labels === null ? 59 : 0.9 });
  await new Store(folder.path).write(record);
}

fuzz("check gives verdicts or ends with exit code 2", {
  inputs: rest.map((words) => ["check", ...words, "--results", folder.path]),
  refusals: [UsageError],
  read: async (args) => {
    const world = new ScriptedWorld();
    const exitCode = await world.call(...args);
    if (exitCode === 2) throw new UsageError(world.err);
    assert.ok(exitCode === 0 || exitCode === 1 || exitCode === 3);
    if (world.err === "") assert.match(world.out, /fc@250#0|^Usage: /);
    else assert.match(world.err, /^error: Cannot find any (mnist|idx) record in /);
  },
});
