import assert from "node:assert/strict";
import { plant } from "../../tests/helpers/commands.ts";
import { ScriptedWorld } from "../../tests/scripted_world.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";

const MNIST = { name: "mnist" as const, sha256: "1".repeat(64) };
const FASHION = { name: "idx" as const, sha256: "f".repeat(64) };

Deno.test("report renders one page a dataset, and none overwrites another", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@500", { dataset: MNIST });
  await plant(folder.path, "fc@1000", { dataset: FASHION });
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path), 0);
  const pages = ["idx-ffffffffffff.html", "index.html", "strokes.html"];
  assert.deepEqual(namesIn(folder.path), [...pages, "play.html", "records"].sort());
  assert.deepEqual(
    world.out.match(/^Report: .*$/gm)!.sort(),
    pages.map((page) => `Report: ${folder.path}/${page}`),
  );
  const cases = ["fc@1000#0", "fc@500#0", "fc@250#0"];
  for (const [i, page] of pages.entries()) {
    const html = await Deno.readTextFile(`${folder.path}/${page}`);
    assert.deepEqual(cases.filter((name) => html.includes(name)), [cases[i]]);
  }
});

Deno.test("report --dataset renders that dataset's page only", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@500", { dataset: MNIST });
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path, "--dataset", "mnist"), 0);
  assert.deepEqual(namesIn(folder.path), ["index.html", "play.html", "records"]);
});

Deno.test("report of an empty folder ends with 3, and makes no page", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path), 3);
  assert.match(world.err, /^error: Cannot find any record in /);
  assert.deepEqual(namesIn(folder.path), []);
});
