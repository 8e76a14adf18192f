import assert from "node:assert/strict";
import type { Verdict } from "../../../checks/verdict.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { interrupted, running } from "../../testdata/run_states.ts";
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
  assert.equal(writeHeadline(running(plausibleInput(), {})).tone, "plain");
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

const LAST = ["fc@25000#0", "fc@55000#0"];

Deno.test("writeHeadline() of a run judges the cases so far, and lists none that is to come", () => {
  const input = running(plausibleInput(), { underWay: { [LAST[0]!]: 3 }, left: [LAST[1]!] });
  assert.deepEqual(writeHeadline(input), {
    tone: "plain",
    sentence: "Still running. All 6 cases so far pass.",
    basis: "6 cases score within their expected bands, two-sided 99.9 % prediction intervals.",
    attention: [],
  });
  const low = writeHeadline(plant(input, "fc@250#0", "low"));
  assert.equal(
    low.sentence,
    "Still running. 5 of 6 cases so far pass: 1 scores below its band.",
  );
  assert.equal(low.tone, "bad");
  assert.equal(writeHeadline(plant(input, "fc@250#0", "failed")).tone, "open");
  const none = running(plausibleInput(), { left: input.cases.map((c) => c.id) });
  assert.equal(writeHeadline(none).sentence, "Still running: no case has ended yet.");
  const one = { ...input, cases: input.cases.slice(5) };
  assert.equal(writeHeadline(one).sentence, "Still running. The one case so far passes.");
});

Deno.test("writeHeadline() of an interrupted run counts what has not run, and is not good", () => {
  const headline = writeHeadline(interrupted(plausibleInput(), LAST));
  assert.equal(
    headline.sentence,
    "Interrupted: 2 cases have not run. All 6 cases so far pass.",
  );
  assert.equal(headline.tone, "open");
  assert.deepEqual(headline.attention, []);
  const all = plausibleInput().cases.map((c) => c.id);
  assert.equal(
    writeHeadline(interrupted(plausibleInput(), all)).sentence,
    "Interrupted: 8 cases have not run.",
  );
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
