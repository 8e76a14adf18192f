import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { formatCase } from "../../../matrix/case.ts";
import type { ReportInput } from "../../input.ts";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { headlineInput, withSecondOpinion } from "../../testdata/headline_input.ts";
import { savedFile } from "../../testdata/page_text.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { AE_OR_VAE } from "./ae_or_vae.tsx";

async function render(input: ReportInput): Promise<string> {
  const section = await AE_OR_VAE.render(input, false);
  if (section === null) throw new Error("Cannot test the section: there is none");
  return renderToString(section).replaceAll("\u00a0", " ");
}

/** Heads of vae ahead of those of ae by so much, seed by seed. */
function ahead(differences: readonly number[]): ReportInput {
  const input = headlineInput(differences.length);
  const cases = input.cases.map((c): CheckedCase => {
    const { case: { model, labels, latents, seed }, record } = c;
    if (record?.status !== "ok" || latents === null || labels === null) return c;
    const score = 0.94 + (model === "vae" ? differences[seed]! : 0);
    return { ...c, record: { ...record, result: { ...record.result, score } } };
  });
  return { ...input, cases };
}

Deno.test("the numbers decide what is said of the embedding", async () => {
  // Mean 0.05 and half width 0.02299198, as in over_seeds_test.ts; here a tenth of both.
  const tenth = [0.002, 0.004, 0.004, 0.005, 0.007, 0.008];
  assert.match(
    await render(ahead(tenth)),
    /With 20 latents and 2,000 labels the VAE's embedding scores 0\.50 pp higher on average over 6 seeds \(95 % interval \+0\.27 to \+0\.73 pp\)\./,
  );
  assert.match(await render(ahead(tenth.map((d) => -d))), /scores 0\.50 pp lower on average/);
  const undecided = await render(ahead([0.01, -0.01, 0.01, -0.01, 0.01, -0.01]));
  assert.match(undecided, /it is undecided: .* the interval holds 0/);
  const few = await render(ahead(tenth.slice(1, 4)));
  assert.match(few, /there are too few pairs: 3 seeds; 6 are the least/);
  for (const html of [undecided, few]) assert.doesNotMatch(html, />VAE (higher|lower)</);
});

Deno.test("one seed gives a difference and no interval", async () => {
  const html = await render(ahead([0.004]));
  assert.match(html, /too few pairs: 1 seed; 6 are the least\. So far .* scores 0\.40 pp higher\./);
  assert.doesNotMatch(html, /Each interval holds by itself/);
});

Deno.test("the full matrix is said size by size, and drawn by latents, by labels, and by both", async () => {
  const html = await render(fullMatrixInput());
  assert.match(html, /On the embedding alone\..*Averaged over 9 numbers of labels, 100 to 55,000:/);
  for (const latents of [2, 5, 10, 20, 50]) {
    const sentences = html.match(new RegExp(`<li>With ${latents} latents [^<]*</li>`, "g"));
    assert.equal(sentences?.length, 2, "one of each kind of head");
  }
  assert.equal(html.match(/<svg /g)!.length, 7);
  assert.match(html, /of 20, one misses on average; 118 are shown here\./);
  const [table] = html.match(/<tbody>.*<\/tbody>/s)!;
  assert.equal(table.match(/<tr>/g)!.length, 118);
  assert.match(table, /<td class="number">mean of 9<\/td>/);
  assert.match(table, /<td class="number">mean of 5<\/td>/);
});

Deno.test("a difference that is averaged over nothing is shown once, and called by its name", async () => {
  // As in the published run: 20 latents with six seeds, 2 with one, and one number of labels.
  const input = fullMatrixInput();
  const cases = input.cases.filter(({ case: { model, latents, labels, seed } }) =>
    /^v?ae$/.test(model) && labels === 2000 && (latents === 20 || latents === 2 && seed === 0)
  );
  const html = await render({ ...input, cases });
  assert.deepEqual([...html.matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, title]) => title), [
    "By latents, 2,000 labels",
  ]);
  assert.equal(html.match(/<svg /g)!.length, 1);
  assert.doesNotMatch(html, /averaged|are shown here/i);
  const [table] = html.match(/<tbody>.*<\/tbody>/s)!;
  assert.equal(table.match(/<tr>/g)!.length, 2);
  const csv = await savedFile(html, "csv");
  assert.equal(csv.trim().split("\r\n").length - 1, 2);
  assert.doesNotMatch(csv, /averaged/);
});

Deno.test("what is of another engine is left out, and said so", async () => {
  const html = await render(withSecondOpinion(headlineInput(6)));
  assert.match(html, /12 heads of other engines or numeric versions are left out\./);
  assert.doesNotMatch(await render(headlineInput(6)), /left out/);
  const stale = plant(headlineInput(6), "vae20@2000#0", "stale");
  assert.match(await render(stale), /1 head of other engines or numeric versions is left out\./);
  assert.match(await render(stale), /too few pairs: 5 seeds/);
});

Deno.test("without a pair of heads there is no section", async () => {
  assert.equal(await AE_OR_VAE.render(plausibleInput(), false), null);
  const { cases } = headlineInput();
  const lonely = cases.filter((c) => formatCase(c.case) !== "ae20@2000#0");
  assert.equal(await AE_OR_VAE.render(headlineInputOf(lonely), false), null);
});

function headlineInputOf(cases: readonly CheckedCase[]): ReportInput {
  return { ...headlineInput(), cases };
}
