import assert from "node:assert/strict";
import { testWith } from "../../../../tests/needs.ts";
import type { ReportInput } from "../../input.ts";
import { renderReport } from "../../report_page.tsx";
import { accessibilityOf } from "../../testdata/axe.ts";
import { withPage } from "../../testdata/chromium.ts";
import { sectionOf, withoutScript } from "../../testdata/page_text.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { published, RUNS } from "./testdata/published_input.ts";

const PUBLISHED = published(plausibleInput(), { "fc@250#0": RUNS, "fc@500#0": RUNS.slice(0, 1) });

async function pageOf(input: ReportInput): Promise<string> {
  return withoutScript(await renderReport(input)).replaceAll("\u00a0", " ");
}

Deno.test("the headline of published records says who repeated them, from attestations alone", async () => {
  const html = await pageOf(PUBLISHED);
  assert.match(
    html,
    /<h1 class="sentence(?: long)?">.*2 of 8 published cases were repeated bit for bit by 5 builds\.<\/h1>/,
  );
  assert.match(html, /8 of the bands were measured with the same run, among others\./);
  assert.ok(!/same as published|as published|published reference|All 8 cases pass/.test(html));
  const alone = await pageOf(published(plausibleInput(), {}));
  assert.match(alone, /No other run has repeated any of the 8 published cases yet\.<\/h1>/);
  assert.ok(!alone.includes('class="attestations"'));
});

Deno.test("published records without a band ask for no attention; a wrong one does", async () => {
  const without = plant(PUBLISHED, "fc@1000#0", "no-band");
  const quiet = await pageOf(without);
  assert.match(quiet, /1 case has no band, and no other run has repeated it yet\./);
  assert.ok(!quiet.includes('class="attention"'));
  const contradicted = PUBLISHED.cases.map((c) =>
    c.id !== "fc@250#0" ? c : {
      ...c,
      verdict: "differs" as const,
      reason: "the attestation of native-neon contradicts it",
      attested: { ...c.attested!, contradictions: ["the attestation of native-neon"] },
    }
  );
  const red = await pageOf({ ...PUBLISHED, cases: contradicted });
  assert.match(red, /class="verdict bad".*7 of 8 cases pass: 1 is contradicted\.<\/h1>/s);
  assert.match(red, /2 of 8 published cases were repeated bit for bit by 5 builds\. /);
  assert.match(red, /class="attention".*The attestation of native-neon contradicts it\./s);
  assert.match(red, /bad tone">contradicted</);
});

Deno.test("a page of other records has no table of attestations, and its own headline", async () => {
  const html = await pageOf(plausibleInput());
  assert.ok(!html.includes('id="attestations"'));
  assert.match(html, /All 8 cases pass\.<\/h1>/);
  assert.ok(!/attest/.test(html.replace(/<style>.*?<\/style>/s, "")));
});

Deno.test("the table has a row per build, platform and runtime, with cases and days", async () => {
  const html = sectionOf(await pageOf(PUBLISHED), "provenance");
  const table = html.match(/<table class="attestations".*?<\/table>/s)![0];
  const rows = table.split("<tr").slice(2);
  assert.equal(rows.length, 6);
  const wasm = rows.find((row) => row.includes(">wasm<") && row.includes("Deno 2.9.6"))!;
  assert.match(wasm, /<summary>2 cases<\/summary>/);
  assert.match(wasm, /<a href="#case-fc@250-seed0">fc@250#0<\/a>/);
  assert.match(wasm, /<time dateTime="2026-11-27">2026-11-27<\/time>/i);
  assert.match(
    html,
    /2 of 8 published cases were repeated bit for bit by 5 builds, on 2 platforms/,
  );
});

testWith(
  "chromium",
  "a page of published records is accessible, and scrolls sideways at no width",
  async ([name]) => {
    const html = await renderReport(published(plausibleInput({ seeds: 2 }), { "fc@250#0": RUNS }));
    await withPage(name!, html, {}, async ({ page }) => {
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => d.open = true));
      for (const width of [320, 390, 704, 705, 960, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const table = page.getByRole("table").filter({ hasText: "Platform and runtime" });
        assert.equal(await table.getByRole("row").count(), 7, `rows at ${width}`);
        assert.equal(await table.getByRole("rowheader").count(), 6, `headers at ${width}`);
      }
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        assert.deepEqual((await accessibilityOf(page)).faults, []);
      }
    });
  },
);
