/** What the table of cases and its drawer do in a real browser. */
import assert from "node:assert/strict";
import { testWith } from "../../../../tests/needs.ts";
import { renderReport } from "../../report_page.tsx";
import { accessibilityOf } from "../../testdata/axe.ts";
import { type Opened, withPage } from "../../testdata/chromium.ts";
import { plant, withHeads } from "../../testdata/plausible_input.ts";

type Page = Opened["page"];

const input = plant(withHeads(2), "fc@500#1", "low");
const html = await renderReport(input);
const shown = (page: Page) => page.locator(".cases tbody tr th").allInnerTexts();
const hashOf = (page: Page) => page.evaluate(() => location.hash);

testWith(
  "chromium",
  "the table is filtered and sorted, and its address repeats it",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page, url, seen }) => {
      const all = input.cases.length;
      assert.equal((await shown(page)).length, all);
      await page.locator("select[name=model]").selectOption("fc");
      await page.locator("select[name=seed]").selectOption("1");
      const score = page.getByRole("button", { name: "Test score" });
      await score.click();
      await score.click();
      const rows = await shown(page);
      assert.equal(rows.length, 8);
      assert.deepEqual([rows[0], rows.at(-1)], ["fc@55000#1", "fc@250#1"]);
      assert.equal(await page.locator(".case-filter output").innerText(), `8 of ${all} shown`);
      assert.equal(await page.locator("[aria-sort=descending]").innerText(), "Test score");
      const hash = await hashOf(page);
      assert.equal(hash, "#cases?model=fc&seed=1&sort=-score");
      await page.goto("about:blank");
      await page.goto(url + hash);
      await page.locator(".case-filter").waitFor();
      assert.deepEqual(await shown(page), rows);
      await page.getByRole("button", { name: "Show all" }).click();
      assert.equal((await shown(page)).length, all);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "the key / goes to the filter, and what is typed there is sought",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page }) => {
      await page.keyboard.press("/");
      await page.keyboard.type("vae20@");
      assert.deepEqual(await shown(page), ["vae20@2000#0", "vae20@2000#1"]);
      assert.equal(await hashOf(page), "#cases?text=vae20@");
    });
  },
);

testWith(
  "chromium",
  "an address opens a case; Escape closes it, and the focus goes back",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page, url }) => {
      const drawer = page.getByRole("dialog");
      const link = page.locator(".cases").getByRole("link", { name: "ae20@2000#0", exact: true })
        .last();
      await link.focus();
      await page.keyboard.press("Enter");
      assert.equal(await drawer.getByRole("heading", { level: 2 }).innerText(), "ae20@2000#0");
      const hash = await hashOf(page);
      assert.equal(hash, "#case=ae20@2000%230");
      await page.keyboard.press("Escape");
      await drawer.waitFor({ state: "hidden" });
      assert.equal(await page.evaluate(() => document.activeElement!.textContent), "ae20@2000#0");
      await page.waitForFunction(() => location.hash === "#cases");
      await page.goto("about:blank");
      await page.goto(url + hash);
      await drawer.waitFor();
      const text = await drawer.innerText();
      const record = input.cases.find((c) => c.id === "ae20@2000#0")!.record!;
      assert.ok(record.status === "ok");
      assert.ok(text.includes(record.result.digests.weights));
      assert.ok(text.includes(record.result.digests.outputs));
      assert.ok(text.includes("deno task reproduce --dataset strokes --only 'ae20@2000#0'"));
      assert.match(text, /deno task verify reports\/latest\/records\/[0-9a-f]{32}\.json/);
      assert.match(text, /This page has no test predictions of this case/);
      await drawer.getByRole("button", { name: "ae20#0" }).click();
      assert.match(await drawer.innerText(), /test-embeddings \[10,000 × 20\] SHA-256/);
      await page.goBack();
      assert.equal(await drawer.getByRole("heading", { level: 2 }).innerText(), "ae20@2000#0");
    });
  },
);

testWith("chromium", "the CSV has a line per record, with whole digests", async ([name]) => {
  await withPage(name!, html, { acceptDownloads: true }, async ({ page }) => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "All records (CSV)" }).click();
    const csv = await Deno.readTextFile(await (await download).path());
    const lines = csv.trimEnd().split("\r\n");
    assert.equal(lines.length, 1 + input.cases.length);
    const { record } = input.cases[0]!;
    assert.ok(record?.status === "ok" && lines[1]!.includes(record.result.digests.weights));
  });
});

for (const [colorScheme, width] of [["light", 1280], ["dark", 320]] as const) {
  testWith(
    "chromium",
    `axe finds nothing wrong with an open case, ${colorScheme}, ${width} pixels wide`,
    async ([name]) => {
      const viewport = { width, height: 800 };
      await withPage(name!, html, { colorScheme, viewport }, async ({ page }) => {
        await page.locator(".cases th a").first().click();
        assert.deepEqual((await accessibilityOf(page)).faults, []);
        const wide = await page.evaluate(() => {
          const drawer = document.querySelector("dialog")!;
          return [document.documentElement.scrollWidth, drawer.scrollWidth - drawer.clientWidth];
        });
        assert.deepEqual(wide, [width, 0]);
      });
    },
  );
}
