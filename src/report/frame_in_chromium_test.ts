/** What stands around the sections of a page, in a real browser: list, theme, links, room. */
import assert from "node:assert/strict";
import { testWith } from "../../tests/needs.ts";
import { PALETTE } from "./chart/colours.ts";
import { renderReport } from "./report_page.tsx";
import { accessibilityOf } from "./testdata/axe.ts";
import { type Opened, withPage } from "./testdata/chromium.ts";
import { headlineInput } from "./testdata/headline_input.ts";

const html = await renderReport(headlineInput());
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const STILL = "reduce" as const;

type Page = Opened["page"];

function current(page: Page): Promise<string | null> {
  return page.locator("[data-contents] a[aria-current=location]").getAttribute("href");
}

async function waitForCurrent(page: Page, href: string): Promise<void> {
  await page.locator(`[data-contents] a[aria-current=location][href="${href}"]`)
    .waitFor({ state: "attached" });
  assert.equal(await current(page), href);
}

testWith("chromium", "beside a wide page the list marks the section in view", async ([name]) => {
  const options = { viewport: WIDE, reducedMotion: STILL };
  await withPage(name!, html, options, async ({ page }) => {
    const sections = await page.locator("main > section").evaluateAll((all) =>
      all.map(({ id }) => `#${id}`)
    );
    await waitForCurrent(page, sections[0]!);
    for (const href of sections.slice(1)) {
      await page.evaluate((id) => document.getElementById(id)!.scrollIntoView(), href.slice(1));
      const last = await page.evaluate(() =>
        scrollY + innerHeight >= document.documentElement.scrollHeight - 1
      );
      await waitForCurrent(page, last ? sections.at(-1)! : href);
      const box = await page.locator(".contents nav").boundingBox();
      assert.ok(box && box.y >= 0 && box.y < 60, "the list is out of sight");
    }
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await waitForCurrent(page, sections.at(-1)!);
  });
});

testWith(
  "chromium",
  "on a phone one line names the section in view and opens the list, also without scripts",
  async ([name]) => {
    for (const javaScriptEnabled of [true, false]) {
      const options = { viewport: PHONE, reducedMotion: STILL, javaScriptEnabled };
      await withPage(name!, html, options, async ({ page }) => {
        const summary = page.locator(".contents summary");
        const link = page.locator(".contents a[href='#training']");
        assert.ok(!await link.isVisible());
        await summary.click();
        await link.click();
        assert.match(page.url(), /#training$/);
        const { y } = (await page.locator(".menu").boundingBox())!;
        assert.equal(y, 0, "the line does not stay in sight");
        if (!javaScriptEnabled) return;
        await waitForCurrent(page, "#training");
        assert.equal(await summary.innerText(), "Training");
        assert.ok(!await link.isVisible(), "the list stays open");
        await summary.press("Enter");
        assert.ok(await link.isVisible());
        await page.keyboard.press("Escape");
        assert.ok(!await link.isVisible());
        assert.ok(await summary.evaluate((element) => element === document.activeElement));
      });
    }
  },
);

function colours(page: Page): Promise<string[]> {
  return page.evaluate(() => [
    getComputedStyle(document.body).backgroundColor,
    getComputedStyle(document.querySelector("#labels .lines_marks path")!).stroke,
  ]);
}

function shades(scheme: "light" | "dark"): string[] {
  return [PALETTE.surface[scheme], PALETTE.series1[scheme]].map((hex) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    return `rgb(${r}, ${g}, ${b})`;
  });
}

testWith(
  "chromium",
  "a theme recolours page and charts at once, is remembered, and leaves paper light",
  async ([name]) => {
    await withPage(name!, html, { colorScheme: "light" }, async ({ page, seen }) => {
      const choice = page.getByLabel("Theme");
      assert.equal(await choice.inputValue(), "auto");
      assert.deepEqual(await colours(page), shades("light"));
      await choice.selectOption("dark");
      assert.deepEqual(await colours(page), shades("dark"));
      await page.reload();
      assert.equal(await choice.inputValue(), "dark");
      assert.deepEqual(await colours(page), shades("dark"));
      await page.emulateMedia({ media: "print" });
      assert.deepEqual(await colours(page), shades("light"));
      await page.emulateMedia({ media: "screen", colorScheme: "dark" });
      await choice.selectOption("light");
      assert.deepEqual(await colours(page), shades("light"));
      await choice.selectOption("auto");
      assert.deepEqual(await colours(page), shades("dark"));
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith("chromium", "without scripts no control is shown that needs them", async ([name]) => {
  await withPage(name!, html, { javaScriptEnabled: false }, async ({ page }) => {
    assert.equal(await page.locator("[data-copy]:visible, select:visible").count(), 0);
  });
});

testWith(
  "chromium",
  "every heading of a section and of a chart is a link to itself, and shows it under the focus",
  async ([name]) => {
    await withPage(name!, html, { reducedMotion: STILL }, async ({ page }) => {
      const headings = page.locator("main :is(h2, h3)");
      const links = page.locator("main :is(h2, h3) > a.self");
      assert.ok(await headings.count() > 10);
      assert.equal(await links.count(), await headings.count());
      const link = page.locator(".panel h3 > a", { hasText: "Autoencoders: vae" });
      const mark = () => link.evaluate((a) => getComputedStyle(a, "::after").opacity);
      assert.equal(await mark(), "0");
      await link.focus();
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Tab");
      assert.equal(await mark(), "1");
      await page.keyboard.press("Enter");
      assert.match(page.url(), /#training-autoencoders-vae$/);
      assert.ok(await page.locator(":target").isVisible());
    });
  },
);

testWith("chromium", "Copy link takes the address of the section in view", async ([name]) => {
  await withPage(name!, html, { reducedMotion: STILL }, async ({ page, url }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.evaluate(() => document.getElementById("training")!.scrollIntoView());
    await waitForCurrent(page, "#training");
    const button = page.locator("button[data-copy]");
    await button.click();
    await button.filter({ hasText: "Copied" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${url}#training`);
  });
});

const PUBLISHED = new URL("../../reports/reference/", import.meta.url);
const WIDTHS = [320, 390, 705, 800, 890, 1100, 1280, 1920];

for (const file of ["index.html", "strokes.html"]) {
  testWith("chromium", `the published ${file} scrolls sideways at no width`, async ([name]) => {
    const published = await Deno.readTextFile(new URL(file, PUBLISHED));
    await withPage(name!, published, {}, async ({ page }) => {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        const { wide, reach } = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          const beyond = [...document.querySelectorAll("body *")]
            .filter((e) => e.checkVisibility() && !e.closest("svg *, .figures, .strips"))
            .filter((e) => e.getBoundingClientRect().right > clientWidth)
            .map((e) => `${e.tagName}.${e.className} ${e.textContent}`.slice(0, 60));
          return { wide: scrollWidth, reach: beyond.slice(0, 5) };
        });
        assert.equal(wide, width, reach.join(" | "));
      }
      const chart = await page.locator("#labels [data-stage]").first().boundingBox();
      assert.ok(chart && chart.x + chart.width < 1920);
    });
  });
}

for (const theme of ["light", "dark"] as const) {
  testWith("chromium", `axe finds nothing wrong in the ${theme} theme`, async ([name]) => {
    for (const viewport of [WIDE, PHONE]) {
      await withPage(name!, html, { viewport }, async ({ page }) => {
        await page.getByLabel("Theme").selectOption(theme);
        assert.deepEqual((await accessibilityOf(page)).faults, []);
        if (viewport !== PHONE) return;
        await page.locator(".contents summary").click();
        assert.deepEqual((await accessibilityOf(page)).faults, []);
      });
    }
  });
}
