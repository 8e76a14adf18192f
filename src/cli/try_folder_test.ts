import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { drawStrokes } from "../data/strokes.ts";
import { Store } from "../store/store.ts";
import { needsOf, tryFolder } from "./try_folder.ts";
import type { RunPlan } from "./plan_run.ts";

const splits = drawStrokes();

Deno.test("needsOf() is what the largest of the cases leaves, of each kind", () => {
  const needs = (names: readonly string[], saveModels = false) =>
    needsOf(names.map(caseOf), splits, saveModels);
  const samples = splits.train.count + splits.validation.count + splits.test.count;
  assert.deepEqual(Object.keys(needs(["fc@250", "conv@250"])), ["records"]);
  const { embeddings, artifacts } = needs(["vae2", "ae50", "ae50@2000"]);
  assert.equal(embeddings, samples * 50 * 4);
  // The map and the test digits of two latents: 400 pictures each.
  assert.ok(artifacts! > 800 * 784 * 4);
  assert.equal(needs(["fc@250"], true).models, 4 * (784 * 100 + 100 + 100 * 10 + 10));
});

/** The lines that a folder with these abilities is worth. */
async function linesOf(abilities: { sync: boolean; lock: boolean }, cases: readonly string[]) {
  const lines: string[] = [];
  const store = Object.assign(new Store("/results"), { tryOut: () => Promise.resolve(abilities) });
  const estimates = cases.map((name) => ({ case: caseOf(name) }));
  const plan = { store, estimates, dataset: { splits } } as unknown as RunPlan;
  await tryFolder(plan, false, (line) => lines.push(line));
  return lines;
}

Deno.test("tryFolder() says in a line each what a file system lacks, with the way out", async () => {
  assert.deepEqual(await linesOf({ sync: true, lock: true }, ["fc@250"]), []);
  assert.deepEqual(await linesOf({ sync: false, lock: false }, []), []);
  const [sync, lock, ...more] = await linesOf({ sync: false, lock: false }, ["fc@250"]);
  assert.match(sync!, /^WARNING: .*\/results cannot sync: .*; name another --results folder/);
  assert.match(
    lock!,
    /^WARNING: processes cannot share \/results: .*; run one at a time there, or/,
  );
  assert.deepEqual(more, []);
});
