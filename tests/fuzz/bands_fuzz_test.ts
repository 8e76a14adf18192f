import assert from "node:assert/strict";
import { ORIGINAL } from "../../src/matrix/case.ts";
import { findBand, parseBands } from "../../src/checks/bands.ts";
import { STROKES_SHA256 } from "../../src/data/strokes.ts";
import { bandOf, bandsOf, lossBandOf } from "../scripted_world.ts";
import { fuzz } from "./fuzz.ts";
import { textsLike } from "./texts.ts";

const PUBLISHED = new URL("../../src/checks/bands.json", import.meta.url);
const FILES = [
  JSON.stringify(bandsOf(bandOf("fc@250"), lossBandOf("vae20")), null, 2),
  JSON.stringify(bandsOf(bandOf("fc@2000")), null, 2),
  JSON.stringify(bandsOf(), null, 2),
  await Deno.readTextFile(PUBLISHED),
];

fuzz("parseBands() reads bands that exclude what is broken, or throws as it says", {
  inputs: textsLike(FILES),
  refusals: [SyntaxError, TypeError],
  read: (text) => {
    const bands = parseBands(text, "here");
    const written = JSON.stringify(bands);
    assert.equal(JSON.stringify(parseBands(written, "here")), written);
    for (const { lo, hi, median, broken, seeds, scores } of bands.bands) {
      assert.ok(
        [lo, hi, median, broken.score, ...scores].every((n) => n > 0 && Number.isFinite(n)),
      );
      assert.ok(lo < hi && (broken.score < lo || broken.score > hi));
      assert.equal(seeds.length, scores.length);
    }
    const configuration = { ...ORIGINAL, model: "fc", latents: null, labels: 250 } as const;
    const found = findBand(bands, STROKES_SHA256, configuration);
    assert.ok(found === null || found.configuration === "fc@250");
  },
});
