import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import {
  bandOf,
  bandsOf,
  lossBandOf,
  PUBLISHED,
  scriptedRecord,
  storedAs,
} from "../../tests/scripted_world.ts";
import { checkStore } from "../checks/check_store.ts";
import type { CheckedCase } from "../checks/verdict.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { type Case, ORIGINAL } from "../matrix/case.ts";
import { verdictSummary, verdictTable } from "./verdict_table.ts";

function fc(labels: number): Case {
  return { ...ORIGINAL, model: "fc", latents: null, labels, seed: 0 };
}

async function someCases(): Promise<CheckedCase[]> {
  const records = [
    await scriptedRecord(fc(250), { score: 0.9, weights: "a" }),
    await scriptedRecord(fc(300), { score: 0.5, weights: "b" }),
    await scriptedRecord(fc(2000), { score: 0.7, weights: "c" }),
  ];
  return checkStore(
    [fc(6000)],
    "exact",
    await Promise.all(records.map(storedAs)),
    { sha256: STROKES_SHA256 },
    PUBLISHED,
  );
}

Deno.test("verdictTable() aligns its columns and explains what did not pass", async () => {
  const cases = await someCases();
  const digests = cases.map(({ record }) =>
    record?.status === "ok" ? record.result.digests.weights.slice(0, 12) : null
  );
  assert.equal(
    verdictTable(cases, false),
    `\
case       score    band              verdict    epochs  time   digest
fc@250#0   90.00 %  80.00 to 95.00 %  ✓ pass     6       1.5 s  ${digests[0]}
fc@300#0   50.00 %                    · no band  6       1.5 s  ${digests[1]}
fc@2000#0  70.00 %  80.00 to 95.00 %  ✗ low      6       1.5 s  ${digests[2]}
fc@6000#0           80.00 to 95.00 %  ? missing
fc@2000#0: 70.00 % against the band 80.00 to 95.00 %: worse than this model does
`,
  );
});

Deno.test("verdictTable() writes losses with their unit, beside accuracies in per cent", async () => {
  const bands = bandsOf(lossBandOf("ae20"), lossBandOf("vae20"), bandOf("vae20@2000"));
  const records = await Promise.all(
    ([["ae20", 58.8361], ["vae20", 94.8149], ["vae20@2000", 0.9]] as const).map(
      async ([name, score]) =>
        await storedAs(
          await scriptedRecord(caseOf(name), { score, weights: name }),
        ),
    ),
  );
  const cases = checkStore([], "exact", records, { sha256: STROKES_SHA256 }, {
    bands,
    records: [],
  });
  const text = verdictTable(cases, false).replace(/[0-9a-f]{12}$/gm, "DIGEST");
  assert.deepEqual(text.trimEnd().split("\n").toSorted(), [
    "ae20#0        58.84 nats/digit  58.00 to 60.00 nats/digit  ✓ pass   6       1.5 s  DIGEST",
    "case          score             band                       verdict  epochs  time   digest",
    "vae20#0       94.81 nats/digit  58.00 to 60.00 nats/digit  ✗ high   6       1.5 s  DIGEST",
    "vae20#0: 94.81 nats/digit against the band 58.00 to 60.00 nats/digit: worse than this model " +
    "does",
    "vae20@2000#0  90.00 %           80.00 to 95.00 %           ✓ pass   6       1.5 s  DIGEST",
  ]);
});

Deno.test("verdictTable() colors verdicts only where it is told to, and moves no column by it", async () => {
  const cases = await someCases();
  const colored = verdictTable(cases, true);
  assert.ok(colored.includes("\x1b[32m✓ pass   \x1b[39m"));
  assert.ok(colored.includes("\x1b[31m✗ low    \x1b[39m"));
  assert.ok(colored.includes("\x1b[33m· no band\x1b[39m"));
  // deno-lint-ignore no-control-regex
  const plain = colored.replace(/\x1b\[[0-9]+m/g, "").replace(/ +$/gm, "");
  assert.equal(plain, verdictTable(cases, false));
});

Deno.test("verdictSummary() counts verdicts in a sentence", async () => {
  const cases = await someCases();
  assert.equal(verdictSummary(cases), "4 cases: 1 pass, 1 no band, 1 low, 1 missing");
  assert.equal(verdictSummary(cases.slice(0, 1)), "1 case: 1 pass");
});
