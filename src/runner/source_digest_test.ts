import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { sourceDigest } from "./source_digest.ts";

const SRC = new URL("../", import.meta.url);
const COPIED = ["random", "data", "models", "engines", "training", "matrix", "runner"];

/** Copies of our sources, changed by `change`. */
async function digestOfCopy(change: (folder: string) => Promise<void>): Promise<string | null> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of COPIED) await copy(new URL(`${name}/`, SRC), `${folder}/${name}`);
    for await (const { name, isFile } of Deno.readDir(SRC)) {
      if (isFile) await Deno.copyFile(new URL(name, SRC), `${folder}/${name}`);
    }
    await change(folder);
    return await sourceDigest(pathToFileURL(`${folder}/`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copy(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(new URL(`${name}/`, from), `${to}/${name}`);
    else await Deno.copyFile(new URL(name, from), `${to}/${name}`);
  }
}

const edit = (path: string, change: (text: string) => string) => async (folder: string) => {
  const text = await Deno.readTextFile(`${folder}/${path}`);
  assert.notEqual(change(text), text);
  await Deno.writeTextFile(`${folder}/${path}`, change(text));
};

const HERE = await sourceDigest();

Deno.test("sourceDigest() of a copy is the same, also with the line ends of Windows", async () => {
  assert.match(HERE!, /^[0-9a-f]{64}$/);
  assert.equal(await digestOfCopy(() => Promise.resolve()), HERE);
  const toCrlf = (text: string) => text.replaceAll("\n", "\r\n");
  assert.equal(await digestOfCopy(edit("training/train.ts", toCrlf)), HERE);
  assert.equal(await digestOfCopy(edit("engines/exact/kernels/dense.c", toCrlf)), HERE);
});

Deno.test("sourceDigest() passes over what a Mac leaves beside a source", async () => {
  const added = await digestOfCopy((folder) =>
    Deno.writeFile(`${folder}/training/._train.ts`, Uint8Array.of(0, 5, 22, 7))
  );
  assert.equal(added, HERE);
});

for (
  const path of [
    "training/adam_rate.ts",
    "engines/exact/kernels/dense.c",
    "engines/exact/kernels/simd.h",
    "runner/run_case.ts",
    "data/splits.ts",
    "numeric_version.ts",
  ]
) {
  Deno.test(`sourceDigest() moves with ${path}, and not with its test`, async () => {
    assert.notEqual(await digestOfCopy(edit(path, (text) => `${text} `)), HERE);
    const test = path.replace(/\.\w+$/, "_test.ts");
    const added = await digestOfCopy((folder) =>
      Deno.writeTextFile(`${folder}/${test}`, "// a test")
    );
    assert.equal(added, HERE);
  });
}

Deno.test("sourceDigest() is null if the sources are not there", async () => {
  assert.equal(await sourceDigest(new URL("file:///nowhere/at/all/")), null);
});
