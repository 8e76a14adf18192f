import assert from "node:assert/strict";
import { CLAIMS } from "../../checks/claims.ts";
import { exactMean } from "../../checks/statistics/exact_mean.ts";
import { meanInterval } from "../../checks/statistics/sample_intervals.ts";
import type { ReportInput } from "../input.ts";
import { plant, plausibleInput, withHeads } from "../testdata/plausible_input.ts";
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

const SENTENCES: readonly (readonly [string, (input: ReportInput) => ReportInput, string])[] = [
  ["all others pass", (input) => input, "Every case passes for 5 of the 6 claims."],
  [
    "one is high",
    (input) => plant(input, "fc@250#0", "high"),
    "Every case passes for 4 of the 6 claims. Out of band, or other bits than published: fc@250.",
  ],
  [
    "two failed, of which one is low too",
    (input) => plant(plant(input, "fc@250#0", "failed"), "ae20@2000#0", "low"),
    "Every case passes for 3 of the 6 claims. Out of band, or other bits than published: " +
    "ae20@2000. Not complete: fc@250.",
  ],
  [
    "one has no band",
    (input) => plant(input, "fc@250#0", "no-band"),
    "Every case passes for 4 of the 6 claims. Not judged, for want of a band: fc@250.",
  ],
];

for (const [what, change, sentence] of SENTENCES) {
  Deno.test(`describeClaims() where ${what}, and one was not run`, () => {
    const rows = resultRows(change(mnist(withHeads())));
    assert.equal(describeClaims(rows, false), `${sentence} Not run: conv@55000.`);
  });
}

Deno.test("describeClaims() of a report without cases, and of one whose cases are to come", () => {
  assert.equal(
    describeClaims(resultRows(mnist(plausibleInput({ cases: [] }))), false),
    "For none of the 6 claims does every case pass. Not run: fc@55000, fc@2000, fc@250, " +
      "conv@55000, ae20@2000 and vae20@2000.",
  );
  const input = plant(mnist(withHeads()), "vae20@2000#0", "missing");
  assert.match(describeClaims(resultRows(input), true), / To come: vae20@2000\. Not run: conv/);
  assert.match(describeClaims(resultRows(input), false), / Not run: conv@55000 and vae20@2000\./);
});
