import assert from "node:assert/strict";
import expected from "../../../fixtures/statistics/expected_values.json" with { type: "json" };
import { assertClose } from "../../../tests/helpers/assert_close.ts";
import {
  contrastBySeed,
  decide,
  equivalence,
  holm,
  pairedContrast,
  simultaneousIntervals,
  testFamily,
  withoutNoise,
} from "./contrasts.ts";

/** By seed, from 0. */
function bySeed(scores: readonly number[]): Map<number, number> {
  return new Map(scores.entries());
}

const VAE_RAW = bySeed([0.94, 0.941, 0.939, 0.942, 0.94, 0.941]);
const AE_RAW = bySeed([0.923, 0.925, 0.921, 0.926, 0.922, 0.924]);
const VAE_EVEN = bySeed([0.94, 0.94, 0.938, 0.941, 0.941, 0.941]);
const AE_EVEN = bySeed([0.949, 0.951, 0.95, 0.95, 0.952, 0.951]);

/** How much of the difference on raw codes is reading. */
const READING = [
  { weight: 1, scores: VAE_RAW },
  { weight: -1, scores: AE_RAW },
  { weight: -1, scores: VAE_EVEN },
  { weight: 1, scores: AE_EVEN },
];

Deno.test("contrastBySeed() adds up weighted scores, seed by seed", () => {
  assert.deepEqual(contrastBySeed(READING), [0.026, 0.027, 0.03, 0.025, 0.029, 0.027]);
});

Deno.test("contrastBySeed() pairs by seed, whatever the order", () => {
  const turned = new Map([...AE_RAW].reverse());
  assert.deepEqual(
    contrastBySeed([{ weight: 1, scores: turned }, { weight: -1, scores: VAE_RAW }]),
    contrastBySeed([{ weight: 1, scores: AE_RAW }, { weight: -1, scores: VAE_RAW }]),
  );
});

Deno.test("contrastBySeed() refuses weights that do not add up to 0, as after a sign is flipped", () => {
  const [vae, ae, vaeEven, aeEven] = READING as [typeof READING[0], ...typeof READING];
  const flipped = [vae, ae!, vaeEven!, { ...aeEven!, weight: -1 }];
  assert.throws(() => contrastBySeed(flipped), {
    name: "RangeError",
    message: "Cannot form a contrast: its weights add up to -2, not to 0",
  });
});

Deno.test("contrastBySeed() refuses a seed that one term lacks, or whose score is not finite", () => {
  for (const scores of [bySeed([0.92]), bySeed([0.92, NaN])]) {
    assert.throws(
      () => contrastBySeed([{ weight: 1, scores: bySeed([0.9, 0.91]) }, { weight: -1, scores }]),
      {
        name: "RangeError",
        message: "Cannot form a contrast: a term has no finite score for seed 1; leave that seed " +
          "out of all terms",
      },
    );
  }
});

Deno.test("pairedContrast() is SciPy's paired t test", () => {
  for (const { differences, mean, sd, t, p, interval95: [lo, hi] } of expected.contrasts) {
    const contrast = pairedContrast(differences);
    assert.equal(contrast.n, differences.length);
    assert.equal(contrast.level, 0.95);
    assertClose(contrast.mean, mean, 1e-12, "mean");
    assertClose(contrast.sd, sd, 1e-12, "sd");
    assertClose(contrast.t!, t, 1e-11, "t");
    assertClose(contrast.p, p, 1e-9, "p");
    assertClose(contrast.lo, lo!, 1e-8, "lo");
    assertClose(contrast.hi, hi!, 1e-8, "hi");
  }
});

Deno.test("pairedContrast() rejects exactly if its interval excludes 0", () => {
  let rejected = 0;
  for (const { differences } of expected.contrasts) {
    for (const level of [0.5, 0.9, 0.95, 0.99]) {
      const { lo, hi, p } = pairedContrast(differences, level);
      assert.equal(p < 1 - level, lo > 0 || hi < 0);
      if (p < 1 - level) rejected++;
    }
  }
  assert.ok(rejected > 0 && rejected < 4 * expected.contrasts.length, `${rejected}`);
});

Deno.test("pairedContrast() of equal differences has an interval without width and no t", () => {
  assert.deepEqual(
    pairedContrast(Array(3).fill(0.0009)),
    { n: 3, mean: 0.0009, lo: 0.0009, hi: 0.0009, level: 0.95, sd: 0, t: null, p: 0 },
  );
  assert.deepEqual(
    pairedContrast(Array(7).fill(0)),
    { n: 7, mean: 0, lo: 0, hi: 0, level: 0.95, sd: 0, t: null, p: 1 },
  );
});

Deno.test("contrasts need two differences, all finite", () => {
  for (const differences of [[], [0.1], [0.1, Infinity], [NaN, 0.1]]) {
    assert.throws(() => pairedContrast(differences), { name: "RangeError" });
    assert.throws(() => testFamily([differences]), { name: "RangeError" });
    assert.throws(() => equivalence(differences, 0.005), { name: "RangeError" });
    assert.throws(() => simultaneousIntervals([differences]), { name: "RangeError" });
  }
});

Deno.test("holm() is that of statsmodels, in the order given, with ties", () => {
  for (const { pValues, adjusted, rejected } of expected.families) {
    const results = holm(pValues);
    assert.deepEqual(results.map((result) => result.rejected), rejected, `${pValues}`);
    for (const [i, result] of results.entries()) {
      assertClose(result.adjusted, adjusted[i]!, 1e-12, `${pValues}`);
    }
  }
  assert.deepEqual(holm([]), []);
});

Deno.test("holm() rejects less than the tests one by one, and stops at the first that fails", () => {
  const rejected = (pValues: number[]) => holm(pValues).map((result) => result.rejected);
  // All below 0.05, none below 0.05 / 3.
  assert.deepEqual(rejected([0.02, 0.03, 0.04]), [false, false, false]);
  // 0.04 is below 0.05 / 1, but 0.03 fails before it.
  assert.deepEqual(rejected([0.01, 0.03, 0.04]), [true, false, false]);
  assert.deepEqual(rejected([0.04, 0.01, 0.02]), [true, true, true]);
});

Deno.test("holm() refuses what is no p-value", () => {
  for (const p of [-0.1, 1.1, NaN]) {
    assert.throws(() => holm([0.5, p]), {
      name: "RangeError",
      message: `Cannot adjust a p-value of ${p}: it is not from 0 to 1`,
    });
  }
});

const READING_DIFFERENCES = contrastBySeed(READING);
const NOTHING = [0.001, -0.001, 0.002, -0.002, 0.001, -0.001];
const LOWER = [-0.009, -0.011, -0.012, -0.009, -0.011, -0.01];

Deno.test("testFamily() decides by adjusted p-values, with the sign of the mean", () => {
  const tested = testFamily([READING_DIFFERENCES, NOTHING, LOWER]);
  assert.deepEqual(tested.map(({ decision }) => decision), ["higher", "undecided", "lower"]);
  assert.ok(tested.every(({ adjustedP, p }) => adjustedP >= p));
});

Deno.test("testFamily() sees a sign that is flipped, in one difference or in all", () => {
  const decisions = (differences: number[]) => testFamily([differences])[0]!.decision;
  assert.equal(decisions(READING_DIFFERENCES), "higher");
  assert.equal(decisions(READING_DIFFERENCES.map((d) => -d)), "lower");
  const [first, ...others] = READING_DIFFERENCES;
  assert.equal(decisions([-first!, ...others]), "undecided");
});

Deno.test("testFamily() leaves undecided what one test alone would decide", () => {
  // p = 0.0446 in fixed data, so that 0.0446 < 0.05, and twice that is not.
  const { differences } = expected.contrasts.find(({ p }) => p > 0.025 && p < 0.05)!;
  const noisy = [...NOTHING, ...NOTHING];
  assert.equal(testFamily([differences])[0]!.decision, "higher");
  const [inFamily] = testFamily([differences, noisy]);
  assert.equal(inFamily!.decision, "undecided");
  assert.equal(decide(inFamily!), "higher", "its own interval excludes 0");
});

Deno.test("testFamily() claims nothing of five pairs", () => {
  const [tested] = testFamily([READING_DIFFERENCES.slice(1)]);
  assert.equal(tested!.decision, "too few pairs");
  assert.ok(tested!.adjustedP < 0.001);
});

Deno.test("equivalence() is the TOST of statsmodels, with the interval of 90 %", () => {
  const verdicts = new Set<string>();
  for (const { differences, margin, tostP, interval90: [lo, hi] } of expected.contrasts) {
    const result = equivalence(differences, margin);
    assert.equal(result.level, 0.9);
    assertClose(result.p, tostP, 1e-9, "p");
    assertClose(result.lo, lo!, 1e-8, "lo");
    assertClose(result.hi, hi!, 1e-8, "hi");
    assert.equal(result.verdict, tostP < 0.05 ? "equivalent" : "not shown");
    verdicts.add(result.verdict);
  }
  assert.equal(verdicts.size, 2);
});

Deno.test("equivalence() is not shown by a difference as large as the margin, in either direction", () => {
  assert.equal(equivalence(NOTHING, 0.005).verdict, "equivalent");
  assert.equal(equivalence(NOTHING, 0.001).verdict, "not shown");
  assert.equal(equivalence(LOWER, 0.005).verdict, "not shown");
  assert.equal(equivalence(LOWER.map((d) => -d), 0.005).verdict, "not shown");
  assert.equal(equivalence(LOWER, 0.02).verdict, "equivalent");
});

Deno.test("equivalence() of equal differences, on the margin and inside", () => {
  const verdictAndP = (difference: number) => {
    const { verdict, p } = equivalence(Array(6).fill(difference), 0.005);
    return [verdict, p];
  };
  assert.deepEqual(verdictAndP(0.004), ["equivalent", 0]);
  assert.deepEqual(verdictAndP(-0.005), ["not shown", 1]);
  assert.deepEqual(verdictAndP(0.006), ["not shown", 1]);
});

Deno.test("equivalence() is not shown by five pairs, and needs a margin and an alpha", () => {
  assert.equal(equivalence(NOTHING.slice(1), 0.005).verdict, "not shown");
  assert.ok(equivalence(NOTHING.slice(1), 0.005).p < 0.05);
  for (const margin of [0, -0.005, NaN]) {
    assert.throws(() => equivalence(NOTHING, margin), {
      name: "RangeError",
      message: `Cannot test against a margin of ${margin}: it must be positive`,
    });
  }
  for (const alpha of [0, 0.5, NaN]) {
    assert.throws(() => equivalence(NOTHING, 0.005, alpha), { name: "RangeError" });
  }
});

Deno.test("simultaneousIntervals() are Bonferroni's", () => {
  const { differences, intervalOfThree: [lo, hi] } = expected.contrasts[2]!;
  const intervals = simultaneousIntervals([differences, NOTHING, LOWER]);
  assertClose(intervals[0]!.lo, lo!, 1e-8, "lo");
  assertClose(intervals[0]!.hi, hi!, 1e-8, "hi");
  assert.equal(intervals.length, 3);
  // One alone is no other than its own interval, and more are longer.
  const [alone] = simultaneousIntervals([differences]);
  assertClose(alone!.hi, expected.contrasts[2]!.interval95[1]!, 1e-8, "alone");
  assert.ok(alone!.hi < intervals[0]!.hi);
  assert.deepEqual(simultaneousIntervals([]), []);
});

Deno.test("withoutNoise() rounds to 1e-12, and 0 has no sign", () => {
  assert.equal(withoutNoise(0.3 - 0.1 - 0.2), 0);
  assert.ok(Object.is(withoutNoise(-1e-17), 0));
  assert.equal(withoutNoise(0.94 - 0.923), 0.017);
});
