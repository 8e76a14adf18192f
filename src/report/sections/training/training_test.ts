import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import type { ReportInput } from "../../input.ts";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { headlineInput } from "../../testdata/headline_input.ts";
import { savedFile } from "../../testdata/page_text.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { TRAINING } from "./training.tsx";

async function render(input: ReportInput): Promise<string> {
  const section = await TRAINING.render(input, false);
  if (section === null) throw new Error("Cannot test the section: there is none");
  return renderToString(section).replaceAll("\u00a0", " ");
}

Deno.test("a failed case is named with the reason, and a missing or stale one too", async () => {
  const input = ([
    ["fc@250#0", "failed"],
    ["fc@500#0", "missing"],
    ["fc@1000#0", "missing"],
    ["fc@2000#0", "stale"],
  ] as const).reduce((planted, [id, verdict]) => plant(planted, id, verdict), headlineInput());
  const html = await render(input);
  for (
    const sentence of [
      "1 case failed, without a curve: fc@250#0 (the loss is not finite, epoch 3, step 41).",
      "2 cases without a record: fc@500#0, fc@1000#0.",
      "1 case of another numeric version, not shown: fc@2000#0.",
    ]
  ) {
    assert.ok(html.includes(sentence), sentence);
  }
  assert.doesNotMatch(await render(headlineInput()), /class="without"/);
});

Deno.test("of many cases without a record the first are named, and the others folded", async () => {
  const input = headlineInput();
  const html = await render(input.cases.reduce((i, c) => plant(i, c.id, "missing"), input));
  assert.match(html, /13 cases without a record: (\S+#0, ){5}\S+#0, and others\./);
  assert.match(html, /<summary>and 7 more<\/summary>/);
  assert.doesNotMatch(html, /<svg/);
});

Deno.test("each panel is drawn once, before any script runs, without what only scripts do", async () => {
  const html = await render(headlineInput());
  assert.equal(html.match(/<svg /g)!.length, 4);
  assert.equal(html.match(/class="mark-line role-mark curves_marks"/g)!.length, 13);
  assert.doesNotMatch(html, /class="[^"]*hits_marks/);
});

Deno.test("the data to download have a row for each epoch of each case", async () => {
  const { cases } = headlineInput();
  const lines = (await savedFile(await render(headlineInput()), "training.csv")).trim().split(
    "\r\n",
  );
  assert.equal(lines[0], "case,epoch,validation");
  const epochs = cases.map(({ record }) => record?.status === "ok" ? record.result.epochs : 0);
  assert.equal(lines.length - 1, epochs.reduce((sum, count) => sum + count, 0));
  const record = cases.find(({ id }) => id === "ae20#0")!.record;
  assert.ok(record?.status === "ok");
  assert.ok(lines.includes(`ae20#0,1,${record.result.curve[0]!.validationScore}`));
});

Deno.test("the table sums up the epochs of a configuration's seeds", async () => {
  const html = await render(headlineInput(3));
  const [row] = html.match(/<tr><th scope="row">conv@55000.*?<\/tr>/)!;
  assert.match(row, />3<.*>\d+ to \d+, median \d+<.*>99\.00 %</, "three equal scores");
  assert.match(html, /<th scope="row">vae20<\/th>.*?>9\d\.\d\d to 9\d\.\d\d nats\/digit</);
});

Deno.test("the section of the full matrix is less than 3.2 MB", async () => {
  const input = fullMatrixInput();
  assert.equal(input.cases.length, 1248);
  const html = await render(input);
  assert.ok(html.length < 3_200_000, `${html.length} bytes`);
});

Deno.test("without cases there is no section", async () => {
  assert.equal(await TRAINING.render(plausibleInput({ cases: [] }), false), null);
});
