import assert from "node:assert/strict";
import { dependencyOf, formatCase, ORIGINAL, parseCase } from "./case.ts";
import { MODELS } from "./models.ts";
import { takingTurns } from "./order.ts";
import { PROFILE_NAMES } from "./profiles.ts";
import { selectCases, WHOLE_PROFILE } from "./select_cases.ts";

function ordered(times: { readonly [name: string]: number }): string[] {
  const cases = Object.entries(times).map(([name, seconds]) => ({
    case: { ...ORIGINAL, ...parseCase(name), seed: 0 },
    seconds,
  }));
  return takingTurns(cases).map(({ case: c }) => formatCase(c).replace(/#0$/, ""));
}

Deno.test("takingTurns() lets families take turns, and heads follow their encoder", () => {
  assert.deepEqual(
    ordered({
      ...{ "wide-ae20@2000": 2, "ae20@2000": 1, ae20: 100, "vae20@2000": 1, vae20: 50 },
      ...{ "fc@250": 1, "fc@2000": 2, "fc@55000": 5 },
      ...{ "conv@55000": 90, "conv@250": 30, "conv@2000": 40 },
    }),
    [
      ...["fc@250", "fc@2000", "fc@55000", "conv@250", "vae20", "vae20@2000"],
      ...["conv@2000", "ae20", "ae20@2000", "wide-ae20@2000", "conv@55000"],
    ],
  );
});

Deno.test("takingTurns() takes heads first if their encoder has run", () => {
  assert.deepEqual(ordered({ ae20: 100, "vae20@2000": 1, "vae20@250": 0.5, "fc@250": 0.7 }), [
    ...["vae20@250", "fc@250", "vae20@2000", "ae20"],
  ]);
});

Deno.test("takingTurns() keeps every case of every profile, each family's cheapest before what costs more", () => {
  for (const profile of PROFILE_NAMES) {
    const cases = selectCases({ ...WHOLE_PROFILE, profile }, 55_000);
    // Times that differ from case to case; encoders take longest, as they do.
    const timed = cases.map((c, i) => ({
      case: c,
      seconds: (c.labels === null ? 1000 : c.model === "conv" ? 50 : 1) + (i * 7919 % 101) / 10,
    }));
    const order = takingTurns(timed);
    assert.equal(new Set(order).size, cases.length, profile);
    const at = new Map(order.map((one, i) => [formatCase(one.case), i]));
    for (const { case: c } of order) {
      const encoder = dependencyOf(c);
      if (encoder !== null) {
        assert.ok(at.get(formatCase(encoder))! < at.get(formatCase(c))!, formatCase(c));
      }
    }
    const classifiers = order.filter(({ case: c }) => MODELS[c.model].encoder === null);
    for (const family of Map.groupBy(classifiers, ({ case: c }) => c.model).values()) {
      const cheapest = family.reduce((least, one) => one.seconds < least.seconds ? one : least);
      const first = order.indexOf(cheapest);
      assert.ok(order.slice(0, first).every(({ seconds }) => seconds <= cheapest.seconds), profile);
    }
  }
});
