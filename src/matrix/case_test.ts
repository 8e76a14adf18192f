import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Case,
  formatCase,
  formatConfiguration,
  LARGEST_SEED,
  MODEL_NAMES,
  parseCase,
} from "./case.ts";

const anyCase: fc.Arbitrary<Case> = fc.record({
  model: fc.constantFrom(...MODEL_NAMES),
  latents: fc.constant(null),
  labels: fc.integer({ min: 1, max: 1_000_000 }),
  seed: fc.integer({ min: 0, max: LARGEST_SEED }),
}, { noNullPrototype: true });

Deno.test("parseCase() reads what formatCase() wrote, for any case", () => {
  fc.assert(fc.property(anyCase, (c) => {
    assert.deepEqual(parseCase(formatCase(c)), c);
  }));
});

Deno.test("formatCase() gives two cases the same name only when they are the same", () => {
  fc.assert(fc.property(anyCase, anyCase, (a, b) => {
    const same = a.model === b.model && a.labels === b.labels && a.seed === b.seed;
    assert.equal(formatCase(a) === formatCase(b), same);
  }));
});

Deno.test("formatCase() writes model@labels#seed, formatConfiguration() leaves out the seed", () => {
  const c: Case = { model: "fc", latents: null, labels: 2000, seed: 41 };
  assert.equal(formatCase(c), "fc@2000#41");
  assert.equal(formatConfiguration(c), "fc@2000");
});

Deno.test("parseCase() leaves the seed open where it is not given, and takes the largest", () => {
  assert.deepEqual(parseCase("fc@2000"), { model: "fc", latents: null, labels: 2000, seed: null });
  assert.equal(parseCase("fc@2000#0").seed, 0);
  assert.equal(parseCase("fc@2000#4294967295").seed, LARGEST_SEED);
});

const A_CASE_IS = "a case is model[latents][@labels][#seed], as in fc@2000#0";

const BROKEN: readonly (readonly [text: string, reason: string])[] = [
  ["", A_CASE_IS],
  ["@2000", A_CASE_IS],
  ["fc@2000#", A_CASE_IS],
  ["fc@#0", A_CASE_IS],
  ["fc@-1", A_CASE_IS],
  ["fc@1e3", A_CASE_IS],
  ["fc@2000#1.5", A_CASE_IS],
  ["fc@2000\n", A_CASE_IS],
  [" fc@2000", A_CASE_IS],
  ["FC@2000", A_CASE_IS],
  ["../fc@2000", A_CASE_IS],
  ["fc@2000#0.json", A_CASE_IS],
  ["fc@２０００", A_CASE_IS],
  ["constructor@2000", `unknown model "constructor" (known: ${MODEL_NAMES.join(", ")})`],
  ["resnet@2000", `unknown model "resnet" (known: ${MODEL_NAMES.join(", ")})`],
  ["fc20@2000", "fc has no latents"],
  ["fc", "fc needs labels, at least 1, as in fc@2000"],
  ["fc@0", "fc needs labels, at least 1, as in fc@2000"],
  ["fc@2000#4294967296", "the seed is above 4294967295"],
  ["fc@2000#99999999999999999999999999", "the seed is above 4294967295"],
];

for (const [text, reason] of BROKEN) {
  Deno.test(`parseCase() refuses ${JSON.stringify(text)} and says why`, () => {
    assert.throws(() => parseCase(text), {
      name: "RangeError",
      message: `Cannot read the case "${text}": ${reason}`,
    });
  });
}

Deno.test("parseCase() answers any text with a case or a RangeError", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => {
    try {
      const { model, labels } = parseCase(text);
      assert.ok(MODEL_NAMES.includes(model) && labels !== null && labels >= 1);
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  }));
});
