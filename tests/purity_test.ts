/**
 * What decides a number is pure, and the layers of the program point one way. Both are read from
 * the sources.
 */
import assert from "node:assert/strict";

const SOURCES = new URL("../src/", import.meta.url);

/** Files that decide numbers: all of these folders, and of `data` what decodes, draws and embeds. */
const PURE = [
  /^random\//,
  /^models\//,
  /^engines\/(exact\/|engine(_name)?\.ts$)/,
  /^training\//,
  /^data\/(data_error|dataset|draw|draw_digit|embedded|idx|splits|stroke_skeletons|strokes)\.ts$/,
];

/** What any file may import, pure ones too. */
const PURE_TOOLS = ["sha256.ts", "join_bytes.ts", "little_endian.ts", "numeric_version.ts"];

/** Of Math, what is exact or correctly rounded by the standard. */
const EXACT_MATH = new Set(
  "abs ceil clz32 floor fround imul max min sign sqrt trunc".split(" "),
);

/** Clocks, randomness, terminal, network; and what names Math without naming a function of it. */
const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "Date", pattern: /\bDate\b/ },
  { what: "Temporal", pattern: /\bTemporal\b/ },
  { what: "performance", pattern: /\bperformance\b/ },
  { what: "console", pattern: /\bconsole\b/ },
  { what: "fetch", pattern: /\bfetch\b/ },
  { what: "random bytes", pattern: /\bgetRandomValues\b|\brandomUUID\b/ },
  { what: "timers", pattern: /\bset(Timeout|Interval)\b/ },
  { what: "**", pattern: /\*\*/ },
  { what: "Math as a value", pattern: /\bMath\b(?!\s*\.\s*[a-z])/ },
];

/**
 * The layers from the ground up: a file may import from its own layer and from those below, never
 * from one beside it. Types count.
 */
const LAYERS: readonly (readonly string[])[] = [
  [...PURE_TOOLS, "figures.ts", "os_error.ts", "parse_json.ts", "visible_names.ts"],
  ["write_atomically.ts"],
  ["random"],
  ["data", "models"],
  ["engines"],
  ["training"],
  ["matrix"],
  ["store"],
  ["runner"],
  ["checks", "mod.ts"],
  ["report"],
  ["cli"],
  ["main.ts"],
];

/** Comments gone, strings emptied; the text of templates stays, for code may be in it. */
function withoutComments(source: string, keepStrings = false): string {
  return source.replace(
    /("(?:\\.|[^"\\\n])*")|(`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, text?: string, template?: string) => template ?? (text ? keepStrings ? text : '""' : " "),
  );
}

/** What a pure source uses and may not. */
function impurities(source: string): string[] {
  const code = withoutComments(source);
  const found = FORBIDDEN.filter(({ pattern }) => pattern.test(code)).map(({ what }) => what);
  for (const [, name] of code.matchAll(/\bMath\s*\.\s*(\w+)/g)) {
    if (!EXACT_MATH.has(name!)) found.push(`Math.${name}`);
  }
  return found;
}

/** Paths from `src/` of the files of src that a source imports, in any form. */
function imports(path: string, source: string): string[] {
  const code = withoutComments(source, true);
  const from = new URL(path, SOURCES);
  return [...code.matchAll(/(?:\bfrom|\bimport\s*\(?|new URL\()\s*"(\.[^"]*\.tsx?)"/g)]
    .map(([, specifier]) => new URL(specifier!, from).href)
    .filter((href) => href.startsWith(SOURCES.href))
    .map((href) => href.slice(SOURCES.href.length));
}

/** The layer of a path from `src/`: its folder, or the file itself. */
function layerOf(path: string): number {
  const top = path.split("/")[0]!;
  const layer = LAYERS.findIndex((names) => names.includes(top));
  assert.ok(layer >= 0, `${path} is in no known layer`);
  return layer;
}

/** Whether a file may import another; both paths from `src/`. */
function mayImport(from: string, to: string): boolean {
  return from.split("/")[0] === to.split("/")[0] || layerOf(to) < layerOf(from);
}

/** Path from `src/` and text of every source that is no test. */
async function readSources(): Promise<{ path: string; source: string }[]> {
  const sources: { path: string; source: string }[] = [];
  const visit = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, SOURCES))) {
      const path = `${folder}${name}`;
      if (isDirectory) await visit(`${path}/`);
      else if (/\.tsx?$/.test(name) && !/_test\.tsx?$|\/test(data|_files)/.test(path)) {
        sources.push({ path, source: await Deno.readTextFile(new URL(path, SOURCES)) });
      }
    }
  };
  await visit("");
  return sources;
}

Deno.test("what decides a number uses no clock, console, network, randomness or inexact Math", async () => {
  const pure = (await readSources()).filter(({ path }) => PURE.some((part) => part.test(path)));
  assert.ok(pure.length >= 25, `${pure.length} files`);
  for (const known of ["random/philox.ts", "training/train.ts", "engines/exact/compile.ts"]) {
    assert.ok(pure.some(({ path }) => path === known), known);
  }
  const found = pure.flatMap(({ path, source }) =>
    impurities(source).map((use) => `${path}: ${use}`)
  );
  assert.deepEqual(found, []);
  // Not vacuous: the allowed functions are found.
  const uses = pure.flatMap(({ source }) => [...withoutComments(source).matchAll(/\bMath\./g)]);
  assert.ok(uses.length > 20, `${uses.length}`);
});

Deno.test("what decides a number imports only what is pure too, types included", async () => {
  const sources = await readSources();
  const isPure = (path: string) =>
    PURE_TOOLS.includes(path) || PURE.some((part) => part.test(path));
  const edges = sources.filter(({ path }) => isPure(path)).flatMap(({ path, source }) =>
    imports(path, source).map((target) => ({ path, target }))
  );
  assert.ok(edges.length > 50, `${edges.length}`);
  assert.deepEqual(edges.filter(({ target }) => !isPure(target)), []);
  assert.ok(!isPure("write_atomically.ts") && !isPure("data/download.ts"));
});

/** What writes a number as text in a way of its own. */
const WRITES_FIGURES = /\.(toFixed|toLocaleString|toExponential)\(|\bIntl\.NumberFormat\b/;

Deno.test("figures are written by src/figures.ts alone", async () => {
  const others = (await readSources()).filter(({ source }) =>
    WRITES_FIGURES.test(withoutComments(source))
  );
  assert.deepEqual(others.map(({ path }) => path), ["figures.ts"]);
});

Deno.test("the check for impure sources can fail", () => {
  const cases: [string, string[]][] = [
    ["const x = Math.exp(1);", ["Math.exp"]],
    ["const x = Math . random();", ["Math.random"]],
    ["const { log } = Math;", ["Math as a value"]],
    ['const f = Math["pow"];', ["Math as a value"]],
    ["const x = `${Math.cos(0)}`;", ["Math.cos"]],
    ["const now = Date.now();", ["Date"]],
    ["const now = performance.now();", ["performance"]],
    ["let x = 2; x **= 3;", ["**"]],
    ["const x = a ** b;", ["**"]],
    ["console.log(1); await fetch(url);", ["console", "fetch"]],
    ["/** Math.exp ** Date */ const x = Math.sqrt(2); // console", []],
    ['const text = "Math.exp on a Date";', []],
    ['const url = "http://example.com"; Math.tanh(1);', ["Math.tanh"]],
  ];
  for (const [source, expected] of cases) assert.deepEqual(impurities(source), expected, source);
});

Deno.test("layers import from below only, types included", async () => {
  const sources = await readSources();
  let edges = 0;
  const violations: string[] = [];
  for (const { path, source } of sources) {
    for (const target of imports(path, source)) {
      edges++;
      if (!mayImport(path, target)) violations.push(`${path} imports ${target}`);
    }
  }
  assert.deepEqual(violations, []);
  assert.ok(edges > 100, `${edges} imports`);
  // Every layer has files, so that none is checked in name only.
  const tops = new Set(sources.map(({ path }) => path.split("/")[0]));
  for (const name of LAYERS.flat()) assert.ok(tops.has(name), `${name} has no sources`);
});

Deno.test("the library loads no package, so no schema, and nothing in the program imports it", async () => {
  const sources = new Map((await readSources()).map(({ path, source }) => [path, source]));
  const loaded = new Set<string>();
  const packages: string[] = [];
  const visit = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    const source = withoutTypeImports(sources.get(path)!);
    packages.push(...packagesIn(source).map((name) => `${path} loads ${name}`));
    for (const target of imports(path, source)) if (sources.has(target)) visit(target);
  };
  visit("mod.ts");
  assert.deepEqual(packages, []);
  assert.ok(loaded.size > 40, `${loaded.size} files`);
  assert.ok(loaded.has("training/train.ts") && !loaded.has("store/record_schema.ts"));
  const users = [...sources].filter(([path, source]) => imports(path, source).includes("mod.ts"));
  assert.deepEqual(users.map(([path]) => path), []);
  // Not vacuous: schemas do load a package.
  assert.deepEqual(packagesIn(sources.get("store/record_schema.ts")!), ["zod"]);
});

Deno.test("no source lists a folder but the one that passes over what systems leave there", async () => {
  const lists = (await readSources())
    .filter(({ source }) => /\breadDir(Sync)?\b/.test(withoutComments(source)));
  assert.deepEqual(lists.map(({ path }) => path), ["visible_names.ts"]);
});

/** The source without what is imported or exported as types only. */
function withoutTypeImports(source: string): string {
  return source.replace(/^(import|export) type [^;]*;/gm, "");
}

/** The packages that a source imports; what is built into Deno is none. */
function packagesIn(source: string): string[] {
  const code = withoutComments(source, true);
  return [...code.matchAll(/(?:\bfrom|\bimport\s*\(?)\s*"((?!\.|node:)[^"]*)"/g)]
    .map(([, specifier]) => specifier!);
}

Deno.test("the check of the layers can fail", () => {
  const source = `import type { A } from "../training/train.ts";
    import {
      b,
    } from "../store/store.ts";
    // import { c } from "../cli/world.ts";
    const d = await import("../models/fc.ts");
    new Worker(new URL("../runner/case_worker.ts", import.meta.url));
    import "./side_effect.ts";
    import fs from "node:fs";`;
  const targets = imports("engines/engine.ts", source);
  assert.deepEqual(targets, [
    "training/train.ts",
    "store/store.ts",
    "models/fc.ts",
    "runner/case_worker.ts",
    "engines/side_effect.ts",
  ]);
  assert.deepEqual(targets.map((target) => mayImport("engines/engine.ts", target)), [
    false,
    false,
    true,
    false,
    true,
  ]);
  assert.ok(!mayImport("data/strokes.ts", "models/fc.ts"));
  assert.ok(!mayImport("random/stream.ts", "data/dataset.ts"));
  assert.ok(!mayImport("sha256.ts", "random/stream.ts"));
  assert.ok(mayImport("main.ts", "cli/world.ts"));
  assert.throws(() => mayImport("nowhere/a.ts", "elsewhere/b.ts"), /in no known layer/);
});
