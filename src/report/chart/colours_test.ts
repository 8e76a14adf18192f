import assert from "node:assert/strict";
import { converter, differenceCiede2000, differenceEuclidean, wcagContrast } from "culori";
import { cssVariables, MODEL_COLOURS, PALETTE, sizeColours, withCssColours } from "./colours.ts";

type Shade = { light: string; dark: string };
const SHADES: { [name: string]: Shade } = PALETTE;
const SCHEMES = ["light", "dark"] as const;

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

const linearOf = converter("lrgb");

/** A colour as eyes of a kind see it. */
function seen(hex: string, eyes: Matrix) {
  const { r, g, b } = linearOf(hex)!;
  const [red, green, blue] = eyes.map(([p, q, s]) =>
    Math.min(Math.max(p * r + q * g + s * b, 0), 1)
  );
  return { mode: "lrgb" as const, r: red!, g: green!, b: blue! };
}

/** The two of these colours that are nearest to each other for some eyes, and how near. */
function closest(
  colours: { readonly [name: string]: string },
  eyes: Matrix,
  difference: ReturnType<typeof differenceCiede2000>,
): { pair: string; apart: number } {
  const all = Object.entries(colours).map(([name, hex]) => ({ name, colour: seen(hex, eyes) }));
  return all.flatMap((a, i) =>
    all.slice(0, i).map((b) => ({
      pair: `${b.name} and ${a.name}`,
      apart: difference(a.colour, b.colour),
    }))
  ).reduce((least, found) => found.apart < least.apart ? found : least);
}

const TEXT = ["ink", "muted", "link", "good", "bad", "open", "plain"];
const SERIES = Object.keys(SHADES).filter((name) => name.startsWith("series"));
const SIZES = Object.keys(SHADES).filter((name) => name.startsWith("size"));
const DIGITS = Object.keys(SHADES).filter((name) => name.startsWith("digit"));

/** Colours that meet in one chart, by the names of the palette. */
const MEET: { readonly [what: string]: readonly string[] } = {
  "models, and what is drawn in ink": [...SERIES, "ink"],
  "numbers of latents": SIZES,
  "our times and those of others": ["ink", "muted"],
};

for (const scheme of SCHEMES) {
  Deno.test(`the ${scheme} palette has contrast 4.5 for text, 3 for series, sizes and digits`, () => {
    assert.ok(SERIES.length >= Object.keys(MODEL_COLOURS).length);
    for (const ground of ["surface", "raised"]) {
      for (const name of TEXT) {
        const found = wcagContrast(SHADES[name]![scheme], SHADES[ground]![scheme]);
        assert.ok(found >= 4.5, `${name} on ${ground}: ${found.toFixed(2)}`);
      }
    }
    assert.equal(DIGITS.length, 10);
    for (const name of [...SERIES, ...SIZES, ...DIGITS]) {
      const found = wcagContrast(SHADES[name]![scheme], SHADES.surface![scheme]);
      assert.ok(found >= 3, `${name}: ${found.toFixed(2)}`);
    }
  });

  for (const [kind, { sees, apart }] of Object.entries(EYES)) {
    for (const [what, names] of Object.entries(MEET)) {
      Deno.test(`the ${scheme} colours of ${what} are told apart by eyes with ${kind}`, () => {
        const colours = Object.fromEntries(names.map((name) => [name, SHADES[name]![scheme]]));
        const found = closest(colours, sees, differenceCiede2000());
        assert.ok(found.apart >= 10, `${found.pair}: ${found.apart.toFixed(1)}`);
      });
    }

    // In OKLab, where a distance of 0.02 is about the least that is seen.
    Deno.test(`the ${scheme} colours of two digits are told apart by eyes with ${kind}`, () => {
      const colours = Object.fromEntries(DIGITS.map((name) => [name, SHADES[name]![scheme]]));
      const found = closest(colours, sees, differenceEuclidean("oklab"));
      assert.ok(found.apart >= apart, `${found.pair}: ${found.apart.toFixed(3)}`);
    });
  }
}

Deno.test("colours that some eyes take for one are found: fc and vae as they were", () => {
  const before = { fc: "#1f6fb5", vae: "#7a49b3" };
  const difference = differenceCiede2000();
  assert.ok(closest(before, EYES["all cones"]!.sees, difference).apart > 10);
  assert.ok(closest(before, EYES["no green cones"]!.sees, difference).apart < 3);
});

Deno.test("a colour stands for one thing: a model, a number of latents, or a digit", () => {
  const things = [
    ...Object.values(MODEL_COLOURS),
    ...sizeColours(5),
    ...DIGITS.map((name) => SHADES[name]!.light),
  ];
  assert.equal(new Set(things).size, things.length);
});

Deno.test("sizeColours() spreads few sizes over all colours, and repeats them beyond", () => {
  const all = sizeColours(5);
  assert.equal(new Set(all).size, 5);
  assert.deepEqual(sizeColours(3), [all[0], all[2], all[4]]);
  assert.deepEqual(sizeColours(1), [all[0]]);
  assert.deepEqual(sizeColours(7), [...all, all[0], all[1]]);
});

Deno.test("withCssColours() turns every palette colour into its own variable", () => {
  const light = Object.values(SHADES).map((shade) => shade.light);
  assert.equal(new Set(light).size, light.length, "two names share one light colour");
  assert.deepEqual(
    withCssColours({ a: [PALETTE.bad.light], b: { c: "#123456", d: 1 } }),
    { a: ["var(--bad)"], b: { c: "#123456", d: 1 } },
  );
  assert.match(cssVariables("dark"), new RegExp(`--ink:${PALETTE.ink.dark}`));
});
