import assert from "node:assert/strict";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { plant } from "../../tests/helpers/commands.ts";
import { ScriptedWorld } from "../../tests/scripted_world.ts";
import { UsageError } from "./exit_codes.ts";
import { expandHome } from "./home.ts";

const AT_HOME = { env: (name: string) => name === "HOME" ? "/home/me" : undefined };

Deno.test("expandHome() puts the user's folder in the place of ~ where a shell would", () => {
  const words: [string, string][] = [
    ["--results=~/x", "--results=/home/me/x"],
    ["~/x", "/home/me/x"],
    ["~", "/home/me"],
    ["--data=~", "--data=/home/me"],
    ["~/a\nb", "/home/me/a\nb"],
    ["~you/x", "~you/x"],
    ["~x", "~x"],
    ["x~/y", "x~/y"],
    ["--results=x/~/y", "--results=x/~/y"],
    ["--only=fc@*", "--only=fc@*"],
    ["", ""],
  ];
  for (const [word, expanded] of words) assert.equal(expandHome(word, AT_HOME), expanded);
});

Deno.test("expandHome() refuses ~ without HOME, and needs no HOME for other words", () => {
  const world = {
    env: () => undefined,
  };
  assert.throws(() => expandHome("--results=~/x", world), UsageError);
  const unread = { env: () => assert.fail("it was read") };
  assert.equal(expandHome("--results=x", unread), "--results=x");
});

Deno.test("~ is the user's folder in --results, and in MNIST_DIR", async () => {
  await using home = await temporaryFolder();
  await plant(`${home.path}/results`, "fc@250");
  const environment = { HOME: home.path, MNIST_DIR: "~/mnist" };
  const world = new ScriptedWorld({ environment });
  assert.equal(await world.call("check", "--results=~/results"), 0);
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
  assert.equal(await world.call("data", "--dataset", "mnist"), 3);
  assert.ok(world.err.includes(`${home.path}/mnist: there is no such folder`), world.err);
  const homeless = new ScriptedWorld();
  assert.equal(await homeless.call("check", "--results=~/results", "--junit=~/j.xml"), 2);
  assert.match(
    homeless.err,
    /^error: Cannot expand the ~ of --results=~\/results: HOME is not set/,
  );
  assert.deepEqual(namesIn(home.path), ["results"]);
});
