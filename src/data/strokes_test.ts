import assert from "node:assert/strict";
import { testWith } from "../../tests/needs.ts";
import { Stream } from "../random/stream.ts";
import { sha256 } from "./digest.ts";
import { drawDigit } from "./draw_digit.ts";
import { drawStrokes, STROKES_SHA256, strokesBytes } from "./strokes.ts";
import { SKELETONS } from "./stroke_skeletons.ts";
import { temporaryFolder } from "./test_files.ts";

const PURE_FILES = [
  "strokes.ts",
  "draw_digit.ts",
  "stroke_skeletons.ts",
  "../random/philox.ts",
  "../random/stream.ts",
  "../random/permutation.ts",
];

const SPLITS = drawStrokes();

/** A script for any JavaScript host that defines `drawnBytes()`, the drawn bytes in base64. */
async function bundleDrawing(folder: string): Promise<string> {
  const entry = `${folder}/entry.ts`, bundle = `${folder}/drawing.js`;
  await Deno.writeTextFile(
    entry,
    `import { drawStrokes, strokesBytes } from ${
      JSON.stringify(new URL("strokes.ts", import.meta.url))
    };
    globalThis.drawnBytes = () => strokesBytes(drawStrokes()).map((bytes) => {
      let text = "";
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text);
    });`,
  );
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--platform", "browser", "--minify", "--format", "iife", "-o", bundle, entry],
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return bundle;
}

function digestOfBase64(parts: readonly string[]): string {
  return sha256(parts.map((part) => Uint8Array.fromBase64(part)));
}

Deno.test("drawStrokes() draws the pinned bytes", () => {
  assert.equal(sha256(strokesBytes(SPLITS)), STROKES_SHA256);
});

testWith("node", "drawStrokes() draws the pinned bytes in Node", async ([node]) => {
  await using folder = await temporaryFolder();
  const bundle = await bundleDrawing(folder.path);
  const { stdout, success } = await new Deno.Command(node!, {
    args: ["-e", `require(${JSON.stringify(bundle)}); console.log(JSON.stringify(drawnBytes()))`],
  }).output();
  assert.ok(success);
  assert.equal(digestOfBase64(JSON.parse(new TextDecoder().decode(stdout))), STROKES_SHA256);
});

testWith("chromium", "drawStrokes() draws the pinned bytes in Chromium", async ([chromium]) => {
  await using folder = await temporaryFolder();
  const bundle = await bundleDrawing(folder.path);
  const page = `${folder.path}/page.html`;
  await Deno.writeTextFile(
    page,
    `<pre></pre><script>${await Deno.readTextFile(bundle)}
    document.querySelector("pre").textContent = "drawn " + drawnBytes().join(" ");</script>`,
  );
  const { stdout } = await new Deno.Command(chromium!, {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      `--user-data-dir=${folder.path}/profile`,
      "--dump-dom",
      `file://${page}`,
    ],
    stderr: "null",
  }).output();
  const [, drawn] = new TextDecoder().decode(stdout).match(/<pre>drawn ([^<]*)<\/pre>/) ?? [];
  assert.ok(drawn, "the page drew nothing");
  assert.equal(digestOfBase64(drawn.split(" ")), STROKES_SHA256);
});

Deno.test("strokes is computed with correctly rounded functions only", async () => {
  const allowed = /^(abs|ceil|clz32|floor|fround|imul|max|min|sign|sqrt|trunc)$/;
  let uses = 0;
  for (const file of PURE_FILES) {
    const source = await Deno.readTextFile(new URL(file, import.meta.url));
    for (const [use, name] of source.matchAll(/\bMath\s*[.[]\s*(\w*)/g)) {
      assert.match(name!, allowed, `${file}: ${use}`);
      uses++;
    }
    assert.doesNotMatch(source, /[\w)\]] \*\* [\w(]|\*\*=/, file);
  }
  assert.ok(uses > 10);
});

Deno.test("strokes has 6,000 training, 1,000 validation and 2,000 test images of 28 x 28", () => {
  for (const [name, count] of [["train", 6_000], ["validation", 1_000], ["test", 2_000]] as const) {
    const split = SPLITS[name];
    assert.equal(split.count, count);
    assert.equal(split.width, 784);
    assert.equal(split.values.length, count * 784);
    assert.equal(split.labels.length, count);
  }
});

Deno.test("strokes has each class equally often, in no fixed order", () => {
  for (const { count, labels } of Object.values(SPLITS)) {
    const counts = new Uint32Array(10);
    for (const label of labels) counts[label]!++;
    assert.deepEqual([...counts], Array(10).fill(count / 10));
  }
  const first = SPLITS.train.labels.subarray(0, 250);
  assert.equal(new Set(first).size, 10);
  const repeats = first.filter((label, i) => i > 0 && label === first[i - 1]).length;
  assert.ok(repeats > 5 && repeats < 60, `${repeats} labels repeat the one before`);
});

Deno.test("strokes has MNIST's conventions: dark border, bright ink, mass in the middle", () => {
  const { count, width, values } = SPLITS.train;
  let ink = 0, border = 0, farthest = 0, dimmest = 255;
  for (let i = 0; i < count; i++) {
    let mass = 0, massX = 0, massY = 0, brightest = 0;
    for (let j = 0; j < width; j++) {
      const value = values[i * width + j]!, x = j % 28, y = Math.floor(j / 28);
      mass += value;
      massX += value * x;
      massY += value * y;
      brightest = Math.max(brightest, value);
      if (x === 0 || y === 0 || x === 27 || y === 27) border += value;
    }
    ink += mass;
    dimmest = Math.min(dimmest, brightest);
    farthest = Math.max(farthest, Math.abs(massX / mass - 13.5), Math.abs(massY / mass - 13.5));
  }
  const mean = ink / (count * width * 255);
  // MNIST's mean pixel is 0.1307.
  assert.ok(mean > 0.1 && mean < 0.16, `mean pixel ${mean}`);
  assert.ok(dimmest > 180, `brightest pixel of the dimmest image ${dimmest}`);
  assert.ok(farthest < 3, `centre of mass ${farthest} pixels off`);
  assert.ok(border / ink < 0.001, `${border / ink} of the ink on the border`);
});

Deno.test("strokes has no image twice", () => {
  const seen = new Set<string>();
  for (const { count, width, values } of Object.values(SPLITS)) {
    for (let i = 0; i < count; i++) {
      seen.add(sha256([values.subarray(i * width, (i + 1) * width) as Uint8Array]));
    }
  }
  assert.equal(seen.size, 9_000);
});

Deno.test("drawDigit() depends on the split and the sample, not on what was drawn before", () => {
  const draw = (stream: Stream, split: number, sample: number) => {
    const pixels = new Uint8Array(784).fill(99);
    drawDigit(pixels, 3, stream, split, sample);
    return pixels;
  };
  const stream = new Stream(1, "strokes/digit");
  const first = draw(stream, 0, 5);
  assert.notDeepEqual(draw(stream, 0, 6), first);
  assert.notDeepEqual(draw(stream, 1, 5), first);
  assert.deepEqual(draw(stream, 0, 5), first);
  assert.deepEqual(draw(new Stream(1, "strokes/digit"), 0, 5), first);
});

Deno.test("drawDigit() rejects what is no digit", () => {
  assert.throws(() => drawDigit(new Uint8Array(784), 10, new Stream(1, "strokes/digit"), 0, 0), {
    name: "RangeError",
    message: "Cannot draw the digit 10: digits are 0 to 9",
  });
});

Deno.test("every digit has at least two skeletons, of strokes with at least two points", () => {
  assert.equal(SKELETONS.length, 10);
  for (const skeletons of SKELETONS) {
    assert.ok(skeletons.length >= 2);
    for (const stroke of skeletons.flatMap(({ strokes }) => strokes)) assert.ok(stroke.length >= 2);
  }
});
