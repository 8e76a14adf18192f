import assert from "node:assert/strict";
import type { SeedDifference, SeedMean } from "../checks/over_seeds.ts";
import { seedsTable } from "./seeds_table.ts";

const MEAN: SeedMean = {
  name: "fc@250",
  engine: "exact",
  metric: "accuracy",
  seeds: [0, 1],
  n: 2,
  mean: 0.81,
  lo: 0.8,
  hi: 0.82,
};
const DIFFERENCE: SeedDifference = {
  ...MEAN,
  name: "vae20",
  metric: "loss",
  than: "ae20",
  mean: 0.5,
  lo: -0.25,
  hi: 1.25,
  decision: "too few pairs",
  words: "undecided: 2 pairs are too few, 6 are the least",
};

Deno.test("seedsTable() is nothing where no configuration has two seeds", () => {
  assert.equal(seedsTable({ means: [], differences: [] }), "");
});

Deno.test("seedsTable() of one mean is one line under its header", () => {
  assert.equal(
    seedsTable({ means: [MEAN], differences: [] }),
    `
Over seeds, with the 95 % interval of the mean (Student's t):
configuration  seeds  mean     95 % interval
fc@250         2      81.00 %  80.00 to 82.00 %
`,
  );
});

Deno.test("seedsTable() gives differences in their unit and in words, and says that they are many", () => {
  assert.equal(
    seedsTable({ means: [MEAN], differences: [DIFFERENCE] }),
    `
Over seeds, with the 95 % interval of the mean (Student's t):
configuration  seeds  mean     95 % interval
fc@250         2      81.00 %  80.00 to 82.00 %

Differences seed by seed, with the 95 % interval of their mean:
difference    pairs  mean                95 % interval                  in words
vae20 - ae20  2      +0.5000 nats/digit  -0.2500 to +1.2500 nats/digit  undecided: 2 pairs are too few, 6 are the least
Each interval holds by itself: of 20, one misses the true value on average.
`,
  );
});
