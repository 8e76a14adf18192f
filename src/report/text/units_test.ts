import assert from "node:assert/strict";
import { holdUnits, holdUnitsInHtml } from "./units.ts";

const held = (text: string) => text.replaceAll("_", "\u00a0");

Deno.test("holdUnits() holds a figure and its unit together, and both parts of a duration", () => {
  for (
    const text of [
      "97.65_% after 12_s, not 4_h_4_min or 3_min_20_s",
      "90.12 to 91.31_%, +0.12_pp, 58.84 nats/digit",
      "0.102_ms; 33_MB, 1.6_GB",
    ]
  ) assert.equal(holdUnits(text.replaceAll("_", " ")), held(text));
});

Deno.test("a number below 0 has a minus, and what is joined keeps its hyphen", () => {
  for (
    const [text, expected] of [
      ["-0.72 pp (-1 to -0.5)", "\u22120.72_pp (\u22121 to \u22120.5)"],
      ["2026-11-28, pre-2017, x86-64", "2026-11-28, pre-2017, x86-64"],
      ["--seeds 1 -j", "--seeds 1 -j"],
    ] as const
  ) assert.equal(holdUnits(text), held(expected));
});

Deno.test("holdUnits() leaves other spaces as they are", () => {
  for (const text of ["6 seeds", "20 hours", "seed 0 has", "4 h and", "in 3 steps", "a % b"]) {
    assert.equal(holdUnits(text).replaceAll("\u00a0h", " h"), text);
  }
});

Deno.test("holdUnitsInHtml() changes what is read, and no script, style or tag", () => {
  const kept = '<style>a{width:5 %}</style><script type="a">{"x":"5 %"}</script><b title="5 %">';
  assert.equal(holdUnitsInHtml(`${kept}5 %</b>`), held(`${kept}5_%</b>`));
});
