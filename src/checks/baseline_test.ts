import assert from "node:assert/strict";
import { bandOf } from "../../tests/scripted_world.ts";
import { chanceNotAbove } from "./baseline.ts";
import { readPublished } from "./check_store.ts";

const SCORES = [0.9, 0.91, 0.92, 0.9, 0.91, 0.92];

Deno.test("chanceNotAbove() pairs scores by seed", () => {
  const below = bandOf("fc@2000", { scores: SCORES });
  const by = (differences: readonly number[]) =>
    bandOf("vae20@2000", { scores: SCORES.map((score, i) => score + differences[i]!) });
  // Mean 0.02, sd 0.01095, 6 pairs: t = 0.02 / (0.01095 sqrt(7 / 6)) with 5 degrees of freedom.
  assert.equal(
    chanceNotAbove(by([0.01, 0.03, 0.01, 0.03, 0.01, 0.03]), below)!.toPrecision(3),
    "0.0759",
  );
  assert.equal(chanceNotAbove(by([0, 0, 0, 0, 0, 0]), below), 1);
  const fewer = bandOf("vae20@2000", { seeds: [1, 2, 3, 4, 5, 6], scores: SCORES });
  assert.equal(chanceNotAbove(fewer, below), null);
});

Deno.test("of the headline, vae20@2000 and conv@55000 must be above fc, ae20@2000 need not", async () => {
  const { bands: { bands } } = await readPublished();
  const chance = (name: string) => {
    const of = (configuration: string) =>
      bands.find((band) => band.dataset.name === "mnist" && band.configuration === configuration)!;
    return chanceNotAbove(of(name), of(name.replace(/.*@/, "fc@")))!;
  };
  assert.ok(chance("vae20@2000") < 0.005 && chance("conv@55000") < 0.001);
  assert.ok(chance("ae20@2000") > 0.01);
});
