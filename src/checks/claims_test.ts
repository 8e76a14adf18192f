import assert from "node:assert/strict";
import { selectCases, WHOLE_PROFILE } from "../matrix/select_cases.ts";
import { formatConfiguration } from "../matrix/case.ts";
import { CLAIMS } from "./claims.ts";

Deno.test("every claim is about a configuration of the headline, and none is there twice", () => {
  const headline = selectCases({ ...WHOLE_PROFILE, profile: "headline" }, 55000)
    .map(formatConfiguration);
  const claimed = CLAIMS.map(({ configuration }) => configuration);
  assert.equal(claimed.length, 6);
  assert.equal(new Set(claimed).size, claimed.length);
  assert.deepEqual(claimed.filter((name) => !headline.includes(name)), []);
});

Deno.test("the words of a claim say the fraction that was claimed", () => {
  for (const { words, claimed } of CLAIMS) {
    assert.equal(words, `~${Number((claimed * 100).toFixed(2))} %`);
  }
});

Deno.test("what was measured again lies within 2 points of its claim", () => {
  for (const { configuration, claimed, measuredAgain } of CLAIMS) {
    assert.ok(measuredAgain.length > 0, configuration);
    for (const accuracy of measuredAgain) {
      assert.ok(Math.abs(accuracy - claimed) < 0.02, `${configuration}: ${accuracy}`);
    }
  }
});
