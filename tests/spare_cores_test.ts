/**
 * A case that is left alone takes over the cores of those that have ended, on the machine itself: with
 * `deno task test:slow`, for only epochs of several seconds are worth it.
 * @module
 */
import assert from "node:assert/strict";
import { temporaryFolder } from "../src/data/test_files.ts";
import { Store } from "../src/store/store.ts";
import { finish } from "./helpers/program.ts";
import { testSlowly, testWithCores } from "./needs.ts";

testSlowly(
  "conv goes on with every core once fc has ended, to the published bits",
  (name) =>
    testWithCores(2, name, async () => {
      await using folder = await temporaryFolder();
      const { code, said } = await finish(folder.path, [
        ...["--profile", "quick", "--labels", "6000", "--jobs", "2"],
      ]);
      assert.equal(code, 0, said);
      const records = (await new Store(folder.path).readAll()).map(({ record }) => record);
      const threadsOf = (model: string) =>
        records.find(({ case: c }) => c.model === model)?.provenance.threads;
      assert.equal(threadsOf("fc"), 1);
      assert.equal(threadsOf("conv"), navigator.hardwareConcurrency);
    }),
);
