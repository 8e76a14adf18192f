import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import {
  type Case,
  dependencyOf,
  formatCase,
  formatConfiguration,
  isEncoder,
  LARGEST_LATENTS,
  LARGEST_SEED,
  metricOf,
  ORIGINAL,
  parseCase,
} from "./case.ts";
import { MODEL_NAMES, MODELS } from "./models.ts";

const anyLatents = fc.integer({ min: 1, max: LARGEST_LATENTS });
const anyLabels = fc.integer({ min: 1, max: 1_000_000 });
const fewLabels = fc.integer({ min: 1, max: 10_000 });
const anyReading = fc.constantFrom(null, "even" as const);
const anyDraw = fc.integer({ min: 1, max: 1_000_000 });
const ENCODERS = fc.constantFrom("ae", "vae", "lae", "mild-vae", "strict-vae" as const);
const HEADS = fc.oneof(ENCODERS, fc.constantFrom("wide-ae", "wide-vae", "wide-lae" as const));

/** Classifiers on pixels, heads and encoders. */
const anyCase: fc.Arbitrary<Case> = fc.oneof(
  caseOf(fc.constantFrom("fc", "conv"), fc.constant(null), anyLabels),
  caseOf(fc.constantFrom("fc", "conv"), fc.constant(null), fewLabels, { draw: anyDraw }),
  caseOf(HEADS, anyLatents, anyLabels, { reading: anyReading }),
  caseOf(HEADS, anyLatents, fewLabels, {
    unlabelled: fc.oneof(fc.constant(null), anyLabels),
    reading: anyReading,
    draw: anyDraw,
  }),
  caseOf(ENCODERS, anyLatents, fc.constant(null), {
    unlabelled: fc.oneof(fc.constant(null), anyLabels),
  }),
);

function caseOf(
  model: fc.Arbitrary<Case["model"]>,
  latents: fc.Arbitrary<number | null>,
  labels: fc.Arbitrary<number | null>,
  others: { readonly [part in "unlabelled" | "reading" | "draw"]?: fc.Arbitrary<Case[part]> } = {},
): fc.Arbitrary<Case> {
  const seed = fc.integer({ min: 0, max: LARGEST_SEED });
  const none = {
    unlabelled: fc.constant(null),
    reading: fc.constant(null),
    draw: fc.constant(null),
  };
  const parts = { ...none, ...others, model, latents, labels, seed };
  return fc.record(parts, { noNullPrototype: true });
}

Deno.test("parseCase() reads what formatCase() wrote, for any case", () => {
  fc.assert(fc.property(anyCase, (c) => {
    assert.deepEqual(parseCase(formatCase(c)), c);
  }));
});

Deno.test("formatCase() gives two cases the same name only when they are the same", () => {
  fc.assert(fc.property(anyCase, anyCase, (a, b) => {
    const same = isDeepStrictEqual(a, b);
    assert.equal(formatCase(a) === formatCase(b), same);
  }));
});

Deno.test("formatCase() writes model@labels#seed, formatConfiguration() leaves out the seed", () => {
  const c: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 2000, seed: 41 };
  assert.equal(formatCase(c), "fc@2000#41");
  assert.equal(formatConfiguration(c), "fc@2000");
});

/** Every kind of case, and what it is. */
const KINDS: readonly {
  readonly name: string;
  readonly case: Case;
  readonly encoder: boolean;
  readonly dependency: string | null;
}[] = [
  {
    name: "conv@55000#0",
    case: { ...ORIGINAL, model: "conv", latents: null, labels: 55000, seed: 0 },
    encoder: false,
    dependency: null,
  },
  {
    name: "ae2#7",
    case: { ...ORIGINAL, model: "ae", latents: 2, labels: null, seed: 7 },
    encoder: true,
    dependency: null,
  },
  {
    name: "vae20#0",
    case: { ...ORIGINAL, model: "vae", latents: 20, labels: null, seed: 0 },
    encoder: true,
    dependency: null,
  },
  {
    name: "vae20@2000#3",
    case: { ...ORIGINAL, model: "vae", latents: 20, labels: 2000, seed: 3 },
    encoder: false,
    dependency: "vae20#3",
  },
  {
    name: "ae5@100#1",
    case: { ...ORIGINAL, model: "ae", latents: 5, labels: 100, seed: 1 },
    encoder: false,
    dependency: "ae5#1",
  },
  {
    name: "wide-vae20@2000#4",
    case: { ...ORIGINAL, model: "wide-vae", latents: 20, labels: 2000, seed: 4 },
    encoder: false,
    dependency: "vae20#4",
  },
  {
    name: "wide-ae1024@1#4294967295",
    case: { ...ORIGINAL, model: "wide-ae", latents: 1024, labels: 1, seed: LARGEST_SEED },
    encoder: false,
    dependency: "ae1024#4294967295",
  },
  {
    name: "lae20#0",
    case: { ...ORIGINAL, model: "lae", latents: 20, labels: null, seed: 0 },
    encoder: true,
    dependency: null,
  },
  {
    name: "mild-vae20#1",
    case: { ...ORIGINAL, model: "mild-vae", latents: 20, labels: null, seed: 1 },
    encoder: true,
    dependency: null,
  },
  {
    name: "mild-vae20@2000#1",
    case: { ...ORIGINAL, model: "mild-vae", latents: 20, labels: 2000, seed: 1 },
    encoder: false,
    dependency: "mild-vae20#1",
  },
  {
    name: "even-strict-vae20@2000.1#2",
    case: {
      ...ORIGINAL,
      model: "strict-vae",
      latents: 20,
      labels: 2000,
      reading: "even",
      draw: 1,
      seed: 2,
    },
    encoder: false,
    dependency: "strict-vae20#2",
  },
  {
    name: "ae20+5000#2",
    case: { ...ORIGINAL, model: "ae", latents: 20, unlabelled: 5000, labels: null, seed: 2 },
    encoder: true,
    dependency: null,
  },
  {
    name: "even-lae20+5000@2000.3#1",
    case: {
      model: "lae",
      latents: 20,
      unlabelled: 5000,
      labels: 2000,
      reading: "even",
      draw: 3,
      seed: 1,
    },
    encoder: false,
    dependency: "lae20+5000#1",
  },
  {
    name: "fc@250.2#0",
    case: { ...ORIGINAL, model: "fc", latents: null, labels: 250, draw: 2, seed: 0 },
    encoder: false,
    dependency: null,
  },
];

for (const { name, case: c, encoder, dependency } of KINDS) {
  Deno.test(`${name} is written and read so, and known for what it is`, () => {
    assert.equal(formatCase(c), name);
    assert.deepEqual(parseCase(name), c);
    assert.equal(isEncoder(c), encoder);
    assert.equal(metricOf(c), encoder ? "loss" : "accuracy");
    const needed = dependencyOf(c);
    assert.equal(needed && formatCase(needed), dependency);
  });
}

Deno.test("dependencyOf() gives an encoder of the same latents and seed, which needs nothing itself", () => {
  fc.assert(fc.property(anyCase, (c) => {
    const needed = dependencyOf(c);
    assert.equal(needed === null, isEncoder(c) || MODELS[c.model].encoder === null);
    if (needed === null) return;
    assert.ok(isEncoder(needed));
    assert.deepEqual([needed.latents, needed.seed], [c.latents, c.seed]);
    assert.equal(dependencyOf(needed), null);
    assert.deepEqual(parseCase(formatCase(needed)), needed);
  }));
});

Deno.test("parseCase() leaves the seed open where it is not given, and takes the largest", () => {
  assert.deepEqual(parseCase("fc@2000"), {
    ...ORIGINAL,
    model: "fc",
    latents: null,
    labels: 2000,
    seed: null,
  });
  assert.equal(parseCase("fc@2000#0").seed, 0);
  assert.equal(parseCase("fc@2000#4294967295").seed, LARGEST_SEED);
});

const A_CASE_IS =
  "a case is [reading-]model[latents][+unlabelled][@labels][.draw][#seed], as in fc@2000#0, " +
  "vae20#0 or even-vae20@2000.1#0";
const AE_LATENTS = "ae needs latents, from 1 to 1024, as in ae20@2000";
const VAE_LABELS = "vae needs labels, at least 1, as in vae20@2000";
const WIDE_LABELS = "wide-ae needs labels, at least 1, as in wide-ae20@2000";

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
  ["conv5@2000#0", "conv has no latents"],
  ["conv#0", "conv needs labels, at least 1, as in conv@2000"],
  ["fc20", "fc has no latents"],
  ["even-fc@2000", "only a head reads codes, as in even-ae20@2000"],
  ["even-ae20#0", "only a head reads codes, as in even-ae20@2000"],
  ["odd-ae20@2000", `unknown model "odd-ae" (known: ${MODEL_NAMES.join(", ")})`],
  ["even-even-ae20@2000", `unknown model "even-ae" (known: ${MODEL_NAMES.join(", ")})`],
  ["fc+5000@2000", "fc has no encoder, so it learns from no unlabelled images"],
  ["ae20+0", "its encoder needs unlabelled images, at least 1, as in ae20+5000@2000"],
  ["ae20.1#0", "a draw is of labels, and from 1 to 1000000, as in fc@2000.1"],
  ["ae20@2000.0", "a draw is of labels, and from 1 to 1000000, as in fc@2000.1"],
  ["fc@2000.1000001", "a draw is of labels, and from 1 to 1000000, as in fc@2000.1"],
  [
    "fc@10001.1",
    "with a draw or a number of unlabelled images, the labels are of the first 10000 training " +
    "images, and it asks for 10001",
  ],
  [
    "ae20+5000@10001",
    "with a draw or a number of unlabelled images, the labels are of the first 10000 training " +
    "images, and it asks for 10001",
  ],
  ["ae20@2000+5000", A_CASE_IS],
  ["ae20@2000#0.1", A_CASE_IS],
  ["ae", AE_LATENTS],
  ["ae@2000#0", AE_LATENTS],
  ["ae0#0", AE_LATENTS],
  ["ae1025@2000", AE_LATENTS],
  ["ae99999999999999999999#0", AE_LATENTS],
  ["wide-vae@2000", "wide-vae needs latents, from 1 to 1024, as in wide-vae20@2000"],
  ["vae20@0#0", VAE_LABELS],
  ["wide-mild-vae20@2000", `unknown model "wide-mild-vae" (known: ${MODEL_NAMES.join(", ")})`],
  ["wide-ae20", WIDE_LABELS],
  ["wide-ae20#0", WIDE_LABELS],
  ["wide-ae20@0", WIDE_LABELS],
  ["vae-20@2000", `unknown model "vae-" (known: ${MODEL_NAMES.join(", ")})`],
  ["vae20#4294967296", "the seed is above 4294967295"],
  ["20ae@2000", A_CASE_IS],
  ["vae2.5@2000", A_CASE_IS],
  ["vae20@2000@2000", A_CASE_IS],
  ["fc", "fc needs labels, at least 1, as in fc@2000"],
  ["fc@0", "fc needs labels, at least 1, as in fc@2000"],
  [`fc@${"9".repeat(16)}`, "its labels are more than can be counted"],
  [`fc@${"9".repeat(400)}#0`, "its labels are more than can be counted"],
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
      const { model, latents, labels } = parseCase(text);
      assert.ok(MODEL_NAMES.includes(model));
      assert.equal(latents === null, MODELS[model].encoder === null);
      assert.ok(labels === null ? MODELS[model].encoder === model : labels >= 1);
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  }));
});
