import assert from "node:assert/strict";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { rounded } from "../../../figures.ts";
import {
  autoencoderCases,
  plantEveryVerdict,
  plausibleInput,
} from "../../testdata/plausible_input.ts";
import { scoreRows, seedsRows } from "./rows.ts";

function withScores(scores: readonly number[]): CheckedCase[] {
  return plausibleInput({ seeds: scores.length }).cases.slice(0, scores.length)
    .map((c, index) => {
      if (c.record?.status !== "ok") throw new Error("Cannot set a score: there is none");
      const result = { ...c.record.result, score: scores[index]! };
      return { ...c, record: { ...c.record, result } };
    });
}

Deno.test("scoreRows() gives a row to each case with a score of this version, and to no other", () => {
  const { cases } = plantEveryVerdict(plausibleInput({ seeds: 2 }));
  const rows = scoreRows(cases);
  const shown = new Set(rows.map((row) => row.case));
  assert.deepEqual(
    cases.filter((c) => !shown.has(c.id)).map((c) => c.verdict),
    ["failed", "missing", "stale"],
  );
  assert.equal(rows.length, 13);
});

Deno.test("scoreRows() names heads after their encoder, and shows no encoder", () => {
  const rows = scoreRows(autoencoderCases(2));
  assert.deepEqual(
    rows.map((row) => [row.case, row.series, row.labels, row.seed, row.accuracy]),
    [
      ["ae20@2000#0", "ae20", 2000, 0, 0.942],
      ["ae20@2000#1", "ae20", 2000, 1, 0.943],
      ["vae20@2000#0", "vae20", 2000, 0, 0.9443],
      ["vae20@2000#1", "vae20", 2000, 1, 0.9453],
    ],
  );
});

Deno.test("a wide head, and another engine, are series of their own", () => {
  const wide = autoencoderCases().filter(({ case: c }) => c.labels !== null)
    .map((c) => ({ ...c, case: { ...c.case, model: `wide-${c.case.model}` as "wide-ae" } }));
  assert.deepEqual(scoreRows(wide).map(({ series }) => series), ["wide-ae20", "wide-vae20"]);
  const other = wide.map((c) => ({ ...c, engine: "tfjs-cpu" as const }));
  assert.deepEqual(scoreRows(other).map(({ series }) => series), [
    "wide-ae20 tfjs-cpu",
    "wide-vae20 tfjs-cpu",
  ]);
});

Deno.test("seedsRows() gives the mean, its 95 % interval by Student's t, and the extremes", () => {
  // 0.52 to 0.58: mean 0.55, half width t(0.975, 5) s / sqrt(6), as in over_seeds_test.ts.
  const [row, ...others] = seedsRows(withScores([0.52, 0.54, 0.54, 0.55, 0.57, 0.58]));
  assert.deepEqual(others, []);
  const { series, labels, seeds, mean, lo, hi, min, max } = row!;
  assert.deepEqual(
    { series, labels, seeds, mean, min, max },
    { series: "fc", labels: 250, seeds: 6, mean: 0.55, min: 0.52, max: 0.58 },
  );
  assert.deepEqual([lo, hi].map((end) => rounded(end!, 6)), [0.527008, 0.572992]);
});

Deno.test("seedsRows() gives a single seed no interval", () => {
  const [row] = seedsRows(withScores([0.52]));
  assert.deepEqual([row!.seeds, row!.mean, row!.lo, row!.hi], [1, 0.52, null, null]);
});
