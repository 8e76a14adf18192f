import assert from "node:assert/strict";
import { bandOf, bandsOf, lossBandOf } from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import {
  type Configuration,
  formatConfiguration,
  metricOf,
  ORIGINAL,
  parseCase,
} from "../matrix/case.ts";
import { PROFILE_NAMES, type ProfileName } from "../matrix/profiles.ts";
import { selectCases, WHOLE_PROFILE } from "../matrix/select_cases.ts";
import { TRAINING_IMAGES } from "../data/dataset.ts";
import { type Band, type Bands, findBand, parseBands, withMeasured } from "./bands.ts";
import { readPublished } from "./check_store.ts";
import { fractionInterval, lossInterval, medianOf } from "./statistics/sample_intervals.ts";

const FC250: Configuration = { ...ORIGINAL, model: "fc", latents: null, labels: 250 };

function parse(value: unknown): Bands {
  return parseBands(JSON.stringify(value), "bands.json");
}

Deno.test("parseBands() reads what was written", () => {
  const bands = bandsOf(bandOf("fc@250"), bandOf("vae20@2000"), lossBandOf("vae20"));
  assert.deepEqual(parse(bands), bands);
});

Deno.test("withMeasured() puts bands in the places of those measured before, and new ones behind", () => {
  const [old, other] = [bandOf("fc@250"), bandOf("fc@500")];
  const elsewhere = bandOf("fc@250", { dataset: { name: "mnist", sha256: "0".repeat(64) } });
  const again = bandOf("fc@250", { median: 0.88 });
  const added = bandOf("conv@250");
  assert.deepEqual(
    withMeasured([old, elsewhere, other], [added, again]),
    [again, elsewhere, other, added],
  );
  assert.deepEqual(withMeasured([old, other], []), [old, other]);
});

Deno.test("parseBands() names the file where it is not JSON", () => {
  assert.throws(() => parseBands("{", "bands.json"), {
    name: "SyntaxError",
    message: "Cannot read the bands in bands.json: it is not JSON",
  });
});

const EXCLUDES = "bands.0: a band must exclude chance, 100 % and its broken variant";
const six = [0, 1, 2, 3, 4, 5];

const BROKEN: readonly (readonly [what: string, changes: object, message: RegExp | string])[] = [
  ["includes chance, 10 %", { lo: 0.1, broken: { variant: "one epoch", score: 0.05 } }, EXCLUDES],
  ["includes 100 %", { hi: 1 }, EXCLUDES],
  ["is empty", { lo: 0.9, hi: 0.9 }, EXCLUDES],
  ["is turned round", { lo: 0.95, hi: 0.8 }, EXCLUDES],
  ["includes its broken variant", { broken: { variant: "one epoch", score: 0.85 } }, EXCLUDES],
  ["begins at its broken variant", { broken: { variant: "one epoch", score: 0.8 } }, EXCLUDES],
  ["ends at its broken variant", { broken: { variant: "one epoch", score: 0.95 } }, EXCLUDES],
  ["has five seeds", { seeds: six.slice(1) }, /^bands\.0\.seeds: /],
  ["has five scores", { scores: [0.9, 0.9, 0.9, 0.9, 0.9] }, /^bands\.0\.scores: /],
  ["has a seed without a score", { seeds: [...six, 6] }, /^bands\.0: each seed has one score$/],
  ["has a score in per cent", { scores: [90, 90, 90, 90, 90, 90] }, /^bands\.0\b.*: /],
  ["has a median in per cent", { median: 87.5 }, /^bands\.0\b.*: /],
  ["has a broken score in per cent", { broken: { variant: "v", score: 40 } }, /^bands\.0\b.*: /],
  ["says of no metric", { metric: undefined }, /^bands\.0\.metric: /],
  ["is of another metric", { metric: "error" }, /^bands\.0\.metric: /],
  ["has no broken variant", { broken: undefined }, /^bands\.0\.broken: /],
  ["names its dataset by no digest", { dataset: { name: "mnist", sha256: "x" } }, /sha256: /],
  ["has a field more", { note: "fine" }, /^bands\.0: Unrecognized key: "note"$/],
];

function assertRefused(band: object, message: RegExp | string): void {
  assert.throws(() => parse(bandsOf(band as Band)), (error: Error) => {
    assert.equal(error.name, "TypeError");
    const start = "Cannot read the bands in bands.json: ";
    assert.ok(error.message.startsWith(start));
    const rest = error.message.slice(start.length);
    if (typeof message === "string") assert.equal(rest, message);
    else assert.match(rest, message);
    return true;
  });
}

for (const [what, changes, message] of BROKEN) {
  Deno.test(`parseBands() refuses a band that ${what}`, () => {
    assertRefused({ ...bandOf("fc@250"), ...changes }, message);
  });
}

const BROKEN_LOSSES: readonly (readonly [what: string, changes: object, RegExp | string])[] = [
  ["is empty", { lo: 58, hi: 58 }, EXCLUDES],
  ["is turned round", { lo: 60, hi: 58 }, EXCLUDES],
  ["includes its broken variant", { broken: { variant: "one epoch", score: 59 } }, EXCLUDES],
  ["begins at its broken variant", { broken: { variant: "one epoch", score: 58 } }, EXCLUDES],
  ["ends at its broken variant", { broken: { variant: "one epoch", score: 60 } }, EXCLUDES],
  ["goes down to 0", { lo: 0 }, /^bands\.0\.lo: /],
  ["has a score below 0", { scores: [-58, 58, 58, 58, 58, 58] }, /^bands\.0\.scores\.0: /],
  ["has five scores", { scores: [58, 58, 58, 58, 58] }, /^bands\.0\.scores: /],
];

for (const [what, changes, message] of BROKEN_LOSSES) {
  Deno.test(`parseBands() refuses a band of losses that ${what}`, () => {
    assertRefused({ ...lossBandOf("vae20"), ...changes }, message);
  });
}

Deno.test("parseBands() takes losses of any size, and a broken variant on either side", () => {
  for (const broken of [{ variant: "v", score: 57.9 }, { variant: "v", score: 60.1 }]) {
    const bands = bandsOf(lossBandOf("ae20", { broken }));
    assert.deepEqual(parse(bands), bands);
  }
  const small = { lo: 0.05, hi: 0.06, median: 0.055, scores: Array(6).fill(0.055) };
  const bands = bandsOf(lossBandOf("ae20", small));
  assert.deepEqual(parse(bands), bands);
});

Deno.test("parseBands() refuses a file of another schema, or without an origin", () => {
  const bands = bandsOf(bandOf("fc@250"));
  assert.throws(() => parse({ ...bands, schemaVersion: 2 }), {
    name: "TypeError",
    message: /schemaVersion: /,
  });
  assert.throws(() => parse({ ...bands, origin: "" }), { name: "TypeError", message: /origin: / });
});

Deno.test("findBand() goes by the dataset's digest and the whole configuration", () => {
  const mine = bandOf("fc@250");
  const elsewhere = bandOf("fc@250", { dataset: { name: "strokes", sha256: "0".repeat(64) } });
  const bands = bandsOf(elsewhere, bandOf("fc@2500"), mine);
  assert.equal(findBand(bands, STROKES_SHA256, FC250), mine);
  assert.equal(findBand(bands, "0".repeat(64), FC250), elsewhere);
  assert.equal(findBand(bands, STROKES_SHA256, { ...FC250, labels: 25 }), null);
  assert.equal(findBand(bands, "1".repeat(64), FC250), null);
});

const PUBLISHED = await readPublished();

Deno.test("the published bands are of today's numeric version, each configuration once", () => {
  const { bands, numericVersion } = PUBLISHED.bands;
  assert.equal(numericVersion, NUMERIC_VERSION);
  assert.ok(bands.length > 0);
  const names = bands.map(({ dataset, configuration }) => `${dataset.sha256} ${configuration}`);
  assert.equal(new Set(names).size, names.length);
});

for (const band of PUBLISHED.bands.bands) {
  Deno.test(`the band of ${band.configuration} on ${band.dataset.name} follows from its scores`, () => {
    const { metric, lo, hi, median, seeds, scores } = band;
    assert.equal(metric, metricOf(parseCase(band.configuration)));
    assert.ok(seeds.length >= 6);
    assert.equal(scores.length, seeds.length);
    assert.equal(new Set(seeds).size, seeds.length);
    const interval = metric === "accuracy" ? fractionInterval : lossInterval;
    assert.deepEqual({ lo, hi }, interval(scores));
    assert.equal(median, medianOf(scores));
  });
}

for (const dataset of ["mnist", "strokes"] as const) {
  const published = new Set(
    PUBLISHED.bands.bands.filter((band) => band.dataset.name === dataset)
      .map(({ configuration }) => configuration),
  );
  const configurations = (profile: ProfileName) => {
    return selectCases({ ...WHOLE_PROFILE, profile }, TRAINING_IMAGES[dataset]);
  };

  Deno.test(`every case of the shorter profiles on ${dataset} has a published band`, () => {
    const without = new Set<string>();
    for (const profile of ["smoke", "quick", "headline"] as const) {
      for (const c of configurations(profile)) {
        if (!published.has(formatConfiguration(c))) without.add(formatConfiguration(c));
      }
    }
    assert.deepEqual([...without], []);
  });

  Deno.test(`every case of fc in every profile on ${dataset} has a published band`, () => {
    const cases = PROFILE_NAMES.flatMap(configurations).filter(({ model }) => model === "fc");
    assert.ok(cases.length > 10);
    for (const c of cases) {
      assert.ok(published.has(formatConfiguration(c)), formatConfiguration(c));
    }
  });
}

Deno.test("the published bands of strokes are of the digits that this version draws", () => {
  const strokes = PUBLISHED.bands.bands.filter(({ dataset }) => dataset.name === "strokes");
  assert.deepEqual(
    new Set(strokes.map(({ dataset }) => dataset.sha256)),
    new Set([STROKES_SHA256]),
  );
});
