import assert from "node:assert/strict";
import { VALIDATION_IMAGES } from "../../data/dataset.ts";
import { drawStrokes } from "../../data/strokes.ts";
import { sayLabels } from "./datasets.ts";

Deno.test("sayLabels() says which images are labelled, and how many validation labels come on top", () => {
  assert.equal(
    sayLabels("mnist"),
    "N labels are those of the first N training images, unless a case names a draw. The labels of " +
      "5,000 validation images (heads: the first 1,000) come on top: they decide when training stops.",
  );
  assert.match(sayLabels("strokes"), /The labels of 1,000 validation images come on top/);
  assert.equal(drawStrokes().validation.count, VALIDATION_IMAGES.strokes);
});
