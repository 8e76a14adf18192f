import assert from "node:assert/strict";
import { bandOf, bandsOf } from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { type Configuration, formatConfiguration } from "../matrix/case.ts";
import { PROFILE_NAMES } from "../matrix/profiles.ts";
import { selectCases } from "../matrix/select_cases.ts";
import { TRAINING_IMAGES } from "../data/dataset.ts";
import { type Band, type Bands, findBand, parseBands } from "./bands.ts";
import { readPublished } from "./check_store.ts";
import { fractionInterval, medianOf } from "./statistics.ts";

const FC250: Configuration = { model: "fc", latents: null, labels: 250 };

function parse(value: unknown): Bands {
  return parseBands(JSON.stringify(value), "bands.json");
}

Deno.test("parseBands() reads what was written", () => {
  const bands = bandsOf(bandOf("fc@250"), bandOf("fc@2000"));
  assert.deepEqual(parse(bands), bands);
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
  ["has a score in per cent", { scores: [90, 90, 90, 90, 90, 90] }, /^bands\.0\.scores\.0: /],
  ["has no broken variant", { broken: undefined }, /^bands\.0\.broken: /],
  ["names its dataset by no digest", { dataset: { name: "mnist", sha256: "x" } }, /sha256: /],
  ["has a field more", { note: "fine" }, /^bands\.0: Unrecognized key: "note"$/],
];

for (const [what, changes, message] of BROKEN) {
  Deno.test(`parseBands() refuses a band that ${what}`, () => {
    const broken = bandsOf({ ...bandOf("fc@250"), ...changes } as Band);
    assert.throws(() => parse(broken), (error: Error) => {
      assert.equal(error.name, "TypeError");
      const start = "Cannot read the bands in bands.json: ";
      assert.ok(error.message.startsWith(start));
      const rest = error.message.slice(start.length);
      if (typeof message === "string") assert.equal(rest, message);
      else assert.match(rest, message);
      return true;
    });
  });
}

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
    const { lo, hi, median, seeds, scores } = band;
    assert.ok(seeds.length >= 6);
    assert.equal(scores.length, seeds.length);
    assert.equal(new Set(seeds).size, seeds.length);
    assert.deepEqual({ lo, hi }, fractionInterval(scores));
    assert.equal(median, medianOf(scores));
  });
}

for (const dataset of ["mnist", "strokes"] as const) {
  Deno.test(`every case of every profile on ${dataset} has a published band`, () => {
    const names = new Set(
      PUBLISHED.bands.bands.filter((band) => band.dataset.name === dataset)
        .map(({ configuration }) => configuration),
    );
    for (const profile of PROFILE_NAMES) {
      const selection = { profile, labels: null, seeds: null, firstSeed: 0, only: null };
      for (const c of selectCases(selection, TRAINING_IMAGES[dataset])) {
        assert.ok(names.has(formatConfiguration(c)), formatConfiguration(c));
      }
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
