/** What stage 3 lets the hypotheses say, from scores and measurements that were made up. */
import assert from "node:assert/strict";
import { drawn, type Effects, PILOT } from "../../../tests/helpers/made_up_heads.ts";
import { analyse, type HeadScores, type Kind, PLAN } from "./analysis.ts";
import { conclude, type MeasuredEncoder } from "./conclusions.ts";

const TRIPLES = drawn(PILOT, PLAN.seeds);

/** Even heads of the VAEs with other weights, and how many seeds there are. */
function weighted(mild: number, strict: number, seeds: number): HeadScores {
  const effects: Effects = {
    "mild-vae": { raw: mild, even: mild },
    "strict-vae": { raw: strict, even: strict },
  };
  return drawn(effects, seeds);
}

function measured(kind: Kind, seeds: number, active: number, rate: number): MeasuredEncoder[] {
  const hasNoise = kind.endsWith("vae");
  return Array.from({ length: seeds }, (_, seed) => ({
    kind,
    seed,
    measurements: {
      klPerLatent: hasNoise ? [rate - 1, 1 + seed % 2 / 10] : null,
      activeByVariance: active + seed % 2,
      activeByKl: hasNoise ? active : null,
      offsetOverSd: 0.5,
      medianSd: 1,
      conditionNumber: 2,
      effectiveRank: 1.5,
      positiveShare: 0.5,
      nearestNeighbours: [],
    },
  }));
}

function hypothesis(name: string, heads: HeadScores, encoders: readonly MeasuredEncoder[] = []) {
  const { hypotheses } = conclude(analyse(heads), encoders);
  return hypotheses.find((found) => found.name === name)!;
}

Deno.test("H5 is open without stage 3, and open with its means from 3 seeds", () => {
  const none = hypothesis("H5", TRIPLES);
  assert.equal(none.verdict, "open");
  assert.match(none.because, /^VAEs with another weight of the KL term have too few heads$/);
  const three = [...TRIPLES, ...weighted(0.96, 0.92, 3)];
  const encoders = [
    ...[...measured("vae", 12, 14, 25), ...measured("lae", 12, 19, 0)],
    ...[...measured("mild-vae", 3, 18, 40), ...measured("strict-vae", 3, 8, 11)],
  ];
  const { verdict, because } = hypothesis("H5", three, encoders);
  assert.equal(verdict, "open");
  assert.match(
    because,
    /^mild-vae - vae, even: \+(1\.[89]|2\.[01])\d pp \(simultaneous 95% CI \S+ to \S+, n = 3\); strict-vae - vae, even: -(1\.[89]|2\.[01])\d pp /,
  );
  assert.match(
    because,
    /; KL term in nats per digit: mild-vae 40\.03 \(.*\), vae 25\.05 \(.*\), strict-vae 11\.03 \(/,
  );
  assert.match(because, /; 3 pairs are too few, 6 are the least$/);
  const noise = hypothesis("H3", three, encoders);
  assert.match(noise.because, /; with another weight of the KL term, mild-vae - vae, even: \+/);
});

for (
  const [what, mild, strict, expected] of [
    ["less weight scores higher and more weight lower", 0.95, 0.93, "supported"],
    ["less weight scores higher alone", 0.95, 0.94, "supported"],
    ["more weight scores lower alone", 0.94, 0.93, "supported"],
    ["no weight makes a difference", 0.94, 0.94, "refuted"],
    ["the reverse is found of both", 0.93, 0.95, "refuted"],
    ["any other weight scores lower", 0.93, 0.93, "open"],
  ] as const
) {
  Deno.test(`H5 is ${expected} with 6 seeds if ${what}`, () => {
    const { verdict, because } = hypothesis("H5", [...TRIPLES, ...weighted(mild, strict, 6)]);
    assert.equal(verdict, expected, because);
    assert.doesNotMatch(because, /too few/);
  });
}

Deno.test("H5 with 6 seeds is open while the intervals are wide", () => {
  const noisy = drawn(
    {
      "mild-vae": { raw: 0.94, even: 0.94 },
      "strict-vae": { raw: 0.94, even: 0.94 },
    },
    6,
    0.05,
  );
  assert.equal(hypothesis("H5", [...TRIPLES, ...noisy]).verdict, "open");
});

Deno.test("H4 says how many latents are active with other weights, where that was measured", () => {
  const triple = [...measured("vae", 12, 14, 25), ...measured("lae", 12, 19, 0)];
  const before = hypothesis("H4", TRIPLES, triple);
  assert.equal(before.verdict, "supported");
  assert.doesNotMatch(before.because, /mild/);
  const others = [...measured("mild-vae", 3, 18, 40), ...measured("strict-vae", 3, 8, 11)];
  const { verdict, because } = hypothesis("H4", TRIPLES, [...triple, ...others]);
  assert.equal(verdict, "supported");
  assert.ok(because.startsWith(before.because));
  assert.match(because, /, mild-vae 18\.33 \(.*n = 3\), strict-vae 8\.33 \(.*n = 3\)$/);
});
