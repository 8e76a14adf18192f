import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import type { ComparedCase } from "../checks/compare_records.ts";
import { comparisonJson, comparisonTable } from "./comparison_table.ts";

function compared(name: string, changes: Partial<ComparedCase>): ComparedCase {
  return {
    id: `${name}#0`,
    case: caseOf(name),
    engine: "exact",
    relation: "same bits",
    metric: "accuracy",
    before: 0.9,
    after: 0.9,
    differing: [],
    since: [],
    broken: false,
    ...changes,
  };
}

const MOVED = compared("fc@250", {
  relation: "moved",
  after: 0.875,
  differing: ["weights"],
  since: [
    { what: "commit", before: null, after: "a".repeat(40) },
    { what: "kernels", before: "b".repeat(64), after: "c".repeat(64) },
    { what: "deno", before: "2.9.6", after: "2.9.7" },
  ],
});

Deno.test("comparisonTable() shows what moved, how far and since what, and counts the rest", () => {
  assert.equal(
    comparisonTable("old", [
      MOVED,
      compared("fc@300", { relation: "moved", after: null, broken: true }),
      compared("fc@500", {}),
      compared("fc@1000", { relation: "only here", before: null }),
      compared("fc@1500", { relation: "only here", before: null }),
      compared("fc@2000", { relation: "only there", after: null }),
      compared("vae20", {
        id: "vae20#0 tfjs-node",
        relation: "scores only",
        metric: "loss",
        before: 90,
        after: 90.0125,
      }),
      compared("fc@9", { relation: "both failed", before: null, after: null }),
    ]),
    `
Against old: 2 moved, 1 the same bits, 1 of other engines, 1 failed in both, 2 only here, 1 only there
only here: fc@1000#0, fc@1500#0
only there: fc@2000#0
case               there             here              difference          bits          since
fc@250#0           90.00 %           87.50 %           -2.50 pp            moved         commit none -> aaaaaaaaaaaa, kernels bbbbbbbbbbbb -> cccccccccccc, deno 2.9.6 -> 2.9.7
fc@300#0           90.00 %           failed                                moved         nothing that the records name
vae20#0 tfjs-node  90.00 nats/digit  90.01 nats/digit  +0.0125 nats/digit  not compared
1 moved within one numeric version, which fails this check
`,
  );
});

Deno.test("comparisonTable() of the same bits is a sentence, whatever their number", () => {
  const ten = Array.from({ length: 10 }, (_, i) => compared(`fc@${i + 1}`, {}));
  assert.equal(comparisonTable("old", ten), "\nAgainst old: 10 the same bits\n");
});

Deno.test("comparisonJson() gives differences in their unit, and digests in full", () => {
  const { results, cases } = comparisonJson("old", [
    MOVED,
    compared("ae20", { metric: "loss", relation: "scores only", before: 60, after: 61.5 }),
    compared("fc@500", { relation: "only there", after: null }),
  ]);
  assert.equal(results, "old");
  assert.deepEqual(cases[0], {
    case: "fc@250#0",
    engine: "exact",
    relation: "moved",
    metric: "accuracy",
    before: 0.9,
    after: 0.875,
    difference: -2.5,
    unit: "percentage points",
    differing: ["weights"],
    since: MOVED.since,
    broken: false,
  });
  assert.deepEqual([cases[1]!.difference, cases[1]!.unit], [1.5, "nats per digit"]);
  assert.equal(cases[2]!.difference, null);
});
