import assert from "node:assert/strict";
import type { PairedDifference } from "../../../checks/paired_differences.ts";
import { sayAveraging, sayDecision, sayDifference, sayTogether } from "./sentences.ts";

function difference(changes: Partial<PairedDifference> = {}): PairedDifference {
  return {
    ...{ model: "vae", than: "ae", latents: 20, labels: 2000 },
    ...{ overLatents: [20], overLabels: [2000], complete: true, seeds: [0, 1, 2, 3, 4, 5] },
    ...{ mean: 0.0032, lo: 0.0005, hi: 0.0059, decision: "higher" },
    ...changes,
  };
}

function say(changes: Partial<PairedDifference>, brief = false): string {
  return sayDifference(difference(changes), brief);
}

Deno.test("sayDifference() says what the interval decides", () => {
  assert.equal(
    say({}),
    "With 20 latents and 2,000 labels the VAE's embedding scores 0.32 pp higher on average over " +
      "6 seeds (95 % interval +0.05 to +0.59 pp).",
  );
  assert.match(say({ mean: -0.0032, decision: "lower" }), /scores 0\.32 pp lower on average/);
});

Deno.test("sayDifference() claims nothing where the interval holds 0, or seeds are few", () => {
  assert.equal(
    say({ lo: -0.0005, decision: "undecided" }),
    "With 20 latents and 2,000 labels it is undecided: over 6 seeds the VAE's embedding scores " +
      "0.32 pp higher on average, and the interval holds 0 (95 % interval -0.05 to +0.59 pp).",
  );
  assert.equal(
    say({ seeds: [0, 1, 2], decision: "too few pairs" }),
    "With 20 latents and 2,000 labels there are too few pairs: 3 seeds; 6 are the least. So far " +
      "the VAE's embedding scores 0.32 pp higher on average (95 % interval +0.05 to +0.59 pp).",
  );
  assert.equal(
    say({ seeds: [4], lo: null, hi: null, decision: "too few pairs" }),
    "With 20 latents and 2,000 labels there are too few pairs: 1 seed; 6 are the least. So far " +
      "the VAE's embedding scores 0.32 pp higher.",
  );
  assert.match(
    say({ mean: 0, lo: 0, hi: 0, decision: "undecided" }),
    /the VAE's embedding scores the same to 0\.01 pp on average/,
  );
});

Deno.test("sayDifference() says what was averaged, and of which heads", () => {
  assert.match(
    say({ labels: null, overLabels: [250, 2000, 55000] }),
    /^With 20 latents, averaged over 3 numbers of labels, 250 to 55,000, the VAE's embedding/,
  );
  assert.match(
    say({ latents: null, overLatents: [2, 50], complete: false }),
    /^With 2,000 labels, averaged over 2 sizes of the embedding, 2 to 50 \(what not every seed has is left out\),/,
  );
  assert.match(say({ model: "wide-vae", than: "wide-ae" }), /^Beside the pixels, with 20 latents/);
  assert.match(
    say({ model: "wide-vae", labels: null, overLabels: [250, 2000] }, true),
    /^With 20 latents the VAE's embedding scores/,
  );
});

Deno.test("sayDecision() gives the decision alone", () => {
  assert.deepEqual(
    (["higher", "lower", "undecided", "too few pairs"] as const)
      .map((decision) => sayDecision(difference({ decision }))),
    [
      "VAE higher",
      "VAE lower",
      "undecided: the interval holds 0",
      "too few pairs: 6 seeds; 6 are the least",
    ],
  );
});

Deno.test("sayTogether() names every number of latents once, by what it decides", () => {
  const of = (latents: number, decision: PairedDifference["decision"]) =>
    difference({ latents, decision });
  assert.equal(
    sayTogether([of(2, "higher"), of(5, "higher"), of(20, "undecided"), of(50, "lower")]),
    "The VAE's embedding scores higher with 2 and 5 latents and scores lower with 50 latents. " +
      "With 20 latents it is undecided: the interval holds 0.",
  );
  assert.equal(
    sayTogether([of(2, "too few pairs"), of(5, "too few pairs")]),
    "With 2 and 5 latents there are too few pairs to say; 6 seeds are the least.",
  );
});

Deno.test("sayAveraging() speaks for all differences, or not at all", () => {
  const over = (overLabels: number[], complete = true) => difference({ overLabels, complete });
  assert.equal(
    sayAveraging([over([250, 55000]), over([250, 55000])]),
    "Averaged over 2 numbers of labels, 250 to 55,000",
  );
  assert.equal(sayAveraging([over([2000]), over([2000])]), "With 2,000 labels");
  assert.equal(sayAveraging([over([250, 55000]), over([2000])]), null);
  assert.equal(sayAveraging([over([250, 55000], false)]), null);
  assert.equal(sayAveraging([]), null);
});
