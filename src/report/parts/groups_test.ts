import assert from "node:assert/strict";
import { plausibleInput } from "../testdata/plausible_input.ts";
import { groupCases } from "./groups.ts";

Deno.test("groupCases() gathers the seeds of each configuration and loses no case", () => {
  const { cases } = plausibleInput({ seeds: 3 });
  const groups = groupCases(cases);
  assert.deepEqual(groups.map((g) => g.configuration).slice(0, 2), ["fc@250", "fc@500"]);
  assert.deepEqual(groups[1]!.cases.map((c) => c.id), ["fc@500#0", "fc@500#1", "fc@500#2"]);
  assert.equal(groups.flatMap((g) => g.cases).length, 24);
});
