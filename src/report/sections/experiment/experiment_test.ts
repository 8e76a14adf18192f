import assert from "node:assert/strict";
import { drawn, PILOT } from "../../../../tests/helpers/made_up_heads.ts";
import { analyse, PLAN } from "../../../checks/experiment/analysis.ts";
import { conclude } from "../../../checks/experiment/conclusions.ts";
import { renderReport } from "../../report_page.tsx";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { sectionOf } from "../../testdata/page_text.ts";
import { plausibleInput } from "../../testdata/plausible_input.ts";
import { forest } from "./chart.ts";

function experimentOf(seeds: number) {
  const experiment = analyse(drawn(PILOT, seeds));
  return { experiment, conclusions: conclude(experiment, []) };
}

async function textOf(seeds: number): Promise<string> {
  const html = await renderReport(plausibleInput({ experiment: experimentOf(seeds) }));
  return sectionOf(html, "experiment").replaceAll("&#39;", "'").replaceAll(/<[^>]*>/g, " ");
}

Deno.test("the section says what is found, with intervals and seeds, and shows every figure once more as a table", async () => {
  const text = await textOf(PLAN.seeds);
  assert.match(
    text,
    /heads on the VAE's means score lower than heads on the linear AE's codes: −\d/,
  );
  assert.match(text, /H1\. .*supported/s);
  assert.match(text, /n = 12/);
  assert.doesNotMatch(text, /under way/);
});

Deno.test("the section of too few triples says how far the runs are, and concludes nothing", async () => {
  const text = await textOf(5);
  assert.match(text, /Its runs are under way: 5 of 12 triples of encoders are whole\./);
  assert.match(text, /Nothing is concluded yet/);
  assert.doesNotMatch(text, /supported|refuted|score lower/);
});

Deno.test("a report without drawn heads has no such section", async () => {
  assert.doesNotMatch(await renderReport(plausibleInput()), /id="experiment"/);
});

Deno.test("the forest has a row per contrast, and is valid", () => {
  const { primary } = analyse(drawn(PILOT, PLAN.seeds));
  const spec = forest(primary!, "MNIST");
  assertGoodSpec(spec);
  const rows = spec.datasets!["contrasts"] as { contrast: string; decided: boolean }[];
  assert.deepEqual(rows.map(({ contrast }) => contrast), primary!.map(({ name }) => name));
  assert.ok(rows.every(({ decided }) => decided));
  assert.match(spec.description!, /vae - lae, even: -\d\.\d\d pp, 95% CI/);
});
