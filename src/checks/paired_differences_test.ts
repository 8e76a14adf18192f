import assert from "node:assert/strict";
import { PUBLISHED, scriptedRecord, storedAs } from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { parseCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { CaseRecord } from "../store/record.ts";
import { checkStore } from "./check_store.ts";
import { distinctDifferences, pairedDifferences } from "./paired_differences.ts";
import type { CheckedCase } from "./verdict.ts";

/** Checked cases of a configuration with these scores, of seeds from 0 or the first one. */
async function heads(
  name: string,
  scores: readonly number[],
  { firstSeed = 0, ...changes }:
    & Partial<Pick<CaseRecord, "engine" | "numericVersion">>
    & { firstSeed?: number } = {},
): Promise<readonly CheckedCase[]> {
  const stored = await Promise.all(scores.map(async (score, index) => {
    const c = { ...parseCase(name), seed: firstSeed + index };
    const record = await scriptedRecord(c, { score });
    return await storedAs({ ...record, ...changes });
  }));
  return checkStore([], "exact", stored, { sha256: STROKES_SHA256 }, PUBLISHED);
}

async function differencesOf(...cases: readonly Promise<readonly CheckedCase[]>[]) {
  return pairedDifferences((await Promise.all(cases)).flat());
}

function isNear(actual: number | null, expected: number): void {
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-8, `${actual}, not ${expected}`);
}

/** Six seeds at half, and six that are ahead of it by 2, 4, 4, 5, 7 and 8 hundredths: mean 0.05. */
const HALF = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
const AHEAD = [0.52, 0.54, 0.54, 0.55, 0.57, 0.58];
/** The half width of that mean's interval, see over_seeds_test.ts. */
const HALF_WIDTH = 0.02299198;

Deno.test("pairedDifferences() gives mean and interval over seeds as a hand computes them", async () => {
  const { byBoth, byLatents, byLabels, leftOut } = await differencesOf(
    heads("ae20@2000", HALF),
    heads("vae20@2000", AHEAD),
  );
  assert.equal(byBoth.length, 1);
  const { mean, lo, hi, ...rest } = byBoth[0]!;
  assert.deepEqual(rest, {
    model: "vae",
    than: "ae",
    latents: 20,
    labels: 2000,
    overLatents: [20],
    overLabels: [2000],
    complete: true,
    seeds: [0, 1, 2, 3, 4, 5],
    decision: "higher",
  });
  assert.equal(mean, 0.05);
  isNear(lo, 0.05 - HALF_WIDTH);
  isNear(hi, 0.05 + HALF_WIDTH);
  // There is nothing to average over: all three are one difference.
  assert.deepEqual([byLatents, byLabels], [byBoth, byBoth]);
  assert.deepEqual(distinctDifferences([...byLatents, ...byLabels, ...byBoth]), byBoth);
  assert.equal(leftOut, 0);
});

Deno.test("by latents each seed counts once, whatever the number of labels", async () => {
  // Differences of (0.02 + 0.04) / 2 and (0.04 + 0.10) / 2: two pairs, not four.
  const { byLatents, byBoth } = await differencesOf(
    heads("ae20@250", [0.5, 0.5]),
    heads("vae20@250", [0.52, 0.54]),
    heads("ae20@2000", [0.8, 0.8]),
    heads("vae20@2000", [0.84, 0.9]),
  );
  const [difference, ...others] = byLatents;
  assert.deepEqual(others, []);
  assert.deepEqual(difference!.overLabels, [250, 2000]);
  assert.deepEqual(difference!.seeds, [0, 1]);
  isNear(difference!.mean, 0.05);
  // t(0.975, 1) = 12.7062047; the standard error of 0.03 and 0.07 is 0.02.
  isNear(difference!.lo, 0.05 - 0.02 * 12.7062047362);
  assert.deepEqual(byBoth.map(({ labels }) => labels), [250, 2000]);
});

Deno.test("by labels each seed is averaged over the numbers of latents", async () => {
  const { byLabels, byLatents } = await differencesOf(
    heads("ae2@250", [0.5, 0.5]),
    heads("vae2@250", [0.6, 0.6]),
    heads("ae20@250", [0.8, 0.8]),
    heads("vae20@250", [0.78, 0.78]),
  );
  assert.deepEqual(byLabels.map((d) => [d.latents, d.labels, d.overLatents]), [
    [null, 250, [2, 20]],
  ]);
  isNear(byLabels[0]!.mean, 0.04);
  assert.deepEqual(byLatents.map(({ latents }) => latents), [2, 20]);
  isNear(byLatents[0]!.mean, 0.1);
  isNear(byLatents[1]!.mean, -0.02);
});

Deno.test("a decision needs six pairs and an interval without 0", async () => {
  const decisions = async (vae: readonly number[]) => {
    const { byBoth } = await differencesOf(
      heads("ae20@2000", HALF.slice(0, vae.length)),
      heads("vae20@2000", vae),
    );
    return byBoth.map(({ decision }) => decision);
  };
  assert.deepEqual(await decisions(AHEAD), ["higher"]);
  assert.deepEqual(await decisions(AHEAD.map((score) => 1 - score)), ["lower"]);
  assert.deepEqual(await decisions([0.4, 0.6, 0.4, 0.6, 0.4, 0.6]), ["undecided"]);
  assert.deepEqual(await decisions(HALF), ["undecided"], "equal scores are no difference");
  assert.deepEqual(await decisions(AHEAD.slice(0, 5)), ["too few pairs"]);
});

Deno.test("differences that cancel but for their last bits decide nothing", async () => {
  const { byLatents } = await differencesOf(
    heads("ae20@250", HALF.map(() => 0.7)),
    heads("vae20@250", HALF.map(() => 0.8)),
    heads("ae20@2000", HALF.map(() => 0.9)),
    heads("vae20@2000", HALF.map(() => 0.8)),
  );
  assert.equal(byLatents[0]!.mean, 0);
  assert.equal(byLatents[0]!.decision, "undecided");
});

Deno.test("one seed gives a difference without an interval", async () => {
  const { byBoth: [difference] } = await differencesOf(
    heads("ae20@2000", [0.5]),
    heads("vae20@2000", [0.75]),
  );
  assert.deepEqual(
    [difference!.mean, difference!.lo, difference!.hi, difference!.decision],
    [0.25, null, null, "too few pairs"],
  );
});

Deno.test("wide heads are compared with wide heads, after the others", async () => {
  const { byBoth } = await differencesOf(
    heads("wide-vae20@2000", [0.9, 0.9]),
    heads("wide-ae20@2000", [0.8, 0.8]),
    heads("vae20@2000", [0.7, 0.7]),
    heads("ae20@2000", [0.5, 0.5]),
  );
  assert.deepEqual(byBoth.map(({ model, than }) => [model, than]), [
    ["vae", "ae"],
    ["wide-vae", "wide-ae"],
  ]);
  isNear(byBoth[0]!.mean, 0.2);
  isNear(byBoth[1]!.mean, 0.1);
});

Deno.test("seeds, labels and latents without a partner, and encoders, are in no pair", async () => {
  const result = await differencesOf(
    heads("ae20@2000", [0.5, 0.5]),
    heads("vae20@2000", [0.6, 0.6, 0.6]),
    heads("vae20@250", [0.6]),
    heads("ae10@2000", [0.6]),
    heads("ae20", [60, 61]),
    heads("vae20", [90, 91]),
    heads("fc@2000", [0.9]),
  );
  assert.deepEqual(result.byBoth.map((d) => [d.latents, d.labels, d.seeds]), [[20, 2000, [0, 1]]]);
});

Deno.test("a number of labels that one seed lacks is averaged for none, so that all are of the same", async () => {
  const { byLatents } = await differencesOf(
    heads("ae20@250", [0.5, 0.5]),
    heads("vae20@250", [0.6, 0.6]),
    heads("ae20@2000", [0.5]),
    heads("vae20@2000", [0.9]),
  );
  const [first] = byLatents;
  assert.deepEqual([first!.labels, first!.overLabels, first!.seeds], [250, [250], [0, 1]]);
  assert.equal(first!.complete, true, "one number of labels is no average");
  assert.equal(first!.mean, 0.1);
});

Deno.test("an average says that it leaves out what not every seed has", async () => {
  const { byLatents } = await differencesOf(
    heads("ae20@250", [0.5, 0.5]),
    heads("vae20@250", [0.6, 0.6]),
    heads("ae20@500", [0.5, 0.5]),
    heads("vae20@500", [0.7, 0.7]),
    heads("ae20@2000", [0.5]),
    heads("vae20@2000", [0.9]),
  );
  const [first] = byLatents;
  assert.deepEqual([first!.labels, first!.overLabels, first!.complete], [null, [250, 500], false]);
  assert.equal(first!.mean, 0.15);
});

Deno.test("a difference of a seed that has several sizes is not averaged with another seed's one", async () => {
  // As in the published run: seed 0 has 2 and 20 latents, seed 1 has 20 alone.
  const { byLatents, byLabels, byBoth } = await differencesOf(
    heads("ae2@2000", [0.5]),
    heads("vae2@2000", [0.4]),
    heads("ae20@2000", [0.8, 0.8]),
    heads("vae20@2000", [0.82, 0.84]),
  );
  assert.deepEqual(byLabels.map((d) => [d.latents, d.labels, d.mean]), [[20, 2000, 0.03]]);
  assert.deepEqual(distinctDifferences([...byLatents, ...byLabels, ...byBoth]), byBoth);
});

Deno.test("seeds that share no number of labels give no average", async () => {
  const one = heads("ae20@250", [0.5]), other = heads("vae20@250", [0.6]);
  const second = (name: string, score: number) => heads(name, [score], { firstSeed: 1 });
  const { byLatents, byBoth } = await differencesOf(
    ...[one, other, second("ae20@2000", 0.5), second("vae20@2000", 0.6)],
  );
  assert.deepEqual([byLatents.length, byBoth.length], [0, 2]);
});

Deno.test("other engines and numeric versions are left out, and counted", async () => {
  const result = await differencesOf(
    heads("ae20@2000", [0.5, 0.5], { engine: "tfjs-node" }),
    heads("vae20@2000", [0.6, 0.6], { engine: "tfjs-node" }),
    heads("ae20@250", [0.5], { numericVersion: NUMERIC_VERSION + 1 }),
    heads("vae20@250", [0.6], { numericVersion: NUMERIC_VERSION + 1 }),
    heads("fc@250", [0.6], { engine: "tfjs-node" }),
  );
  assert.deepEqual(result, { byLatents: [], byLabels: [], byBoth: [], leftOut: 6 });
});
