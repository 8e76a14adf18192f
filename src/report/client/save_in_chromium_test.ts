/** The buttons below charts, in a real browser. */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { testWith } from "../../../tests/needs.ts";
import { PALETTE } from "../chart/colours.ts";
import { renderReport } from "../report_page.tsx";
import { type Opened, withPage } from "../testdata/chromium.ts";
import { headlineInput } from "../testdata/headline_input.ts";
import { withoutScript } from "../testdata/page_text.ts";

const html = await renderReport(headlineInput());

/** The file that a button of a section saves. */
async function saved(
  page: Opened["page"],
  section: string,
  button: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const download = page.waitForEvent("download");
  await page.locator(`#${section} .downloads`).getByRole("button", { name: button }).click();
  return await Deno.readFile(await (await download).path());
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

testWith(
  "chromium",
  "buttons below a chart save its data, its picture and its spec",
  async ([name]) => {
    await withPage(
      name!,
      html,
      { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
      async (
        { page, seen },
      ) => {
        const csv = text(await saved(page, "labels", "CSV"));
        assert.match(csv, /^case,series,labels,seed,accuracy,verdict,bandLo,bandHi\r\nfc@250/);
        const spec = JSON.parse(text(await saved(page, "labels", "Vega-Lite")));
        assert.equal(spec.width, 720);
        // Four panels in one picture, under their titles, in the colours of the page.
        const svg = text(await saved(page, "training", "SVG"));
        assert.equal(svg.match(/<svg[\s>]/g)!.length, 5);
        for (const title of await page.locator("#training .panel h3").allTextContents()) {
          assert.ok(svg.includes(`>${title}</text>`), title);
        }
        assert.ok(!svg.includes("var("));
        assert.ok(svg.includes(PALETTE.surface.dark) && !svg.includes(PALETTE.surface.light));
        const { width, height, data } = decode(await saved(page, "labels", "PNG"));
        const box = await page.locator("#labels [data-stage] svg").boundingBox();
        assert.ok(width >= 2 * box!.width && height >= 2 * box!.height, `${width} x ${height}`);
        const colour = [...data.subarray(0, 3)].map((v) => v.toString(16).padStart(2, "0")).join(
          "",
        );
        assert.equal(`#${colour}`, PALETTE.surface.dark);
        assert.deepEqual(seen.complaints, []);
      },
    );
  },
);

testWith("chromium", "without a script there are no buttons that do nothing", async ([name]) => {
  await withPage(name!, html, { javaScriptEnabled: false }, async ({ page }) => {
    assert.ok(await page.locator(".downloads").count() > 0);
    assert.equal(await page.locator(".downloads:visible").count(), 0);
  });
});

Deno.test("a page holds no file twice, and none as a link", () => {
  assert.doesNotMatch(withoutScript(html), /href="data:(?!,")/);
  assert.match(html, /<button[^>]* data-save="[^"]*\.csv"[^>]* data-packed="[A-Za-z0-9+/]+=*"/);
});
