import assert from "node:assert/strict";
import { drawStrokes } from "../../../data/strokes.ts";
import {
  exactEngine,
  freshlyDecoded,
  freshlyEncoded,
  plainModel,
} from "../testdata/plain_model.ts";
import { AT_ONCE, LatentPlane, rangeOf } from "./latent_plane.ts";

const { values } = drawStrokes().test;
const digits = (from: number, to: number) => Uint8Array.from(values.subarray(from * 784, to * 784));

for (const name of ["ae2#0", "vae2#0"]) {
  Deno.test(`a plane of ${name} gives the bits of fresh sessions, whatever it did before`, async () => {
    const model = plainModel(name);
    const plane = await LatentPlane.open(await exactEngine(), model);
    const all = await freshlyEncoded(model, digits(0, 45));
    assert.equal(all.length, 90);
    assert.ok(new Set(all).size > 80, "the model takes digits apart");
    assert.deepEqual(plane.encode(digits(0, 45)), all);
    assert.deepEqual(plane.encode(digits(7, 8)), all.slice(14, 16));
    const points = Float32Array.from({ length: 2 * AT_ONCE }, (_, i) => (i % 7 - 3) / 2);
    const pictures = await freshlyDecoded(model, points);
    assert.ok(new Set(pictures.map((p) => Math.round(p * 255))).size > 20, "pictures have shades");
    assert.deepEqual(plane.decode(points), pictures);
    assert.deepEqual(plane.decode(points.slice(2, 4)), pictures.slice(784, 2 * 784));
  });
}

Deno.test("rangeOf() leaves out the outermost points, and adds a margin", () => {
  const points = new Float32Array(200);
  for (let i = 0; i < 100; i++) points.set([i, 7], 2 * i);
  points.set([1e6, 7], 0);
  const { low, high } = rangeOf(points);
  assert.ok(low[0] < 3 && low[0] > -12, `${low[0]}`);
  assert.ok(high[0] > 97 && high[0] < 120, `${high[0]}`);
  assert.deepEqual([low[1], high[1]], [6, 8]);
});
