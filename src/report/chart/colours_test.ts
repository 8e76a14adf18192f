import assert from "node:assert/strict";
import { cssVariables, MODEL_COLOURS, PALETTE, withCssColours } from "./colours.ts";

type Shade = { light: string; dark: string };
const SHADES: { [name: string]: Shade } = PALETTE;

function linear(hex: string): number[] {
  return [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
}

function luminance(hex: string): number {
  const [r, g, b] = linear(hex);
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi! + 0.05) / (lo! + 0.05);
}

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** What eyes see of linear RGB: Machado, Oliveira and Fernandes (2009), full severity. */
const EYES: { readonly [kind: string]: { readonly sees: Matrix; readonly apart: number } } = {
  "all cones": { sees: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], apart: 0.17 },
  "no red cones": {
    sees: [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    apart: 0.1,
  },
  "no green cones": {
    sees: [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
    apart: 0.1,
  },
  "no blue cones": {
    sees: [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
    apart: 0.09,
  },
};

function times(matrix: Matrix, [a, b, c]: Triple): Triple {
  const [x, y, z] = matrix.map(([p, q, r]) => p * a + q * b + r * c);
  return [x!, y!, z!];
}

/** A colour in OKLab, where a distance of 0.02 is about the least that is seen. */
function oklab(hex: string, eyes: Matrix): Triple {
  const [r, g, b] = linear(hex);
  const seen = times(eyes, [r!, g!, b!]).map((c) => Math.min(Math.max(c, 0), 1));
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    [seen[0]!, seen[1]!, seen[2]!],
  ).map(Math.cbrt);
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [cones[0]!, cones[1]!, cones[2]!],
  );
}

const TEXT = ["ink", "muted", "link", "good", "bad", "open", "plain"];
const SERIES = Object.keys(SHADES).filter((name) => name.startsWith("series"));
const DIGITS = Object.keys(SHADES).filter((name) => name.startsWith("digit"));

for (const scheme of ["light", "dark"] as const) {
  Deno.test(`the ${scheme} palette has contrast 4.5 for text, 3 for series and digits`, () => {
    assert.ok(SERIES.length >= Object.keys(MODEL_COLOURS).length);
    for (const ground of ["surface", "raised"]) {
      for (const name of TEXT) {
        const found = contrast(SHADES[name]![scheme], SHADES[ground]![scheme]);
        assert.ok(found >= 4.5, `${name} on ${ground}: ${found.toFixed(2)}`);
      }
    }
    assert.equal(DIGITS.length, 10);
    for (const name of [...SERIES, ...DIGITS]) {
      const found = contrast(SHADES[name]![scheme], SHADES.surface![scheme]);
      assert.ok(found >= 3, `${name}: ${found.toFixed(2)}`);
    }
  });
}

for (const scheme of ["light", "dark"] as const) {
  for (const [kind, { sees, apart }] of Object.entries(EYES)) {
    Deno.test(`the ${scheme} colours of two digits are told apart by eyes with ${kind}`, () => {
      const colours = DIGITS.map((name) => oklab(SHADES[name]![scheme], sees));
      for (const [i, a] of colours.entries()) {
        for (const [j, b] of colours.slice(0, i).entries()) {
          const found = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
          assert.ok(found >= apart, `${i} and ${j}: ${found.toFixed(3)}`);
        }
      }
    });
  }
}

Deno.test("withCssColours() turns every palette colour into its own variable", () => {
  const light = Object.values(SHADES).map((shade) => shade.light);
  assert.equal(new Set(light).size, light.length, "two names share one light colour");
  assert.deepEqual(
    withCssColours({ a: [PALETTE.bad.light], b: { c: "#123456", d: 1 } }),
    { a: ["var(--bad)"], b: { c: "#123456", d: 1 } },
  );
  assert.match(cssVariables("dark"), new RegExp(`--ink:${PALETTE.ink.dark}`));
});
