/** The examples of the documentation run as they stand, and what it names is there. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ScriptedWorld } from "./scripted_world.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TASKS: { readonly [name: string]: { readonly command: string } } =
  JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)).tasks;
const FILES = await filesBelow("");
/** Every page but the changelog, which names what was there once. */
const PAGES = FILES.filter((file) => file.endsWith(".md") && file !== "CHANGELOG.md");

/** Every file and folder of the project, from its root; folders end with a slash. */
async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${folder}`)) {
    if ([".git", "coverage", "node_modules"].includes(name)) continue;
    const path = `${folder}${name}`;
    if (isDirectory) found.push(`${path}/`, ...await filesBelow(`${path}/`));
    else found.push(path);
  }
  return found;
}

/** Paths of our own that a text names, in code or as the target of a link. */
function pathsIn(text: string): string[] {
  const code = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1]!);
  const links = [...text.matchAll(/\]\(([^)#]+)/g)].map((match) => match[1]!);
  const source = /^[\w./-]+\.(ts|tsx|c|h|md|css|cff|sh|yml|yaml|py|json|wasm)$/;
  const folder = /^(src|tests|docs|tools|bench|fixtures|reports)\/[\w./-]+$|^[\w/-]+\/$/;
  return [
    ...code.filter((path) => source.test(path) || folder.test(path)),
    ...links.filter((path) => !/^[a-z]+:/.test(path)).map((path) => path.replace(/^\.\.\//, "")),
  ];
}

/** Whether a path is there, from the root or, where its folder was said before, from below. */
function exists(path: string): boolean {
  const wanted = path.replace(/\/$/, "");
  return FILES.map((file) => file.replace(/\/$/, ""))
    .some((file) => file === wanted || file.endsWith(`/${wanted}`));
}

/** Files that a run leaves, and the folder of the last one. */
const RUN_LEAVES = new Set(["reports/latest", "peers.json", "reports/latest/peers.json"]);

for (const page of PAGES) {
  const text = await Deno.readTextFile(`${ROOT}/${page}`);

  Deno.test(`every file and folder that ${page} names is there`, () => {
    const named = pathsIn(text).filter((path) => !RUN_LEAVES.has(path));
    assert.ok(named.length > 0 || page !== "README.md");
    assert.deepEqual(named.filter((path) => !exists(path)), []);
  });

  Deno.test(`every task that ${page} names is there`, () => {
    const named = [...text.matchAll(/deno task ([a-z][a-z:-]*)/g)].map((match) => match[1]!);
    assert.deepEqual(named.filter((name) => !(name in TASKS)), []);
  });

  Deno.test(`every flag that ${page} names is one of the program's`, async () => {
    const known = await knownFlags();
    const named = [...text.matchAll(/(?<=[\s`(])--[a-z][a-z-]*/g)].map((match) => match[0]);
    assert.deepEqual(named.filter((flag) => !known.has(flag)), []);
  });
}

/** Flags of all commands, of their peers, and those of others that the pages quote. */
async function knownFlags(): Promise<ReadonlySet<string>> {
  const world = new ScriptedWorld();
  await world.call("--help");
  const commands = [...world.out.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1]!);
  assert.ok(commands.includes("reproduce"), world.out);
  let help = world.out;
  for (const command of commands.filter((name) => name !== "help")) {
    await world.call(command, "--help");
    help += world.out;
  }
  help += await Deno.readTextFile(`${ROOT}/bench/peers/options.ts`);
  return new Set(["--allow-all", "--filter", ...help.match(/--[a-z][a-z-]*/g)!]);
}

Deno.test("the search for what documents name can fail", () => {
  const names = pathsIn("see `src/nowhere.ts`, [this](docs/gone.md), `report/sections/` and `a b`");
  assert.deepEqual(names, ["src/nowhere.ts", "report/sections/", "docs/gone.md"]);
  assert.deepEqual(names.map(exists), [false, true, false]);
});

Deno.test("what N labels leaves unsaid is said in the README, in the help and in the docs", async () => {
  const world = new ScriptedWorld();
  await world.call("reproduce", "--help");
  const texts = {
    readme: await Deno.readTextFile(`${ROOT}/README.md`),
    help: world.out,
    docs: await Deno.readTextFile(`${ROOT}/docs/original.md`),
  };
  for (const [name, text] of Object.entries(texts)) {
    const words = text.replace(/\s+/g, " ").replaceAll(",", "");
    assert.match(words, /first N training images/, name);
    assert.match(words, /on top.{0,120}5000|5000.{0,60}on top/i, name);
    assert.match(words, /1000 for heads|heads: 1000|first 1000 for heads/, name);
  }
});

Deno.test("every task of the program shows its help, with the permissions that it has", async () => {
  const tasks = Object.keys(TASKS).filter((name) => TASKS[name]!.command.includes("src/main.ts"));
  assert.ok(tasks.length >= 9, `${tasks}`);
  await Promise.all(tasks.map(async (task) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", task, "--help"],
      cwd: ROOT,
      env: { CLICOLOR_FORCE: "", DENO_NO_PROMPT: "1" },
    }).output();
    assert.equal(code, 0, `${task}: ${new TextDecoder().decode(stderr)}`);
    const command = task.split(":")[0];
    assert.match(new TextDecoder().decode(stdout), new RegExp(`^Usage: latentbench ${command}`));
  }));
});

Deno.test("the README and docs/tasks.md explain every task, and every permission", async () => {
  const [readme, tasks] = await Promise.all(
    ["README.md", "docs/tasks.md"].map((page) => Deno.readTextFile(`${ROOT}/${page}`)),
  );
  const commands = sectionOf(readme!, "Commands") + sectionOf(tasks!, "For developers");
  for (const task of Object.keys(TASKS)) {
    const alone = new RegExp(`\\b${task.split(":")[0]}\\b`);
    assert.match(commands, alone, `the task ${task}`);
  }
  const rights = sectionOf(tasks!, "What each task may do");
  for (const [task, { command }] of Object.entries(TASKS)) {
    assert.doesNotMatch(command, /--allow-all|(?<=\s)-A\b/, task);
    for (const [, kind] of command.matchAll(/--allow-([a-z]+)/g)) {
      assert.match(rights, new RegExp(`\\b${kind}\\b`), `${task}: ${kind}`);
    }
  }
});

/** A section of a page, up to the next one. */
function sectionOf(page: string, title: string): string {
  const [, section] = page.split(new RegExp(`^## ${title}$`, "m"));
  assert.ok(section !== undefined, `there is no section "${title}"`);
  return section.split(/^## /m)[0]!;
}

Deno.test("a section of a page ends where the next one begins", () => {
  assert.equal(sectionOf("# P\n\n## A\n\none\n\n## B\n\ntwo\n", "A"), "\n\none\n\n");
  assert.throws(() => sectionOf("## A\n\none\n", "B"), /there is no section "B"/);
});

/** Pages and sources with examples, from the root, and how many each has. */
async function filesWithExamples(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (
    const file of FILES.filter((file) => /^src\/.*\.ts$|^docs\/.*\.md$|^README\.md$/.test(file))
  ) {
    const text = await Deno.readTextFile(`${ROOT}/${file}`);
    const examples = [...text.matchAll(/^(?: \* )?```ts$/gm)].length;
    if (examples > 0) found.set(file, examples);
  }
  return found;
}

async function deno(...args: string[]): Promise<{ success: boolean; out: string; err: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { success, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("every example of the pages and of the public API runs, with its types checked", async () => {
  const examples = await filesWithExamples();
  assert.equal(examples.get("docs/extending.md"), 4);
  assert.equal(examples.get("README.md"), 1);
  assert.ok(examples.has("src/mod.ts") && examples.size >= 10, [...examples.keys()].join());
  const count = [...examples.values()].reduce((sum, n) => sum + n);
  const { success, out, err } = await deno(
    ...["test", "--doc", "--frozen", "--allow-read", ...examples.keys()],
  );
  assert.ok(success, `${out}\n${err}`);
  assert.match(out, new RegExp(`\\b${count} passed`));
});

Deno.test("the public API is documented, and names no type that is not public", async () => {
  const { success, err } = await deno("doc", "--lint", "src/mod.ts");
  assert.ok(success, err);
});
