import assert from "node:assert/strict";
import { namesIn, smallDataset, temporaryFolder, writeDataset } from "../src/data/test_files.ts";
import { MODEL_NAMES } from "../src/matrix/models.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import { Store } from "../src/store/store.ts";
import { caseOf } from "./helpers/case_of.ts";
import { reproduceQuick, reproduceSmoke } from "./helpers/commands.ts";
import { finish, resultsIn } from "./helpers/program.ts";
import { testOnMnist } from "./needs.ts";
import { identityOf, scriptedRecord, ScriptedWorld } from "./scripted_world.ts";

const MATRIX = [
  ...["--profile", "--only", "--labels", "--latents", "--unlabelled", "--readings", "--draws"],
  ...["--seeds", "--seed"],
];

const COMMANDS: { readonly [command: string]: readonly string[] } = {
  reproduce: [
    ...MATRIX,
    ...[
      "--dataset",
      "--data",
      "--refresh",
      "--engine",
      "--backend",
      "--jobs",
      "--threads",
      "--shard",
      "--results",
      "--fresh",
    ],
    ...[
      "--save-models",
      "--encoder",
      "--published-encoders",
      "--dry-run",
      "--json",
      "--junit",
      "--quiet",
    ],
  ],
  check: [
    ...MATRIX,
    ...["--engine", "--dataset", "--results", "--against", "--json", "--junit"],
  ],
  report: ["--dataset", "--results", "--play"],
  answer: ["--dataset", "--results", "--json"],
  verify: [
    "--dataset",
    "--data",
    "--refresh",
    "--backend",
    "--threads",
    "--attest",
    "--runtime-note",
    "--quiet",
  ],
  data: ["--dataset", "--data", "--json", "--quiet"],
  engine: [],
};

/** A command line that fails: its exit code, its one line of error, and nothing on stdout. */
async function failure(...args: string[]): Promise<{ exitCode: number; err: string }> {
  return await failureIn(new ScriptedWorld(), ...args);
}

async function failureIn(world: ScriptedWorld, ...args: string[]) {
  const exitCode = await world.call(...args);
  assert.equal(world.out, "");
  assert.deepEqual(world.ran, []);
  assert.match(world.err, /^error: .*\n$/s);
  return { exitCode, err: world.err.slice("error: ".length, -1) };
}

Deno.test("--help lists the commands, on standard output, and ends with 0", async () => {
  const world = new ScriptedWorld();
  for (const args of [["--help"], ["-h"], ["help"], []]) {
    assert.equal(await world.call(...args), 0);
    for (const command of Object.keys(COMMANDS)) {
      assert.match(world.out, new RegExp(`^  ${command} `, "m"));
    }
    assert.equal(world.err, "");
  }
});

for (const [command, options] of Object.entries(COMMANDS)) {
  Deno.test(`${command} --help lists its options, and ends with 0`, async () => {
    const world = new ScriptedWorld();
    assert.equal(await world.call(command, "--help"), 0);
    const listed = Array.from(
      world.out.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm),
      ([, name]) => name,
    );
    assert.deepEqual(listed, [...options, "--help"]);
    assert.equal(world.err, "");
  });
}

Deno.test("--version says the numeric version too", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("--version"), 0);
  assert.match(
    world.out,
    new RegExp(`^latentbench [0-9]+\\.[0-9]+\\.[0-9]+ \\(numeric version ${NUMERIC_VERSION}\\)\n$`),
  );
});

const A_CASE_IS =
  "a case is [reading-]model[latents][+unlabelled][@labels][.draw][#seed], as in fc@2000#0, " +
  "vae20#0 or even-vae20@2000.1#0";
const STROKES = ["--dataset", "strokes", "--results", "not-there"];
const SEE_REPRODUCE = "\nSee latentbench reproduce --help";

/** Options that take whole numbers: what one is given, and the numbers that it takes. */
const OUT_OF_RANGE: readonly (readonly [option: string, value: string, range: string])[] = [
  ["--seeds <n>", "0", "1 to 10000"],
  ["--seeds <n>", "x", "1 to 10000"],
  ["--seed <s>", "4294967296", "0 to 4294967295"],
  ["--labels <counts>", "250,,500", "1 to 1000000"],
  ["--labels <counts>", "0", "1 to 1000000"],
  ["--latents <counts>", "2,x", "1 to 1024"],
  ["--latents <counts>", "1025", "1 to 1024"],
  ["--jobs <n>", "0", "1 to 1024"],
  ["--threads <n>", "0", "1 to 8"],
  ["--threads <n>", "9", "1 to 8"],
  ["--threads <n>", "two", "1 to 8"],
];

const USAGE_ERRORS: readonly (readonly [args: readonly string[], message: string])[] = [
  [["reproduce", "--frob"], `unknown option '--frob'${SEE_REPRODUCE}`],
  [
    ["reproduce", "--seed=1", "--lables", "250"],
    `unknown option '--lables'\n(Did you mean --labels?)${SEE_REPRODUCE}`,
  ],
  [
    ["reproduec"],
    "unknown command 'reproduec'\n(Did you mean reproduce?)\nSee latentbench --help",
  ],
  [["--profile", "quick"], "unknown option '--profile'\nSee latentbench --help"],
  [
    ["reproduce", "--profile", "huge"],
    "option '--profile <name>' argument 'huge' is invalid. Allowed choices are smoke, quick, " +
    `headline, unlabelled, experiment, full.${SEE_REPRODUCE}`,
  ],
  ...OUT_OF_RANGE.map(([option, value, range]) =>
    [
      ["reproduce", option.split(" ")[0]!, value],
      `option '${option}' argument '${value}' is invalid. It must be a whole number from ${range}.` +
      SEE_REPRODUCE,
    ] as const
  ),
  [["reproduce", "--encoder"], `option '--encoder <file>' argument missing${SEE_REPRODUCE}`],
  [
    ["reproduce", ...STROKES, "--only", "vae@2000#0"],
    'Cannot read the case "vae@2000#0": vae needs latents, from 1 to 1024, as in vae20@2000',
  ],
  [
    ["reproduce", ...STROKES, "--only", "wide-ae20#0"],
    'Cannot read the case "wide-ae20#0": wide-ae needs labels, at least 1, as in wide-ae20@2000',
  ],
  [
    ["reproduce", "--results", ""],
    "option '--results <dir>' argument '' is invalid. It must name a folder." + SEE_REPRODUCE,
  ],
  [
    ["reproduce", "--junit", ""],
    "option '--junit <file>' argument '' is invalid. It must name a file." + SEE_REPRODUCE,
  ],
  [
    ["reproduce", "--dry-run", "--junit", "junit.xml"],
    `option '--dry-run' cannot be used with option '--junit <file>'${SEE_REPRODUCE}`,
  ],
  [
    ["check", "--against", ""],
    "option '--against <dir>' argument '' is invalid. It must name a folder.\n" +
    "See latentbench check --help",
  ],
  [
    ["verify", "fc@250#0", "--runtime-note", "x".repeat(61)],
    `option '--runtime-note <words>' argument '${"x".repeat(61)}' is invalid. It must be 1 to 60 ` +
    "printable ASCII characters.\nSee latentbench verify --help",
  ],
  [["check", "--junit"], "option '--junit <file>' argument missing\nSee latentbench check --help"],
  [["reproduce", "--labels"], `option '--labels <counts>' argument missing${SEE_REPRODUCE}`],
  [
    ["reproduce", "--engine", "tfjs"],
    "option '--engine <name>' argument 'tfjs' is invalid. Allowed choices are exact, tfjs-node, " +
    `tfjs-webgpu, tfjs-cpu.${SEE_REPRODUCE}`,
  ],
  [
    ["reproduce", "--dry-run", "--json"],
    `option '--dry-run' cannot be used with option '--json'${SEE_REPRODUCE}`,
  ],
  [
    ["reproduce", "fc@250", "fc@500"],
    "too many arguments for 'reproduce'. Expected 0 arguments but got 2: fc@250, fc@500." +
    SEE_REPRODUCE,
  ],
  [
    ["check", "reports"],
    "too many arguments for 'check'. Expected 0 arguments but got 1: reports.\n" +
    "See latentbench check --help",
  ],
  [
    ["reproduce", ...STROKES, "--only", "nothing*"],
    'Cannot select "nothing*": no case of the matrix matches (fc@250, fc@500, fc@1000, fc@2000, ' +
    "fc@5000, fc@6000, conv@6000, ae20, ae20@2000, vae20, vae20@2000)",
  ],
  [
    ["reproduce", ...STROKES, "--only", "resnet@250"],
    `Cannot read the case "resnet@250": unknown model "resnet" (known: ${MODEL_NAMES.join(", ")})`,
  ],
  [
    ["reproduce", ...STROKES, "--only", "250"],
    `Cannot read the case "250": ${A_CASE_IS}`,
  ],
  [
    ["reproduce", ...STROKES, "--only", ""],
    `Cannot read the case "": ${A_CASE_IS}`,
  ],
  [
    ["reproduce", ...STROKES, "--labels", "60000"],
    "Cannot use 60000 labels: the dataset has 6000 training images",
  ],
  [
    ["reproduce", ...STROKES, "--only", "fc@6001"],
    "Cannot use 6001 labels: the dataset has 6000 training images",
  ],
  [
    ["reproduce", ...STROKES, "--seed", "4294967295", "--seeds", "2"],
    "Cannot use 2 seeds from 4294967295: the largest is 4294967295",
  ],
  [
    ["reproduce", "--dataset", "strokes", "--data", "mnist"],
    "Cannot use --dataset strokes with --data mnist: strokes is drawn, not read; leave out one of " +
    "the two",
  ],
  [
    ["data", "--dataset", "idx"],
    "Cannot use --dataset idx without a folder: add --data DIR",
  ],
  [["data", "--data", ""], "Cannot read --data: the name of the folder is empty"],
];

for (const [args, message] of USAGE_ERRORS) {
  Deno.test(`"${args.join(" ")}" is a usage error that says what may be asked`, async () => {
    assert.deepEqual(await failure(...args), { exitCode: 2, err: message });
  });
}

testOnMnist(
  "reproduce with more labels than MNIST has images is a usage error that says how many",
  async (directory) => {
    assert.deepEqual(await failure("reproduce", "--data", directory, "--labels", "60000"), {
      exitCode: 2,
      err: "Cannot use 60000 labels: the dataset has 55000 training images",
    });
  },
);

/** A world with an empty home. */
async function homeless(environment: { readonly [name: string]: string } = {}) {
  const home = await temporaryFolder();
  return {
    home: home.path,
    world: new ScriptedWorld({ environment: { XDG_CACHE_HOME: home.path, ...environment } }),
    [Symbol.asyncDispose]: home[Symbol.asyncDispose],
  };
}

Deno.test("reproduce without data and network says so loudly and measures strokes", async () => {
  await using outside = await homeless();
  const { home, world } = outside;
  const args = ["reproduce", "--results", `${home}/results`, "--only", "fc@250", "--quiet"];
  assert.equal(await world.call(...args), 0);
  assert.match(world.err, /^WARNING: MNIST could not be had\. Cannot download /m);
  assert.match(
    world.err,
    /^WARNING: going on with the embedded dataset, strokes\. It is not MNIST: .*--data DIR/m,
  );
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
  assert.deepEqual(namesIn(`${home}/results`), ["records", "strokes.html"]);
});

for (const value of ["true", "1", "woodpecker"]) {
  Deno.test(`reproduce without data and network ends with 3 where CI is ${value}`, async () => {
    await using outside = await homeless({ CI: value });
    const { home, world } = outside;
    assert.equal(await world.call("reproduce", "--results", `${home}/results`), 3);
    assert.match(world.err, /^error: Cannot download .*^CI is set, so the embedded dataset/ms);
    assert.match(world.err, /--dataset strokes/);
    assert.deepEqual(world.ran, []);
    assert.equal(world.out, "");
    assert.deepEqual(namesIn(home).filter((name) => name === "results"), []);
  });
}

Deno.test("reproduce --dataset mnist without data ends with 3 and says how to get it", async () => {
  await using outside = await homeless();
  assert.equal(await outside.world.call("reproduce", "--dataset", "mnist"), 3);
  assert.match(outside.world.err, /^error: Cannot download .*^Give --data DIR, or set MNIST_DIR/ms);
});

Deno.test("data without data and network says that it is strokes it found", async () => {
  await using outside = await homeless();
  assert.equal(await outside.world.call("data"), 0);
  assert.match(outside.world.err, /^WARNING: MNIST could not be had/m);
  assert.match(outside.world.out, /^strokes \(drawn\), verified$/m);
});

Deno.test("data --json prints one document, and nothing else", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("data", "--dataset", "strokes", "--json"), 0);
  const { sha256, ...rest } = JSON.parse(world.out);
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.deepEqual(rest, {
    name: "strokes",
    source: "drawn",
    splits: { train: 6000, validation: 1000, test: 2000 },
  });
});

Deno.test("data --dataset idx takes any folder of the same shapes", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, smallDataset(5001, 3));
  const world = new ScriptedWorld();
  assert.equal(await world.call("data", "--dataset", "idx", "--data", folder.path), 0);
  assert.match(world.out, /^idx \(folder .*\), verified$/m);
  assert.match(world.out, /^1 training, 5,000 validation and 3 test images$/m);
});

Deno.test("reproduce --dataset idx gives results without bands, on a page of their own", async () => {
  await using folder = await temporaryFolder();
  const directory = `${folder.path}/data`;
  await Deno.mkdir(directory);
  await writeDataset(directory, smallDataset(5300, 3));
  const world = new ScriptedWorld();
  const args = ["--dataset", "idx", "--data", directory, "--profile", "quick", "--only", "fc@*"];
  assert.equal(await world.call("reproduce", ...args, "--results", folder.path), 0);
  assert.deepEqual(world.ran, ["fc@250#0", "fc@300#0"]);
  assert.match(world.out, /^idx, 2 cases: 2 no band$/m);
  const [page] = namesIn(folder.path).filter((name) => name.endsWith(".html"));
  assert.match(page!, /^idx-[0-9a-f]{12}\.html$/);
});

Deno.test("an IDX dataset of any size is complete when its own label counts are done", async () => {
  await using folder = await temporaryFolder();
  const [directory, results] = [`${folder.path}/data`, `${folder.path}/results`];
  await Deno.mkdir(directory);
  await writeDataset(directory, smallDataset(5300, 3));
  const world = new ScriptedWorld();
  const cases = ["--dataset", "idx", "--profile", "quick", "--only", "fc@*"];
  const from = [...cases, "--results", results];
  assert.equal(await world.call("reproduce", ...from, "--data", directory), 0);
  assert.equal(await world.call("check", ...from), 0);
  assert.match(world.out, /^idx, 2 cases: 2 no band$/m);
  assert.equal(await world.call("merge", results, ...cases, "--results", `${results}2`), 0);
  // Not for having fewer cases than MNIST: one of its own is missed.
  const [file] = (await new Store(results).readAll())
    .filter(({ record }) => record.case.labels === 300).map(({ file }) => file);
  await Deno.remove(`${results}/records/${file}`);
  assert.equal(await world.call("check", ...from), 3);
  assert.match(world.out, /^fc@300#0 +\? missing$/m);
  assert.match(world.out, /^idx, 2 cases: 1 no band, 1 missing$/m);
  assert.equal(await world.call("merge", results, ...cases, "--results", `${results}3`), 75);
});

const SMALL = smallDataset(3, 2);
const [TRAIN_IMAGES, TRAIN_LABELS] = SMALL.files.map(({ name }) => name) as [string, string];

/** What is wrong with the folder, and how the error begins after "error: ". */
const DATA_ERRORS: readonly {
  readonly what: string;
  readonly dataset: "mnist" | "idx";
  readonly plant: (directory: string) => Promise<void>;
  readonly message: (directory: string) => string;
}[] = [
  {
    what: "a file that is cut",
    dataset: "idx",
    plant: (directory) => Deno.truncate(`${directory}/${TRAIN_IMAGES}`, 1000),
    message: (directory) =>
      `Cannot read ${directory}/${TRAIN_IMAGES}: its header says 3 x 28 x 28 = 2352 values, but ` +
      "the file holds 984",
  },
  {
    what: "a file of another checksum",
    dataset: "mnist",
    plant: async (directory) => {
      const bytes = await Deno.readFile(`${directory}/${TRAIN_LABELS}`);
      bytes[bytes.length - 1]! ^= 1;
      await Deno.writeFile(`${directory}/${TRAIN_LABELS}`, bytes);
    },
    message: (directory) =>
      `Cannot use ${directory}/${TRAIN_LABELS}: its 11 unpacked bytes have the SHA-256 `,
  },
  {
    what: "only some of the files",
    dataset: "mnist",
    plant: (directory) => Deno.remove(`${directory}/${TRAIN_LABELS}`),
    message: (directory) => `Cannot read the data folder ${directory}: it lacks ${TRAIN_LABELS} `,
  },
  {
    what: "too few training images to split",
    dataset: "idx",
    plant: () => Promise.resolve(),
    message: () => "Cannot split 3 training images: the first 5000 are for validation",
  },
  {
    what: "no folder there",
    dataset: "mnist",
    plant: (directory) => Deno.remove(directory, { recursive: true }),
    message: (directory) => `Cannot read the data folder ${directory}: there is no such folder`,
  },
];

for (const { what, dataset, plant, message } of DATA_ERRORS) {
  Deno.test(`reproduce --data with ${what} ends with 3 and names it`, async () => {
    await using folder = await temporaryFolder();
    const directory = `${folder.path}/data`;
    await Deno.mkdir(directory);
    await writeDataset(directory, SMALL);
    await plant(directory);
    const { exitCode, err } = await failureIn(
      new ScriptedWorld({ mnist: SMALL.files }),
      ...["reproduce", "--dataset", dataset, "--data", directory, "--results", folder.path],
    );
    assert.equal(exitCode, 3);
    assert.ok(err.startsWith(message(directory)), err);
    assert.deepEqual(namesIn(folder.path).filter((name) => name !== "data"), []);
  });
}

Deno.test("reproduce takes a broken MNIST_DIR for an error, not for a reason to look elsewhere", async () => {
  await using outside = await homeless({ MNIST_DIR: "/not-there" });
  assert.equal(await outside.world.call("reproduce"), 3);
  assert.equal(
    outside.world.err,
    "error: Cannot read the data folder /not-there: there is no such folder\n",
  );
});

const CASE = caseOf("fc@250");
const OTHER_CASE = caseOf("fc@500");

/** What lies in the place of the record of fc@250#0, and what the error says of it. */
const STORE_ERRORS: readonly {
  readonly what: string;
  readonly plant: (path: string, text: string) => Promise<void>;
  readonly message: (path: string) => RegExp;
}[] = [
  {
    what: "a record that is cut",
    plant: (path, text) => Deno.writeTextFile(path, text.slice(0, text.length / 2)),
    message: (path) =>
      new RegExp(
        `^Cannot use the record ${path}: it is not JSON \\(.*\\); move it away, or run its case ` +
          "with --fresh$",
      ),
  },
  {
    what: "an empty file",
    plant: (path) => Deno.writeTextFile(path, ""),
    message: (path) => new RegExp(`^Cannot use the record ${path}: it is not JSON \\(`),
  },
  {
    what: "another program's JSON",
    plant: (path) => Deno.writeTextFile(path, '{ "benchmark": 1 }'),
    message: (path) =>
      new RegExp(
        `^Cannot use the record ${path}: it is not a record of this program \\(.*\\); move it ` +
          "away, or run its case with --fresh$",
      ),
  },
  {
    what: "JSON that is no object",
    plant: (path) => Deno.writeTextFile(path, "null"),
    message: (path) => new RegExp(`^Cannot use the record ${path}: it is not a record of this`),
  },
  {
    what: "a record of another schema version",
    plant: (path, text) =>
      Deno.writeTextFile(path, text.replace(/"schemaVersion": \d/, '"schemaVersion": 3')),
    message: (path) =>
      new RegExp(
        `^Cannot use the record ${path}: its schema version is 3, this program reads 1 and 2; use the ` +
          "release that wrote it, or another --results folder$",
      ),
  },
  {
    what: "the record of another case",
    plant: async (path) => {
      const other = await scriptedRecord(OTHER_CASE, { score: 0.9 });
      await Deno.writeTextFile(path, JSON.stringify(other));
    },
    message: (path) =>
      new RegExp(
        `^Cannot use the record ${path}: it holds fc@500#0 and belongs into [0-9a-f]{64}\\.json; ` +
          "move it away, or give it that name$",
      ),
  },
  {
    what: "a folder",
    plant: async (path) => {
      await Deno.remove(path);
      await Deno.mkdir(path);
    },
    message: (path) =>
      new RegExp(
        `^Cannot read the record ${path}: .*; fix its permissions, move it away or name another ` +
          "--results folder$",
      ),
  },
];

/** A command line on the records in a folder. */
function onResults(command: string, results: string): string[] {
  return command === "reproduce" ? reproduceSmoke(results) : [command, "--results", results];
}

for (const { what, plant, message } of STORE_ERRORS) {
  for (const command of ["reproduce", "check", "report"]) {
    Deno.test(`${command} ends with 3 on ${what} in a record's place, and says so`, async () => {
      await using folder = await temporaryFolder();
      const record = await scriptedRecord(CASE, { score: 0.9 });
      const { file } = await new Store(folder.path).write(record);
      const path = `${folder.path}/records/${file}`;
      await plant(path, await Deno.readTextFile(path));
      const world = new ScriptedWorld();
      assert.equal(await world.call(...onResults(command, folder.path)), 3);
      assert.match(world.err, /^error: .*\n$/);
      assert.match(world.err.slice("error: ".length, -1), message(path));
      assert.deepEqual(world.ran, []);
      assert.equal(world.out, "");
    });
  }
}

for (const command of ["reproduce", "check", "report"]) {
  Deno.test(`${command} ends with 3 where the results folder is a file`, async () => {
    await using folder = await temporaryFolder();
    const results = `${folder.path}/results`;
    await Deno.writeTextFile(results, "");
    const world = new ScriptedWorld();
    assert.equal(await world.call(...onResults(command, results)), 3);
    assert.ok(world.err.startsWith(`error: Cannot read the record`), world.err);
    assert.ok(world.err.includes(`${results}/records`), world.err);
    assert.ok(world.err.endsWith("or name another --results folder\n"), world.err);
    assert.deepEqual(world.ran, []);
  });
}

Deno.test("reproduce ends with 3 where it cannot write a record, and says how to go on", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const runCases = world.runCases.bind(world);
  world.runCases = async (...args) => {
    // After the folder was tried out.
    await Deno.remove(`${folder.path}/records`);
    await Deno.writeTextFile(`${folder.path}/records`, "in the way");
    await runCases(...args);
  };
  assert.equal(await world.call(...reproduceQuick(folder.path)), 3);
  assert.deepEqual(world.ran, ["fc@250#0"]);
  assert.match(
    world.err,
    /^error: Cannot write .*\/records\/[0-9a-f]{64}\.json: .*; free the space, fix its permissions or name another --results folder$/m,
  );
});

for (const [score, exitCode] of [[0.9, 3], [0.5, 1]] as const) {
  Deno.test(`reproduce of a case that scores ${score} ends with ${exitCode} if its output is lost`, async () => {
    await using folder = await temporaryFolder();
    const world = new ScriptedWorld({
      script: { "*": { score } },
      lostOutput: new Error("No space left on device (os error 28)"),
    });
    assert.equal(await world.call(...reproduceSmoke(folder.path, "--quiet")), exitCode);
    assert.equal(
      world.err,
      "error: Cannot write to standard output: No space left on device (os error 28); free the " +
        "space, or send the output elsewhere\n",
    );
  });
}

Deno.test("reproduce into a folder that is read-only ends with 3 before it trains, and loses nothing", async () => {
  await using folder = await temporaryFolder();
  assert.equal((await finish(folder.path, ["--only", "fc@250#0"])).code, 0);
  const before = await resultsIn(folder.path);
  const args = ["--only", "fc@6000#0"];
  const { code, said } = await finish(folder.path, args, { mayWrite: false });
  assert.equal(code, 3, said);
  assert.match(
    said,
    /^error: Cannot keep in .*\/records what a case leaves, .*; free the space, fix its permissions/m,
  );
  assert.doesNotMatch(said, /after \d+ epochs/);
  assert.deepEqual(await resultsIn(folder.path), before);
});

Deno.test("a record under a name that no case has is an error, not skipped", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const { file } = await store.write(await scriptedRecord(CASE, { score: 0.9 }));
  await Deno.copyFile(`${folder.path}/records/${file}`, `${folder.path}/records/copy.json`);
  const world = new ScriptedWorld();
  assert.equal(await world.call("check", "--results", folder.path), 3);
  assert.equal(
    world.err,
    `error: Cannot use the record ${folder.path}/records/copy.json: it holds fc@250#0 and belongs ` +
      `into ${file}; move it away, or give it that name\n`,
  );
  assert.equal((await store.read(identityOf(CASE)))?.file, file);
});
