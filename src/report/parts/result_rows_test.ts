import assert from "node:assert/strict";
import { CLAIMS } from "../../checks/claims.ts";
import { exactMean } from "../../checks/statistics/exact_mean.ts";
import { meanInterval } from "../../checks/statistics/sample_intervals.ts";
import type { ReportInput } from "../input.ts";
import { plant, plausibleInput, withHeads } from "../testdata/plausible_input.ts";
import { interrupted, running } from "../testdata/run_states.ts";
import { describeClaims, resultRows, scoreOf } from "./result_rows.ts";

function mnist(input: ReportInput): ReportInput {
  return { ...input, dataset: { name: "mnist", sha256: "e".repeat(64) } };
}

Deno.test("resultRows() has a row for each claim about MNIST, run or not", () => {
  const rows = resultRows(mnist(withHeads()));
  assert.deepEqual(rows.map(({ claim }) => claim), CLAIMS);
  assert.deepEqual(
    rows.map(({ name, cases }) => [name, cases.length]),
    [
      ["fc@55000", 1],
      ["fc@2000", 1],
      ["fc@250", 1],
      ["conv@55000", 0],
      ["ae20@2000", 1],
      ["vae20@2000", 1],
    ],
  );
});

Deno.test("resultRows() holds no claim against another dataset, and takes its largest label count", () => {
  const { cases } = withHeads();
  const few = cases.filter(({ case: c }) => (c.labels ?? 0) <= 5000);
  for (const name of ["strokes", "idx"] as const) {
    const rows = resultRows({ dataset: { name, sha256: "0".repeat(64) }, cases: few });
    assert.deepEqual(
      rows.map(({ name, claim }) => [name, claim]),
      ["fc@5000", "fc@2000", "fc@250", "ae20@2000", "vae20@2000"].map((name) => [name, null]),
    );
  }
});

Deno.test("resultRows() gives the mean over valid seeds with Student's interval, or the one score", () => {
  const input = plant(mnist(plausibleInput({ seeds: 4 })), "fc@2000#1", "stale");
  const row = resultRows(plant(input, "fc@2000#2", "failed"))[1]!;
  const scores = input.cases.filter(({ id }) => ["fc@2000#0", "fc@2000#3"].includes(id))
    .map(({ record }) => record?.status === "ok" ? record.result.score : NaN);
  assert.deepEqual(row.scores, scores);
  assert.deepEqual(row.interval, meanInterval(scores));
  assert.equal(scoreOf(row), exactMean(scores));
  const [one] = resultRows(mnist(plausibleInput()));
  assert.equal(one!.interval, null);
  assert.equal(scoreOf(one!), one!.scores[0]);
  assert.equal(scoreOf({ ...one!, scores: [] }), null);
});

Deno.test("resultRows() gives other engines rows of their own, below ours", () => {
  const input = mnist(plausibleInput());
  const others = input.cases.map((c) => ({ ...c, engine: "tfjs-node" as const }));
  const rows = resultRows({ ...input, cases: [...others, ...input.cases] });
  assert.deepEqual(rows.slice(0, 2).map(({ name }) => name), ["fc@55000", "fc@55000 tfjs-node"]);
});

const AGAIN = "The original code, run again 15 times, scored within our bands 11 times.";
const SENTENCES: readonly (readonly [string, (input: ReportInput) => ReportInput, string])[] = [
  [
    "all others pass",
    (input) => input,
    "5 of the 6 results of 2017 were measured, and repeat within 1 percentage point. All of our 5 " +
    `cases behind them score within their bands. ${AGAIN}`,
  ],
  [
    "one is high",
    (input) => plant(input, "fc@250#0", "high"),
    "5 of the 6 results of 2017 were measured, and repeat within 2 percentage points. Of our 5 " +
    `cases behind them 4 score within their bands. ${AGAIN} Out of band, or contradicted: ` +
    "fc@250.",
  ],
  [
    "two failed, of which one is low too",
    (input) => plant(plant(input, "fc@250#0", "failed"), "ae20@2000#0", "low"),
    "4 of the 6 results of 2017 were measured, and repeat within 2 percentage points. Of our 5 " +
    `cases behind them 3 score within their bands. ${AGAIN} Out of band, or contradicted: ` +
    "ae20@2000. Not complete: fc@250.",
  ],
  [
    "one has no band",
    (input) => plant(input, "fc@250#0", "no-band"),
    "5 of the 6 results of 2017 were measured, and repeat within 1 percentage point. Of our 5 " +
    "cases behind them 4 score within their bands. The original code, run again 10 times, scored " +
    "within our bands 8 times. Not judged, for want of a band: fc@250.",
  ],
  [
    "two have the published bits",
    (input) => repeating(input, "fc@250#0", "fc@2000#0"),
    "5 of the 6 results of 2017 were measured, and repeat within 1 percentage point. Of our 5 " +
    `cases behind them 2 have the published bits and 3 score within their bands. ${AGAIN}`,
  ],
];

/** These cases with the published digests. */
function repeating(input: ReportInput, ...ids: string[]): ReportInput {
  const cases = input.cases.map((c) => ({
    ...c,
    reference: ids.includes(c.id) && c.record?.status === "ok" ? c.record.result.digests : null,
  }));
  return { ...input, cases };
}

for (const [what, change, sentences] of SENTENCES) {
  Deno.test(`describeClaims() where ${what}, and one was not run`, () => {
    const rows = resultRows(change(mnist(withHeads())));
    assert.equal(describeClaims(rows, null), `${sentences} Not run: conv@55000.`);
  });
}

Deno.test("describeClaims() tells results that repeat from bits that do not, and the other way round", () => {
  const far = mnist(withHeads());
  const cases = far.cases.map((c) => {
    if (c.id !== "fc@2000#0" || c.record?.status !== "ok") return c;
    return { ...c, record: { ...c.record, result: { ...c.record.result, score: 0.9512 } } };
  });
  const all = cases.map(({ id }) => id);
  const bits = describeClaims(resultRows(repeating({ ...far, cases }, ...all)), null);
  assert.match(bits, /^5 of the 6 results .* repeat within 6 percentage points\./);
  assert.match(bits, / All of our 5 cases behind them have the published bits\./);
  const other = describeClaims(resultRows(plant(far, "fc@2000#0", "differs")), null);
  assert.match(other, /^5 of the 6 results .* repeat within 1 percentage point\./);
  assert.match(other, /Of our 5 cases behind them 4 score within their bands\..*: fc@2000\./);
});

Deno.test("describeClaims() of a report without cases, and of one whose cases are to come", () => {
  assert.equal(
    describeClaims(resultRows(mnist(plausibleInput({ cases: [] }))), null),
    "None of the 6 results of 2017 was measured. Not run: fc@55000, fc@2000, fc@250, " +
      "conv@55000, ae20@2000 and vae20@2000.",
  );
  const say = (input: ReportInput) => describeClaims(resultRows(input), input.run);
  const [input, head] = [mnist(withHeads(3)), "vae20@2000#0"];
  const heads = ["vae20@2000#0", "vae20@2000#1", "vae20@2000#2"];
  assert.match(say(running(input, { left: heads })), / To come: vae20@2000\. Not run: conv/);
  assert.match(say(running(input, { left: [head] })), / Not complete: vae20@2000\. Not run: conv/);
  assert.match(say(interrupted(input, heads)), / Not run: conv@55000 and vae20@2000\./);
  assert.match(say(plant(mnist(withHeads()), head, "missing")), / Not run: conv@55000 and vae20/);
  const all = running(input, { left: input.cases.map((c) => c.id) });
  assert.match(say(all), /^None of the 6 results of 2017 is measured yet\. .* To come: fc@55000, /);
});
