import assert from "node:assert/strict";
import { recordOf, storedAs } from "../../tests/scripted_world.ts";
import { formatCase } from "../matrix/case.ts";
import type { StoredRecord } from "../store/store.ts";
import type { CheckOptions } from "./options.ts";
import { wantedCases } from "./scope.ts";

const IDX = { name: "idx", sha256: "1".repeat(64) } as const;
const OTHER = { name: "idx", sha256: "2".repeat(64) } as const;

/** A record of a dataset with so many training images; null: of an older program, which kept no number. */
async function recordWith(dataset: typeof IDX | typeof OTHER, images: number | null) {
  const { file, record } = await storedAs(await recordOf("fc@250", { dataset }));
  const provenance = { ...record.provenance, trainingImages: images ?? undefined };
  return { file, record: { ...record, provenance } } as StoredRecord;
}

async function wanted(...stored: readonly StoredRecord[]): Promise<string[]> {
  const options = {
    ...{ profile: "quick", only: "fc@*", labels: null, latents: null, seeds: null, seed: 0 },
    ...{ unlabelled: null, readings: null, draws: null, engine: "exact" },
  } as unknown as CheckOptions;
  return (await wantedCases(options, IDX, stored)).map(formatCase);
}

Deno.test("wantedCases() of an IDX dataset has as many labels as its own records say", async () => {
  const stored = [await recordWith(OTHER, 300), await recordWith(IDX, 1000)];
  assert.deepEqual(await wanted(...stored), ["fc@250#0", "fc@1000#0"]);
});

Deno.test("wantedCases() takes an IDX dataset to be like MNIST if no record says its size", async () => {
  const like = ["fc@250#0", "fc@2000#0", "fc@10000#0"];
  assert.deepEqual(await wanted(await recordWith(OTHER, 300), await recordWith(IDX, null)), like);
});
