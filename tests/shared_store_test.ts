/** Two processes on one results folder share the work, and do not hurt each other. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../src/data/test_files.ts";
import { finish, resultsIn } from "./helpers/program.ts";

const ARGS = ["--only", "fc@*", "--labels", "250,2000", "--seeds", "5", "--jobs", "1"];

Deno.test({
  name: "two processes on one store run each case once, and both see all of them",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using folder = await temporaryFolder();
    const both = await Promise.all([finish(folder.path, ARGS), finish(folder.path, ARGS)]);
    const trained = both.map(({ said }) =>
      [...said.matchAll(/\] (fc@\d+#\d) {2}.* after /g)].map(([, name]) => name!)
    );
    for (const { code, said } of both) assert.equal(code, 0, said);
    const results = await resultsIn(folder.path);
    assert.equal(Object.keys(results).length, 10);
    assert.deepEqual(trained.flat().sort(), Object.keys(results).sort());
    for (const [i, { said }] of both.entries()) {
      const elsewhere = [...said.matchAll(/was run by another process/g)].length;
      assert.ok(trained[i]!.length >= 1, said);
      // What had a record before this process looked is not even to run.
      assert.ok(trained[i]!.length + elsewhere <= 10, said);
    }
    await assert.rejects(Deno.stat(`${folder.path}/locks`), Deno.errors.NotFound);
  },
});
