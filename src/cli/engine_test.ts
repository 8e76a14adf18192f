import assert from "node:assert/strict";
import { ScriptedWorld } from "../../tests/scripted_world.ts";

Deno.test("engine says what it cannot install, and where", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("engine", "tfjs-cpu"), 3);
  assert.match(world.err, /there is no cache folder; set XDG_CACHE_HOME to one/);
  assert.equal(await world.call("engine", "exact"), 2);
  assert.match(world.err, /Allowed choices are tfjs-node, tfjs-webgpu, tfjs-cpu/);
});
