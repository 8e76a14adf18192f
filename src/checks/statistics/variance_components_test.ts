import assert from "node:assert/strict";
import expected from "../../../fixtures/statistics/expected_values.json" with { type: "json" };
import { assertClose } from "../../../tests/helpers/assert_close.ts";
import { contrastBySeed, pairedContrast } from "./contrasts.ts";
import {
  type VarianceComponent,
  varianceComponents,
  type VarianceSource,
} from "./variance_components.ts";

type Scores = number[][][];

const SOURCES = {
  several: { seed: "seed", encoder: "encoder", draw: "draw", rest: "rest" },
  one: { seed: "seed and encoder", rest: "draw and rest" },
} as const;

function named(components: readonly VarianceComponent[], source: VarianceSource) {
  const found = components.find((component) => component.source === source);
  assert.ok(found, source);
  return found;
}

Deno.test("varianceComponents() has the mean squares of statsmodels", () => {
  for (const { scores, squares } of expected.varianceComponents) {
    const components = varianceComponents(scores);
    const sources: Record<string, VarianceSource> = scores.length === 1
      ? SOURCES.one
      : SOURCES.several;
    assert.equal(components.length, Object.keys(squares).length);
    for (const [name, { df, meanSquare }] of Object.entries(squares)) {
      const component = named(components, sources[name]!);
      assert.equal(component.degreesOfFreedom, df, name);
      assertClose(component.meanSquare, meanSquare, 1e-9, name);
    }
  }
});

Deno.test("varianceComponents() are those of restricted maximum likelihood, if none is below 0", () => {
  let compared = 0;
  for (const { scores, reml } of expected.varianceComponents) {
    if (reml === undefined) continue;
    const components = varianceComponents(scores);
    const sources: Record<string, VarianceSource> = scores.length === 1
      ? SOURCES.one
      : SOURCES.several;
    for (const [name, variance] of Object.entries(reml)) {
      const component = named(components, sources[name]!);
      assert.equal(component.note, null);
      // The optimizer of the mixed model stops early.
      assertClose(component.variance, variance, 0.005, name);
      compared++;
    }
  }
  assert.equal(compared, 10);
});

Deno.test("varianceComponents() reports an estimate below 0 as 0, and says so", () => {
  const components = varianceComponents(expected.varianceComponents[2]!.scores);
  for (const source of ["encoder", "draw"] as const) {
    const { estimate, variance, note } = named(components, source);
    assert.ok(estimate < 0, source);
    assert.equal(variance, 0);
    assert.equal(note, "the estimate is below 0, so 0 is reported");
  }
  const rest = named(components, "rest");
  assert.equal(rest.variance, rest.meanSquare);
  assert.equal(rest.note, null);
});

const RANGE = [0, 1, 2, 3, 4, 5];

/** Scores of three kinds, six seeds and four draws that come from one source alone. */
function only(effect: (k: number, s: number, d: number) => number): Scores {
  return [0, 1, 2].map((k) =>
    RANGE.map((s) => [0, 1, 2, 3].map((d) => 0.9 + k / 100 + effect(k, s, d)))
  );
}

/** Whole numbers that follow no pattern, a thousandth each. */
function scrambled(n: number): number {
  return (n * 7919 + 13) % 31 / 1000;
}

for (
  const [source, effect] of [
    ["seed", (_, s) => scrambled(s)],
    ["draw", (_, s, d) => scrambled(4 * s + d)],
    ["encoder", (k, s) => scrambled(6 * k + s)],
    ["rest", (k, s, d) => scrambled(24 * k + 4 * s + d)],
  ] as const satisfies readonly (readonly [string, Parameters<typeof only>[0]])[]
) {
  Deno.test(`varianceComponents() finds the source when only "${source}" varies`, () => {
    const components = varianceComponents(only(effect));
    const largest = components.toSorted((a, b) => b.variance - a.variance)[0]!;
    assert.equal(largest.source, source);
    assert.ok(largest.variance > 1e-5);
    if (source !== "rest") assert.equal(named(components, "rest").variance, 0);
    if (source === "seed") {
      const others = components.filter((component) => component.source !== "seed");
      assert.deepEqual(others.map(({ variance }) => variance), [0, 0, 0]);
      assert.ok(others.every(({ note }) => note === null), "rounding is not below 0");
    }
  });
}

Deno.test("varianceComponents() tells draws from rest once kinds share them", () => {
  const scores = only((_, s, d) => scrambled(4 * s + d));
  const [, alone] = varianceComponents([scores[0]!]);
  assert.equal(alone!.source, "draw and rest");
  const together = named(varianceComponents(scores), "draw");
  assertClose(alone!.variance, together.variance, 1e-9, "draw");
  // A kind whose draws are in another order shares them no more.
  const mispaired = [scores[0]!, scores[1]!.map((draws) => draws.toReversed()), scores[2]!];
  assert.ok(named(varianceComponents(mispaired), "rest").variance > together.variance / 4);
});

Deno.test("varianceComponents() explain the variance of a paired difference of two kinds", () => {
  const { scores } = expected.varianceComponents[1]!;
  const means = scores.map((seeds) =>
    new Map(seeds.map((draws, s) => [s, draws.reduce((a, b) => a + b) / draws.length]))
  );
  const { sd } = pairedContrast(contrastBySeed([
    { weight: 1, scores: means[0]! },
    { weight: -1, scores: means[1]! },
  ]));
  const components = varianceComponents(scores);
  const [encoder, rest] = [named(components, "encoder"), named(components, "rest")];
  const draws = scores[0]![0]!.length;
  assertClose(sd ** 2, 2 * encoder.estimate + 2 * rest.estimate / draws, 1e-8, "variance");
});

Deno.test("varianceComponents() of equal scores are all 0", () => {
  const components = varianceComponents(only(() => 0.0347));
  assert.deepEqual(components.map(({ variance }) => variance), [0, 0, 0, 0]);
  assert.ok(components.every(({ note }) => note === null));
});

Deno.test("varianceComponents() refuses too few seeds or draws, and missing scores", () => {
  for (const scores of [[], [[[1, 2]]], [[[1], [2]]]] as Scores[]) {
    assert.throws(() => varianceComponents(scores), { name: "RangeError", message: /at least/ });
  }
  const broken: Scores[] = [
    [[[1, 2], [3, 4]], [[1, 2]]],
    [[[1, 2], [3, 4]], [[1, 2], [3]]],
    [[[1, 2], [3, NaN]]],
  ];
  for (const scores of broken) {
    assert.throws(() => varianceComponents(scores), {
      name: "RangeError",
      message:
        "Cannot split the variance: some kind lacks a finite score for a seed and draw that " +
        "others have; leave that seed out of all kinds",
    });
  }
});
