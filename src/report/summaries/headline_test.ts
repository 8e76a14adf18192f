import assert from "node:assert/strict";
import type { Verdict } from "../../checks/verdict.ts";
import { plant, plausibleInput } from "../testdata/plausible_input.ts";
import { writeHeadline } from "./headline.ts";

const PLANTED: readonly (readonly [Verdict, string])[] = [
  ["low", "7 of 8 cases pass: 1 scores below its band."],
  ["high", "7 of 8 cases pass: 1 scores above its band."],
  ["differs", "7 of 8 cases pass: 1 differs from the published result."],
  ["failed", "7 of 8 cases pass: 1 failed."],
  ["stale", "7 of 8 cases pass: 1 is stale."],
  ["missing", "7 of 8 cases pass: 1 is missing."],
  ["no-band", "7 of 8 cases pass: 1 has no expected band."],
];

const TONES: { readonly [verdict in Verdict]?: string } = {
  low: "bad",
  high: "bad",
  differs: "bad",
  failed: "open",
  stale: "open",
  missing: "open",
  "no-band": "plain",
};

for (const [verdict, sentence] of PLANTED) {
  Deno.test(`writeHeadline() says that one case is ${verdict}, and which`, () => {
    const headline = writeHeadline(plant(plausibleInput(), "fc@2000#0", verdict));
    assert.equal(headline.sentence, sentence);
    assert.equal(headline.tone, TONES[verdict]);
    assert.deepEqual(
      headline.attention.map((group) => [group.verdict, group.cases.map((c) => c.id)]),
      [[verdict, ["fc@2000#0"]]],
    );
  });
}

Deno.test("writeHeadline() is good only when every case was judged and the run is over", () => {
  assert.equal(writeHeadline(plausibleInput()).tone, "good");
  assert.equal(writeHeadline(plausibleInput({ running: true })).tone, "plain");
  assert.equal(writeHeadline(plausibleInput({ cases: [] })).tone, "plain");
});

Deno.test("writeHeadline() puts a wrong score before a case that could not be measured", () => {
  let input = plant(plausibleInput(), "fc@250#0", "failed");
  assert.equal(writeHeadline(input).tone, "open");
  input = plant(input, "fc@500#0", "low");
  const headline = writeHeadline(input);
  assert.equal(headline.tone, "bad");
  assert.deepEqual(headline.attention.map((group) => group.verdict), ["low", "failed"]);
  assert.equal(
    headline.sentence,
    "6 of 8 cases pass: 1 scores below its band and 1 failed.",
  );
});

Deno.test("writeHeadline() calls a missing case of a run that goes on 'to come'", () => {
  const input = plant(plausibleInput({ running: true }), "fc@55000#0", "missing");
  const headline = writeHeadline(input);
  assert.equal(headline.sentence, "Still running. 7 of 8 cases pass: 1 is to come.");
  assert.equal(headline.tone, "plain");
});

Deno.test("writeHeadline() says that nothing was judged where no case has a band", () => {
  const ids = plausibleInput().cases.map((c) => c.id);
  const input = ids.reduce((i, id) => plant(i, id, "no-band"), plausibleInput());
  const headline = writeHeadline(input);
  assert.equal(
    headline.sentence,
    "None of the 8 cases has an expected band, so none was judged.",
  );
  assert.equal(headline.tone, "plain");
  assert.equal(headline.basis, "");
});

Deno.test("writeHeadline() claims equal bits only of cases with both published digests", () => {
  const input = plausibleInput();
  const [first, second] = input.cases;
  const digests = first!.record?.status === "ok" ? first!.record.result.digests : null;
  const cases = [{ ...first!, reference: digests }, second!];
  assert.equal(
    writeHeadline({ ...input, cases }).basis,
    "1 case repeats the published weights and outputs bit for bit. " +
      "1 case scores within its expected band, a two-sided 99.9 % prediction interval.",
  );
});

Deno.test("writeHeadline() has a sentence for a report without cases, and for one case", () => {
  const input = plausibleInput();
  assert.equal(
    writeHeadline({ ...input, cases: [] }).sentence,
    "There is no case to check.",
  );
  const one = { ...input, cases: input.cases.slice(0, 1) };
  assert.equal(writeHeadline(one).sentence, "The one case passes.");
  assert.equal(
    writeHeadline(plant(one, "fc@250#0", "failed")).sentence,
    "The one case failed.",
  );
});
