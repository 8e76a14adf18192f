/** What git makes of the project's files on systems with other line ends. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../src/data/test_files.ts";
import { runGit } from "./helpers/git.ts";
import { testWith } from "./needs.ts";

testWith("git", "a checkout with Windows line ends has the bytes that were committed", async () => {
  await using folder = await temporaryFolder();
  const source = `${folder.path}/source`;
  const copy = `${folder.path}/copy`;
  const files = ["a.ts", "a.tsx", "a.c", "a.css", "a.bundle.js", "a.html", "a.json", "a.sh", "run"];
  await Deno.mkdir(source);
  for (const file of files) await Deno.writeTextFile(`${source}/${file}`, "one\ntwo\n");
  await Deno.writeFile(`${source}/a.wasm`, Uint8Array.of(0, 0x61, 10, 13, 10));
  await Deno.copyFile(new URL("../.gitattributes", import.meta.url), `${source}/.gitattributes`);
  await runGit(source, "init");
  await runGit(source, "add", "--all");
  await runGit(source, "commit", "--message", "files");
  await runGit(folder.path, "clone", "--config", "core.autocrlf=true", "source", "copy");
  for (const file of [...files, "a.wasm", ".gitattributes"]) {
    const [before, after] = [source, copy].map((at) => Deno.readFileSync(`${at}/${file}`));
    assert.deepEqual(after, before, file);
  }
});
