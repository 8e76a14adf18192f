import assert from "node:assert/strict";
import { decode } from "fast-png";
import { renderToString } from "preact-render-to-string";
import type { Tensor } from "../../../models/parameters.ts";
import type { Artifacts, ReportInput } from "../../input.ts";
import { inputWithArtifacts, withoutTensors } from "../../testdata/plausible_artifacts.ts";
import { plausibleInput } from "../../testdata/plausible_input.ts";
import { upwards } from "./digit_maps.tsx";
import { LATENT_SPACE } from "./latent_space.tsx";
import { dotsPath } from "./plane_picture.tsx";

async function render(input: ReportInput): Promise<string> {
  const section = await LATENT_SPACE.render(input, false);
  return section === null ? "" : renderToString(section);
}

Deno.test("the section is not there without encoders of two latents, or with older ones", async () => {
  assert.equal(await LATENT_SPACE.render(plausibleInput(), false), null);
  assert.equal(await LATENT_SPACE.render(inputWithArtifacts({ latents: [5, 20] }), false), null);
  const older = withoutTensors(inputWithArtifacts(), ["test-labels", "test-errors"]);
  assert.equal(await LATENT_SPACE.render(older, false), null);
});

Deno.test("the section shows AE and VAE, or the one that is there", async () => {
  assert.match(await render(inputWithArtifacts()), /data-models="ae vae"/);
  const alone = await render(inputWithArtifacts({ models: ["vae"] }));
  assert.match(alone, /data-models="vae"/);
  assert.match(alone, /where the VAE with two latents puts it, of seed 0\. It saw no label: /);
  assert.ok(!/the other plane|Neither|Each plane/.test(alone));
  assert.equal(alone.match(/class="plane-picture"/g)!.length, 1);
});

Deno.test("the section does without pictures and maps where the encoders left none", async () => {
  const html = await render(withoutTensors(inputWithArtifacts(), ["test-digits", "digit-map"]));
  assert.ok(html.includes("data-latent-plane"));
  assert.ok(!html.includes("<img"));
  assert.ok(!/Digit map|dashed frame|show their picture/.test(html));
});

Deno.test("a digit map is turned so that the second latent grows upwards", async () => {
  const input = inputWithArtifacts({ models: ["ae"] });
  const html = await render(input);
  const [, url] = /base64,([^"]*)" alt="20 x 20 digits decoded by ae2#0/.exec(html)!;
  const { width, height, data } = decode(Uint8Array.fromBase64(url!));
  assert.deepEqual([width, height], [20 * 29 - 1, 20 * 29 - 1]);
  // The first pixel of a point's digit is the point's number, from 0 to 1 in 16 shades.
  const shade = (row: number, column: number) => data[row * 29 * width + column * 29];
  assert.deepEqual([shade(19, 0), shade(0, 0)], [0, Math.round((380 / 400) * 15) * 17]);
  const map = Float32Array.from({ length: 400 * 784 }, (_, i) => Math.floor(i / 784));
  const turned = upwards(map);
  assert.deepEqual([turned[0], turned[784], turned.at(-1)], [380, 381, 19]);
});

Deno.test("dotsPath() draws each distinct point once, row by row", () => {
  assert.equal(dotsPath([[5, 9], [3, 2], [5, 9], [1, 2]]), "m1 2zm2 0zm2 7z");
  assert.equal(dotsPath([[5, 1], [3, 2]]), "m5 1zm-2 1z");
});

/** Ten thousand digits whose places fill their planes, as those of MNIST do. */
function tenThousand(): ReportInput {
  const input = inputWithArtifacts({ latents: [2] });
  let state = 1;
  const chance = () => (state = Math.imul(state, 1103515245) + 12345 & 0x7fffffff) / 0x80000000;
  const grow = (tensor: Tensor, count: number): Tensor => {
    const shape = [count, ...tensor.shape.slice(1)];
    const length = shape.reduce((product, size) => product * size, 1);
    const noise = tensor.name === "test-embeddings" ? 4 : 0;
    const values = Float32Array.from(
      { length },
      (_, i) => tensor.values[i % tensor.values.length]! + noise * (chance() + chance() - 1),
    );
    return { ...tensor, shape, values };
  };
  const artifacts = [...input.artifacts].map(([id, tensors]): [string, Artifacts] => [
    id,
    new Map([...tensors].map(([name, tensor]) => [
      name,
      name.startsWith("test-") && name !== "test-digits" ? grow(tensor, 10_000) : tensor,
    ])),
  ]);
  return { ...input, artifacts: new Map(artifacts) };
}

Deno.test("ten thousand digits in two planes take less than 400 kB, their pictures aside", async () => {
  const html = await render(tenThousand());
  assert.match(html, /Every one of the 10,000 test digits/);
  const bytes = new TextEncoder().encode(html.replace(/base64,[^"]*/g, "")).length;
  assert.ok(bytes > 200_000 && bytes < 400_000, `${bytes} bytes`);
});
