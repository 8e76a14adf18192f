import assert from "node:assert/strict";
import { temporaryFolder } from "./data/test_files.ts";
import { visibleNames } from "./visible_names.ts";

Deno.test("visibleNames() leaves out what systems leave in a folder, and sorts the rest", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["b.json", "._b.json", ".DS_Store", ".nfs000000a1", "a.json", "A.json"]) {
    await Deno.writeTextFile(`${folder.path}/${name}`, "");
  }
  await Deno.mkdir(`${folder.path}/.AppleDouble`);
  assert.deepEqual(visibleNames(folder.path), ["A.json", "a.json", "b.json"]);
  assert.throws(() => visibleNames(`${folder.path}/none`), Deno.errors.NotFound);
});
