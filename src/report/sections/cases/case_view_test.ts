import assert from "node:assert/strict";
import { plant, plausibleInput, withHeads } from "../../testdata/plausible_input.ts";
import { caseRows } from "./case_row.ts";
import { type CaseView, EVERYTHING, readView, rowsInView, writeView } from "./case_view.ts";

const ROWS = caseRows(plant(withHeads(2), "fc@500#1", "low"));
const ids = (view: Partial<CaseView>) =>
  rowsInView(ROWS, { ...EVERYTHING, ...view }).map(({ id }) => id);

Deno.test("an address opens the view that it was written from", () => {
  const views: CaseView[] = [
    { ...EVERYTHING, open: "fc@2000#0" },
    { ...EVERYTHING, open: "ae20+5000#0 tfjs-node", text: "a&b=c #%" },
    { ...EVERYTHING, chosen: { model: "fc", labels: "none" }, sort: { by: "score", down: true } },
  ];
  for (const view of views) assert.deepEqual(readView(writeView(view)), view);
  assert.equal(writeView(views[0]!), "#case=fc@2000%230");
  assert.equal(writeView(views[2]!), "#cases?model=fc&labels=none&sort=-score");
  assert.equal(readView("#case=fc@2000#0")!.open, "fc@2000#0");
  assert.equal(readView("#cases"), null);
  assert.equal(readView("#case-fc@2000-seed0"), null);
  assert.equal(readView("#case=%E0%A4%A")!.open, "%E0%A4%A");
  assert.equal(readView("#cases?sort=nonsense")!.sort, null);
});

Deno.test("choices and words leave the cases that have all of them", () => {
  assert.deepEqual(ids({ chosen: { model: "ae", labels: "none" } }), ["ae20#0", "ae20#1"]);
  assert.deepEqual(ids({ chosen: { verdict: "low" } }), ["fc@500#1"]);
  assert.deepEqual(ids({ text: "VAE20@ #1" }), ["vae20@2000#1"]);
  assert.deepEqual(ids({ text: "nothing has this" }), []);
  assert.equal(ids({}).length, ROWS.length);
});

Deno.test("cases are sorted by numbers as numbers, and what has none comes last both ways", () => {
  const fc = { model: "fc", seed: "0" };
  assert.deepEqual(ids({ chosen: fc, sort: { by: "case", down: false } }).slice(0, 3), [
    ...["fc@250#0", "fc@500#0", "fc@1000#0"],
  ]);
  assert.equal(ids({ chosen: fc, sort: { by: "score", down: true } })[0], "fc@55000#0");
  const rows = caseRows(plant(plausibleInput(), "fc@250#0", "missing"));
  for (const down of [true, false]) {
    const sorted = rowsInView(rows, { ...EVERYTHING, sort: { by: "score", down } });
    assert.equal(sorted.at(-1)!.id, "fc@250#0");
  }
});
