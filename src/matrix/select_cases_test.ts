import assert from "node:assert/strict";
import { TRAINING_IMAGES } from "../data/dataset.ts";
import { type Case, dependencyOf, formatCase, LARGEST_SEED, parseCase } from "./case.ts";
import { MODELS } from "./models.ts";
import { type Profile, PROFILE_NAMES, PROFILES } from "./profiles.ts";
import { selectCases, type Selection, WHOLE_PROFILE } from "./select_cases.ts";

function select(changes: Partial<Selection> = {}, images: number = TRAINING_IMAGES.mnist) {
  const selection: Selection = {
    ...WHOLE_PROFILE,
    profile: "headline",
    ...changes,
  };
  return selectCases(selection, images).map(formatCase);
}

/** The headline's cases that have latents, encoders before their heads. */
const AUTOENCODED = ["ae20#0", "ae20@2000#0", "vae20#0", "vae20@2000#0"];

Deno.test("selectCases() gives the headline: the label curve of fc, conv, heads and their encoders", () => {
  assert.deepEqual(select(), [
    ...PROFILES.headline.blocks[0].labels.map((n) => `fc@${n}#0`),
    "conv@55000#0",
    ...AUTOENCODED,
  ]);
});

for (const profile of PROFILE_NAMES) {
  for (const [dataset, images] of Object.entries(TRAINING_IMAGES)) {
    Deno.test(`selectCases() gives each case of ${profile} on ${dataset} once, none too large`, () => {
      const cases = select({ profile }, images);
      const whole: Profile = PROFILES[profile];
      const expected = new Set<string>();
      for (const block of whole.blocks) {
        const { models, labels, latents = [], readings = [null] } = block;
        const { unlabelled = [null], draws = 0, seeds = whole.seeds } = block;
        const learntFrom = unlabelled.map((n) => n === null || n >= images ? "" : `+${n}`);
        const drawn = draws === 0 ? [""] : Array.from({ length: draws }, (_, i) => `.${i + 1}`);
        const add = (name: string) => {
          for (let seed = 0; seed < seeds; seed++) expected.add(`${name}#${seed}`);
        };
        for (const model of models) {
          const encoder = MODELS[model].encoder;
          const sizes = latents.flatMap((size) => learntFrom.map((images) => `${size}${images}`));
          for (const size of encoder === null ? [""] : sizes) {
            if (encoder !== null) add(`${encoder}${size}`);
            for (const reading of readings) {
              const series = `${reading === null ? "" : `${reading}-`}${model}${size}`;
              for (const n of labels) {
                for (const draw of drawn) add(`${series}@${Math.min(n, images)}${draw}`);
              }
            }
          }
        }
      }
      assert.deepEqual(cases.toSorted(), [...expected].sort());
      assert.equal(new Set(cases).size, cases.length);
    });
  }
}

Deno.test("the experiment has 12 seeds of the triples, 6 of few latents, 3 of other KL weights", () => {
  const encoders = select({ profile: "experiment" }).filter((name) => !name.includes("@"));
  const seeds = (name: string) => encoders.filter((found) => found.startsWith(`${name}#`)).length;
  assert.deepEqual(["ae20", "vae20", "lae20"].map(seeds), [12, 12, 12]);
  assert.deepEqual(["ae2", "ae5", "vae2", "vae5"].map(seeds), [6, 6, 6, 6]);
  assert.deepEqual(["mild-vae20", "strict-vae20"].map(seeds), [3, 3]);
  assert.equal(encoders.length, 3 * 12 + 4 * 6 + 2 * 3);
  for (const { seeds, blocks } of PROFILE_NAMES.map((name): Profile => PROFILES[name])) {
    for (const block of blocks) assert.ok((block.seeds ?? seeds) <= seeds);
  }
});

Deno.test("selectCases() lets --seeds replace a block's own number too, and --first-seed move it", () => {
  const only = "strict-vae20@100.1";
  const experiment = (changes: Partial<Selection>) =>
    select({ profile: "experiment", only: `${only}*`, ...changes })
      .filter((name) => name.includes("@"));
  assert.deepEqual(experiment({}), [0, 1, 2].map((seed) => `${only}#${seed}`));
  assert.deepEqual(experiment({ seeds: 4 }), [0, 1, 2, 3].map((seed) => `${only}#${seed}`));
  assert.deepEqual(experiment({ firstSeed: 3 }), [3, 4, 5].map((seed) => `${only}#${seed}`));
});

Deno.test("selectCases() puts each encoder once, before its first head", () => {
  for (const options of [{ profile: "full" }, { profile: "headline", seeds: 3 }] as const) {
    const cases = select(options);
    let heads = 0;
    for (const [i, name] of cases.entries()) {
      const needed = dependencyOf(parsed(name));
      if (needed === null) continue;
      heads++;
      const at = cases.indexOf(formatCase(needed));
      assert.ok(at >= 0 && at < i, name);
    }
    assert.ok(heads >= 6);
  }
});

/** The case of a name that has its seed. */
function parsed(name: string): Case {
  const { seed, ...configuration } = parseCase(name);
  assert.ok(seed !== null);
  return { ...configuration, seed };
}

Deno.test("selectCases() lets --latents replace the latents of models that have any", () => {
  assert.deepEqual(select({ latents: [2, 5, 2], only: "*ae*" }), [
    ...["ae2#0", "ae2@2000#0", "ae5#0", "ae5@2000#0"],
    ...["vae2#0", "vae2@2000#0", "vae5#0", "vae5@2000#0"],
  ]);
  const others = select().filter((name) => !AUTOENCODED.includes(name));
  assert.deepEqual(select({ latents: [2] }).filter((name) => !name.includes("ae")), others);
  assert.deepEqual(select({ profile: "smoke", latents: [2], only: "fc@*" }), ["fc@250#0"]);
});

Deno.test("selectCases() runs an encoder once for all heads of it, of either width", () => {
  const axes: Partial<Selection> = {
    ...{ latents: [2], labels: [100, 250], seeds: 2, draws: 0, readings: [null] },
    profile: "full",
  };
  assert.deepEqual(select({ ...axes, only: "*vae2@*" }).toSorted(), [
    ...["vae2#0", "vae2#1", "vae2@100#0", "vae2@100#1", "vae2@250#0", "vae2@250#1"],
    ...["wide-vae2@100#0", "wide-vae2@100#1", "wide-vae2@250#0", "wide-vae2@250#1"],
  ]);
  assert.deepEqual(select({ ...axes, only: "wide-vae2@100#1" }), ["vae2#1", "wide-vae2@100#1"]);
  assert.deepEqual(select({ ...axes, only: "wide-v*@100#1" }), ["vae2#1", "wide-vae2@100#1"]);
});

Deno.test("selectCases() takes encoders by a glob or by name, without any head", () => {
  assert.deepEqual(select({ only: "?ae20#*" }), ["vae20#0"]);
  assert.deepEqual(select({ only: "*ae20#0" }), ["ae20#0", "vae20#0"]);
  assert.deepEqual(select({ only: "vae20" }), ["vae20#0"]);
  assert.deepEqual(select({ only: "ae3", seeds: 2, firstSeed: 8 }), ["ae3#8", "ae3#9"]);
});

Deno.test("selectCases() adds the encoder of an exact head from outside the matrix", () => {
  assert.deepEqual(select({ only: "vae7@300#41" }), ["vae7#41", "vae7@300#41"]);
  assert.deepEqual(select({ only: "wide-ae7@300", seeds: 2 }), [
    ...["ae7#0", "wide-ae7@300#0", "ae7#1", "wide-ae7@300#1"],
  ]);
  assert.throws(() => select({ only: "vae7@6001#0" }, 6000), {
    name: "RangeError",
    message: "Cannot use 6001 labels: the dataset has 6000 training images",
  });
});

Deno.test("selectCases() makes label counts beyond the dataset all of its images, once", () => {
  assert.deepEqual(select({ profile: "quick" }, 6000), [
    ...["fc@250#0", "fc@2000#0", "fc@6000#0", "conv@250#0"],
    ...["ae20+1000#0", "ae20+1000@250#0", "ae20+1000@2000#0"],
    ...["even-ae20+1000@250#0", "even-ae20+1000@2000#0"],
    ...["vae20+1000#0", "vae20+1000@250#0", "vae20+1000@2000#0"],
    ...["even-vae20+1000@250#0", "even-vae20+1000@2000#0"],
  ]);
  assert.deepEqual(select({}, 1000), [
    ...["fc@250#0", "fc@500#0", "fc@1000#0", "conv@1000#0"],
    ...["ae20#0", "ae20@1000#0", "vae20#0", "vae20@1000#0"],
  ]);
});

Deno.test("selectCases() makes numbers of unlabelled images beyond the dataset all of its images", () => {
  const encoders = (images: number) =>
    select({ profile: "unlabelled", seeds: 1, only: "vae20*" }, images)
      .filter((name) => !name.includes("@"));
  assert.deepEqual(encoders(6000), ["vae20+1000#0", "vae20+2500#0", "vae20+5000#0", "vae20#0"]);
  assert.deepEqual(encoders(2500), ["vae20+1000#0", "vae20#0"]);
});

Deno.test("selectCases() lets the axes replace those of the profile", () => {
  assert.deepEqual(
    select({ labels: [300, 20, 300], seeds: 2, firstSeed: 5, only: "fc@*" }),
    ["fc@300#5", "fc@300#6", "fc@20#5", "fc@20#6"],
  );
  assert.deepEqual(select({ labels: [300], firstSeed: 5 }), [
    ...["fc@300#5", "conv@300#5", "ae20#5", "ae20@300#5", "vae20#5", "vae20@300#5"],
  ]);
});

Deno.test("selectCases() takes a label count up to the dataset's size, and not one more", () => {
  const smoke = { profile: "smoke", only: "fc@*" } as const;
  assert.deepEqual(select({ ...smoke, labels: [6000] }, 6000), ["fc@6000#0"]);
  assert.throws(() => select({ labels: [6001] }, 6000), {
    name: "RangeError",
    message: "Cannot use 6001 labels: the dataset has 6000 training images",
  });
  assert.throws(() => select({ only: "fc@6001#0" }, 6000), {
    name: "RangeError",
    message: "Cannot use 6001 labels: the dataset has 6000 training images",
  });
});

Deno.test("selectCases() selects by a glob, which leaves the seed open unless it names one", () => {
  const axes = { profile: "quick", labels: [250, 2000, 2500], seeds: 2 } as const;
  assert.deepEqual(select({ ...axes, only: "fc@2*0#1" }), ["fc@250#1", "fc@2000#1", "fc@2500#1"]);
  assert.deepEqual(select({ ...axes, only: "fc@25?" }), ["fc@250#0", "fc@250#1"]);
  assert.deepEqual(select({ ...axes, only: "fc*#0" }), ["fc@250#0", "fc@2000#0", "fc@2500#0"]);
  assert.deepEqual(select({ ...axes, only: "*" }), select(axes));
});

Deno.test("selectCases() matches a glob of many stars, or a long one, in no time", () => {
  assert.deepEqual(select({ only: `${"*".repeat(50_000)}50#0` }), ["fc@250#0"]);
  assert.deepEqual(select({ only: "f**@*2*5*0*#*0*" }), ["fc@250#0", "fc@25000#0"]);
  const start = performance.now();
  for (const only of ["*".repeat(30) + "x", "*?".repeat(60_000), "a".repeat(120_000) + "*"]) {
    assert.throws(() => select({ only }), /^RangeError: Cannot select .*: no case of the matrix/);
  }
  assert.ok(performance.now() - start < 2000);
});

Deno.test("selectCases() refuses a matrix that would fill the memory, but no exact case", () => {
  const many = Array.from({ length: 20_000 }, (_, i) => i + 1);
  for (
    const [options, count] of [
      [{ profile: "headline", seeds: 10_000 }, 110_000],
      [{ profile: "quick", labels: many, seeds: 10_000 }, 1_200_000_000],
      [{ profile: "headline", labels: many, latents: many, only: "*" }, 800_040_000],
    ] as const
  ) {
    assert.throws(() => select(options), {
      name: "RangeError",
      message: `Cannot select from ${count} cases: the largest matrix has 50000; give fewer ` +
        "seeds, labels or latents",
    });
  }
  assert.equal(select({ profile: "full", seeds: 10_000, only: "fc@250" }).length, 10_000);
});

Deno.test("selectCases() takes what else stands in a glob as it is", () => {
  for (const only of ["f.@*", "(fc)*", "fc@[0-9]*", "fc@250#0|*", "^fc*", "fc@*$", "fc@25\\d*"]) {
    assert.throws(() => select({ only }), {
      name: "RangeError",
      message: `Cannot select "${only}": no case of the matrix matches ` +
        `(${select().map((name) => name.replace("#0", "")).join(", ")})`,
    });
  }
});

Deno.test("selectCases() takes an exact case from outside the matrix, over the seeds if it has none", () => {
  assert.deepEqual(select({ only: "fc@777#41" }), ["fc@777#41"]);
  assert.deepEqual(select({ only: "fc@777", seeds: 3, firstSeed: 4 }), [
    "fc@777#4",
    "fc@777#5",
    "fc@777#6",
  ]);
  assert.deepEqual(select({ only: "fc@777#41", seeds: 3 }), ["fc@777#41"]);
});

Deno.test("selectCases() goes up to the largest seed, and not beyond", () => {
  assert.deepEqual(
    select({ profile: "smoke", only: "fc@250", seeds: 2, firstSeed: LARGEST_SEED - 1 }),
    ["fc@250#4294967294", "fc@250#4294967295"],
  );
  assert.throws(() => select({ seeds: 2, firstSeed: LARGEST_SEED }), {
    name: "RangeError",
    message: "Cannot use 2 seeds from 4294967295: the largest is 4294967295",
  });
});
