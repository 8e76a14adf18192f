import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import type { ReportInput } from "../../input.ts";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { headlineInput, withSecondOpinion } from "../../testdata/headline_input.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { LABELS } from "./labels.tsx";

async function render(input: ReportInput): Promise<string> {
  const section = await LABELS.render(input, false);
  if (section === null) throw new Error("Cannot test the section: there is none");
  return renderToString(section).replaceAll("\u00a0", " ");
}

Deno.test("the claims of the original experiment are marked on MNIST, and on nothing else", async () => {
  const html = await render(headlineInput());
  assert.match(html, /aria-label="fc@2000: claimed ~90 %"/);
  assert.match(html, /TensorFlow 1, 2017 .*; run again: its unmodified code on TensorFlow 2\.21/);
  for (const name of ["strokes", "idx"] as const) {
    const other = await render({ ...headlineInput(), dataset: { name, sha256: "0".repeat(64) } });
    assert.doesNotMatch(other, /claimed|run again|gtoubassi/);
  }
});

Deno.test("the table gives each configuration's mean over seeds, with its interval", async () => {
  const html = await render(headlineInput(6));
  const [row] = html.match(/<tr><th scope="row">conv<.*?<\/tr>/)!;
  assert.match(row, />55,000<.*>6<.*>9\d\.\d\d %<(.*>\d\d\.\d\d to \d\d\.\d\d %<){3}/);
  assert.match(html, /mean over seeds, 95 % interval/);
  assert.doesNotMatch(await render(headlineInput()), /mean over seeds, 95 %/);
});

Deno.test("the key names each model, each other engine, and what is out of its band", async () => {
  const keyOf = (html: string) => html.match(/<ul class="key">.*?<\/ul>/s)![0];
  const plain = keyOf(await render(headlineInput()));
  for (const model of ["fc", "conv", "ae", "vae"]) {
    assert.ok(plain.includes(`</span> ${model}</li>`));
  }
  assert.doesNotMatch(plain, /tfjs|its band|wide/);
  const input = plant(withSecondOpinion(headlineInput()), "fc@250#0", "low");
  assert.match(keyOf(await render(input)), /dashed: tfjs-node.*below its band/s);
});

Deno.test("each chart of the full matrix is drawn once, and the section is less than 1.3 MB", async () => {
  const html = await render(fullMatrixInput());
  assert.equal(html.match(/<svg /g)!.length, 6);
  assert.equal(html.match(/<tbody>.*<\/tbody>/s)![0].match(/<tr>/g)!.length, 198);
  assert.ok(html.length < 1_300_000, `${html.length} bytes`);
});

Deno.test("without a score there are words, and no chart", async () => {
  const input = plausibleInput();
  const html = await render(input.cases.reduce((i, c) => plant(i, c.id, "missing"), input));
  assert.match(html, /No case has a score yet\./);
  assert.doesNotMatch(html, /<svg/);
});
