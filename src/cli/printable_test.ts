import assert from "node:assert/strict";
import { ORIGINAL } from "../matrix/case.ts";
import { scriptedRecord, ScriptedWorld } from "../../tests/scripted_world.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { Store } from "../store/store.ts";
import { printable } from "./printable.ts";

Deno.test("printable() leaves nothing that a terminal obeys, and all that people read", () => {
  assert.equal(printable("a\x1b[31mb\rc\x9b2J\x00\x7f"), "a\uFFFD[31mb\uFFFDc\uFFFD2J\uFFFD\uFFFD");
  assert.equal(printable("Zürich 数字 ✓\n2 < 3"), "Zürich 数字 ✓\n2 < 3");
});

Deno.test("a record cannot make check or an error write control characters to the terminal", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const c = { ...ORIGINAL, model: "fc", latents: null, labels: 250, seed: 0 } as const;
  await store.write(await scriptedRecord(c, { fails: "\x1b[2Jgone", epoch: 1, step: 2 }));
  const world = new ScriptedWorld();
  assert.equal(await world.call("check", "--results", folder.path), 3);
  assert.match(world.out, /\uFFFD\[2Jgone/);
  const [file] = [...Deno.readDirSync(`${folder.path}/records`)];
  await Deno.writeTextFile(`${folder.path}/records/${file!.name}`, '{"\\u001b[2J": 1}');
  assert.equal(await world.call("check", "--results", folder.path), 3);
  assert.match(world.err, /^error: /);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(world.out + world.err, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
});
