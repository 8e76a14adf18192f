import assert from "node:assert/strict";
import { PUBLISHED, scriptedRecord, storedAs } from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { parseCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { CaseRecord } from "../store/record.ts";
import type { StoredRecord } from "../store/store.ts";
import { checkStore } from "./check_store.ts";
import { overSeeds } from "./over_seeds.ts";

/** Records of a configuration with these scores, of seeds from `first`. */
async function seedsOf(
  name: string,
  scores: readonly number[],
  first = 0,
  changes: Partial<Pick<CaseRecord, "engine" | "numericVersion">> = {},
): Promise<StoredRecord[]> {
  return await Promise.all(scores.map(async (score, i) => {
    const record = await scriptedRecord({ ...parseCase(name), seed: first + i }, { score });
    return await storedAs({ ...record, ...changes });
  }));
}

async function statistics(...records: readonly Promise<StoredRecord[]>[]) {
  const stored = (await Promise.all(records)).flat();
  return overSeeds(checkStore([], "exact", stored, { sha256: STROKES_SHA256 }, PUBLISHED));
}

function isNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not near ${expected}`);
}

Deno.test("overSeeds() gives the mean and its interval as a hand computes them", async () => {
  // 0.02, 0.04, 0.04, 0.05, 0.07, 0.08: mean 0.05, half width 0.01 t(0.975, 5) sqrt(0.8), where
  // t is 2.570582, see statistics_test.ts.
  const { means, differences } = await statistics(
    seedsOf("fc@250", [0.02, 0.04, 0.04, 0.05, 0.07, 0.08]),
  );
  assert.deepEqual(differences, []);
  const [{ mean, lo, hi, ...rest }, ...others] = means as [typeof means[number]];
  assert.deepEqual(others, []);
  assert.deepEqual(rest, {
    name: "fc@250",
    engine: "exact",
    metric: "accuracy",
    seeds: [0, 1, 2, 3, 4, 5],
    n: 6,
  });
  isNear(mean, 0.05);
  isNear(lo, 0.05 - 0.02299198);
  isNear(hi, 0.05 + 0.02299198);
});

Deno.test("overSeeds() keeps engines apart, and leaves out one seed and other numeric versions", async () => {
  const { means } = await statistics(
    seedsOf("fc@250", [0.8, 0.9]),
    seedsOf("fc@250", [0.7, 0.8, 0.9], 0, { engine: "tfjs-node" }),
    seedsOf("fc@500", [0.8]),
    seedsOf("fc@1000", [0.8, 0.9], 0, { numericVersion: NUMERIC_VERSION + 1 }),
  );
  assert.deepEqual(means.map(({ name, n }) => [name, n]), [["fc@250", 2], ["fc@250 tfjs-node", 3]]);
});

Deno.test("overSeeds() leaves out failed and missing cases", async () => {
  const c = { ...parseCase("fc@250"), seed: 2 };
  const failed = await storedAs(await scriptedRecord(c, { fails: "loss", epoch: 1, step: 1 }));
  const stored = [...await seedsOf("fc@250", [0.8, 0.9]), failed];
  const { means } = overSeeds(
    checkStore([{ ...c, seed: 3 }], "exact", stored, { sha256: STROKES_SHA256 }, PUBLISHED),
  );
  assert.deepEqual(means.map(({ seeds }) => seeds), [[0, 1]]);
});

Deno.test("overSeeds() pairs conv with fc, and vae with ae, seed by seed", async () => {
  // Differences of 2, 4, 4, 5, 7 and 8 hundredths on seeds 1 to 6; seeds 0 and 7 have no partner.
  const { differences } = await statistics(
    seedsOf("fc@250", [0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
    seedsOf("conv@250", [0.12, 0.24, 0.34, 0.45, 0.57, 0.68, 0.9], 1),
    seedsOf("ae20", [60, 61, 62, 63, 64, 65]),
    seedsOf("vae20", [58, 59, 60, 61, 62, 63]),
    seedsOf("ae20@2000", [0.9, 0.8, 0.9, 0.8, 0.9, 0.8]),
    seedsOf("vae20@2000", [0.8, 0.9, 0.8, 0.9, 0.8, 0.9]),
    seedsOf("wide-ae20@2000", [0.9, 0.8]),
    seedsOf("wide-vae20@2000", [0.8, 0.8]),
  );
  assert.deepEqual(
    differences.map(({ name, than, n, seeds, decision }) => [name, than, n, seeds[0], decision]),
    [
      ["conv@250", "fc@250", 6, 1, "higher"],
      ["vae20", "ae20", 6, 0, "lower"],
      ["vae20@2000", "ae20@2000", 6, 0, "undecided"],
      ["wide-vae20@2000", "wide-ae20@2000", 2, 0, "too few pairs"],
    ],
  );
  isNear(differences[0]!.mean, 0.05);
  isNear(differences[0]!.lo, 0.05 - 0.02299198);
  isNear(differences[0]!.hi, 0.05 + 0.02299198);
  assert.deepEqual(differences.map(({ words }) => words), [
    "conv@250 is higher: the interval excludes 0",
    "the loss of vae20 is lower: the interval excludes 0; only a vae's loss has a KL term",
    "undecided: the interval holds 0",
    "undecided: 2 pairs are too few, 6 are the least",
  ]);
});

Deno.test("overSeeds() claims no difference from five pairs, however clear they are", async () => {
  const { differences } = await statistics(
    seedsOf("fc@250", [0.1, 0.1, 0.1, 0.1, 0.1]),
    seedsOf("conv@250", [0.9, 0.91, 0.9, 0.91, 0.9]),
  );
  assert.ok(differences[0]!.lo > 0.7);
  assert.equal(differences[0]!.decision, "too few pairs");
  assert.doesNotMatch(differences[0]!.words, /higher|lower/);
});

Deno.test("overSeeds() pairs within one engine, label count and latent size only", async () => {
  const { differences } = await statistics(
    seedsOf("fc@250", [0.1, 0.2]),
    seedsOf("conv@500", [0.1, 0.2]),
    seedsOf("conv@250", [0.1, 0.2], 0, { engine: "tfjs-cpu" }),
    seedsOf("ae2", [90, 91]),
    seedsOf("vae20", [90, 91]),
  );
  assert.deepEqual(differences, []);
});

Deno.test("overSeeds() gives no difference for fewer than two seeds in common", async () => {
  const { differences } = await statistics(
    seedsOf("fc@250", [0.1, 0.2]),
    seedsOf("conv@250", [0.1, 0.2], 1),
  );
  assert.deepEqual(differences, []);
});
