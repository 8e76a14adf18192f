import assert from "node:assert/strict";
import { TRAINING_IMAGES } from "../data/dataset.ts";
import { formatCase, LARGEST_SEED } from "./case.ts";
import { PROFILE_NAMES, PROFILES } from "./profiles.ts";
import { selectCases, type Selection } from "./select_cases.ts";

function select(changes: Partial<Selection> = {}, images: number = TRAINING_IMAGES.mnist) {
  const selection: Selection = {
    profile: "headline",
    labels: null,
    seeds: null,
    firstSeed: 0,
    only: null,
    ...changes,
  };
  return selectCases(selection, images).map(formatCase);
}

Deno.test("selectCases() gives the headline: the label curve of fc, one seed", () => {
  assert.deepEqual(
    select(),
    [250, 500, 1000, 2000, 5000, 10000, 25000, 55000].map((n) => `fc@${n}#0`),
  );
});

for (const profile of PROFILE_NAMES) {
  for (const [dataset, images] of Object.entries(TRAINING_IMAGES)) {
    Deno.test(`selectCases() gives each case of ${profile} on ${dataset} once, none too large`, () => {
      const cases = select({ profile }, images);
      const labels = new Set(PROFILES[profile].labels.map((count) => Math.min(count, images)));
      assert.equal(cases.length, labels.size * PROFILES[profile].seeds);
      assert.equal(new Set(cases).size, cases.length);
    });
  }
}

Deno.test("selectCases() makes label counts beyond the dataset all of its images, once", () => {
  assert.deepEqual(select({ profile: "quick" }, 6000), ["fc@250#0", "fc@2000#0", "fc@6000#0"]);
  assert.deepEqual(select({}, 1000), ["fc@250#0", "fc@500#0", "fc@1000#0"]);
});

Deno.test("selectCases() lets the axes replace those of the profile", () => {
  assert.deepEqual(
    select({ labels: [300, 20, 300], seeds: 2, firstSeed: 5 }),
    ["fc@300#5", "fc@300#6", "fc@20#5", "fc@20#6"],
  );
  assert.equal(select({ profile: "full", seeds: 1 }).length, 9);
  assert.equal(select({ profile: "full" }).length, 54);
});

Deno.test("selectCases() takes a label count up to the dataset's size, and not one more", () => {
  assert.deepEqual(select({ labels: [6000] }, 6000), ["fc@6000#0"]);
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
  const axes = { labels: [250, 2000, 2500], seeds: 2 };
  assert.deepEqual(select({ ...axes, only: "fc@2*0#1" }), ["fc@250#1", "fc@2000#1", "fc@2500#1"]);
  assert.deepEqual(select({ ...axes, only: "fc@25?" }), ["fc@250#0", "fc@250#1"]);
  assert.deepEqual(select({ ...axes, only: "*#0" }), ["fc@250#0", "fc@2000#0", "fc@2500#0"]);
  assert.equal(select({ ...axes, only: "*" }).length, 6);
});

Deno.test("selectCases() takes what else stands in a glob as it is", () => {
  for (const only of ["f.@*", "(fc)*", "fc@[0-9]*", "fc@250#0|*", "^fc*", "fc@*$", "fc@25\\d*"]) {
    assert.throws(() => select({ only }), {
      name: "RangeError",
      message: `Cannot select "${only}": no case of the matrix matches (fc@250, fc@500, fc@1000, ` +
        "fc@2000, fc@5000, fc@10000, fc@25000, fc@55000)",
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
    select({ labels: [250], seeds: 2, firstSeed: LARGEST_SEED - 1 }),
    ["fc@250#4294967294", "fc@250#4294967295"],
  );
  assert.throws(() => select({ seeds: 2, firstSeed: LARGEST_SEED }), {
    name: "RangeError",
    message: "Cannot use 2 seeds from 4294967295: the largest is 4294967295",
  });
});
