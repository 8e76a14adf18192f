import assert from "node:assert/strict";
import { cssVariables, PALETTE, withCssColours } from "./palette.ts";

type Shade = { light: string; dark: string };
const SHADES: { [name: string]: Shade } = PALETTE;

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi! + 0.05) / (lo! + 0.05);
}

const TEXT = ["ink", "muted", "link", "good", "bad", "open", "plain"];
const SERIES = Object.keys(SHADES).filter((name) => name.startsWith("series"));

for (const scheme of ["light", "dark"] as const) {
  Deno.test(`the ${scheme} palette has contrast 4.5 for text and 3 for series`, () => {
    assert.equal(SERIES.length, 6);
    for (const ground of ["surface", "raised"]) {
      for (const name of TEXT) {
        const found = contrast(SHADES[name]![scheme], SHADES[ground]![scheme]);
        assert.ok(found >= 4.5, `${name} on ${ground}: ${found.toFixed(2)}`);
      }
    }
    for (const name of SERIES) {
      const found = contrast(SHADES[name]![scheme], SHADES.surface![scheme]);
      assert.ok(found >= 3, `${name}: ${found.toFixed(2)}`);
    }
  });
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
