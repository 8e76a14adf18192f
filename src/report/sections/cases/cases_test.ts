import assert from "node:assert/strict";
import { renderReport } from "../../report_page.tsx";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { sectionOf } from "../../testdata/page_text.ts";
import { plant, plausibleInput, withHeads } from "../../testdata/plausible_input.ts";
import { caseRows, confusionOf } from "./case_row.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

Deno.test("a page of the full profile is below 6 MB, and has a row for each case", async () => {
  const input = fullMatrixInput();
  assert.equal(input.cases.length, 1248);
  const html = await renderReport(input);
  assert.equal(html.match(/<tr id="case-/g)!.length, 1248);
  assert.ok(bytesOf(html) < 6_000_000, `${bytesOf(html)} bytes`);
  const half = await renderReport({ ...input, cases: input.cases.slice(0, 624) });
  const grown = (bytesOf(sectionOf(html, "cases")) - bytesOf(sectionOf(half, "cases"))) / 624;
  assert.ok(grown < 600, `${grown} bytes per case`);
});

Deno.test("confusionOf() counts predictions by true digit, where both are known", () => {
  const counts = confusionOf({ predictions: "0012" }, Uint8Array.of(0, 1, 1, 2))!.split(" ");
  assert.equal(counts.length, 100);
  assert.deepEqual([counts[0], counts[10], counts[11], counts[22]], ["1", "1", "1", "1"]);
  assert.equal(counts.reduce((sum, n) => sum + Number(n), 0), 4);
  assert.equal(confusionOf({}, Uint8Array.of(0)), null);
  assert.equal(confusionOf({ predictions: "00" }, null), null);
  assert.equal(confusionOf({ predictions: "00" }, Uint8Array.of(0)), null);
});

Deno.test("a head names its encoder, and its weights only if the record here has others", () => {
  const input = withHeads();
  const find = (from = input) => caseRows(from).find(({ id }) => id === "ae20@2000#0")!;
  assert.deepEqual([find().encoder, find().encoderWeights], ["ae20#0", null]);
  const alone = find(plant(input, "ae20#0", "missing"));
  assert.equal(alone.encoder, "ae20#0");
  assert.equal(alone.encoderWeights!.length, 43);
});

Deno.test("without a script the table says what does not pass, why, and counts the records", async () => {
  const html = sectionOf(
    await renderReport(plant(plausibleInput(), "fc@250#0", "missing")),
    "cases",
  );
  assert.match(html, /7 records of 8 cases\./);
  const row = html.match(/<tr id="case-fc@250-seed0">.*?<\/tr>/)![0];
  assert.match(row, /– missing<span class="line note">There is no record of this case\.<\/span>/);
  assert.ok(!html.match(/<tr id="case-fc@500-seed0">.*?<\/tr>/)![0].includes("note"));
});
