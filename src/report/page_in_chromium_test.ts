/** What a report page does in a real browser, opened from a file. */
import assert from "node:assert/strict";
import { testWith } from "../../tests/needs.ts";
import { PALETTE } from "./chart/colours.ts";
import { renderReport } from "./report_page.tsx";
import { withPage as withPageOf } from "./testdata/chromium.ts";
import { headlineInput } from "./testdata/headline_input.ts";
import { plant, plausibleInput } from "./testdata/plausible_input.ts";
import { running } from "./testdata/run_states.ts";

const input = plant(plausibleInput({ seeds: 3 }), "fc@250#1", "low");

const html = await renderReport(input);

type WithPage = Parameters<typeof withPageOf>;

function withPage(command: string, options: WithPage[2], body: WithPage[3], page = html) {
  return withPageOf(command, page, options, body);
}

testWith("chromium", "a page asks nothing of the network and breaks no policy", async ([name]) => {
  await withPage(name!, { javaScriptEnabled: true }, async ({ page, url, seen }) => {
    assert.equal(await page.locator("[data-stage] .wide, [data-stage] .narrow").count(), 0);
    assert.equal(
      await page.locator("#labels [data-stage] svg").count(),
      1,
      "the chart is not live",
    );
    assert.deepEqual(seen.requests, [url]);
    assert.deepEqual(seen.complaints, []);
  });
});

testWith("chromium", "a page that breaks its policy is noticed by these tests", async ([name]) => {
  const broken = html.replace(
    "</main>",
    '<img src="https://example.invalid/a.png"></main>',
  );
  await withPage(name!, {}, ({ seen }) => {
    assert.match(seen.complaints.join("\n"), /img-src/);
    return Promise.resolve();
  }, broken);
});

testWith("chromium", "the live chart has a point for each case with a score", async ([name]) => {
  await withPage(name!, {}, async ({ page }) => {
    assert.equal(await page.locator("#labels .scores_marks path").count(), input.cases.length);
    assert.equal(await page.locator("#labels .bands_marks line").count(), 8);
  });
});

testWith(
  "chromium",
  "a point tells its case, score and verdict under the pointer",
  async ([name]) => {
    await withPage(name!, {}, async ({ page }) => {
      await page.locator(".scores_marks path[aria-label^='fc@250#1:']").hover();
      const tooltip = await page.locator(".tooltip").innerText();
      assert.match(tooltip, /fc@250#1/);
      assert.match(tooltip, /▼ low/);
    });
  },
);

testWith(
  "chromium",
  "without scripts a page shows one picture, fit for its width",
  async ([name]) => {
    for (const [width, shown] of [[1280, "wide"], [390, "narrow"]] as const) {
      const options = { javaScriptEnabled: false, viewport: { width, height: 900 } };
      await withPage(name!, options, async ({ page }) => {
        assert.equal(await page.locator("#labels [data-stage] svg:visible").count(), 1);
        assert.ok(await page.locator(`#labels [data-stage] .${shown}`).isVisible());
        assert.equal(
          await page.locator(`#labels .${shown} .scores_marks path`).count(),
          input.cases.length,
        );
      });
    }
  },
);

testWith("chromium", "page and chart take the reader's light or dark colours", async ([name]) => {
  for (const colorScheme of ["light", "dark"] as const) {
    await withPage(name!, { colorScheme }, async ({ page }) => {
      const colours = await page.evaluate(() => [
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector("#labels .lines_marks path")!).stroke,
      ]);
      assert.deepEqual(
        colours,
        [PALETTE.surface[colorScheme], PALETTE.series1[colorScheme]].map(rgb),
      );
    });
  }
});

testWith(
  "chromium",
  "a page on a phone, 390 pixels wide, does not scroll sideways",
  async ([name]) => {
    await withPage(name!, { viewport: { width: 390, height: 844 } }, async ({ page }) => {
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => d.open = true));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(width, 390);
      const chart = await page.locator("#labels [data-stage] svg").boundingBox();
      assert.ok(chart && chart.width > 300 && chart.width <= 390, `chart: ${chart?.width}`);
    });
  },
);

function rgb(hex: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return `rgb(${r}, ${g}, ${b})`;
}

testWith("chromium", "a page scrolls sideways at no width from 320 to 1920", async ([name]) => {
  const left = ["vae20@2000#5", "conv@55000#5", "ae20@2000#5"];
  const input = running(headlineInput(6), { underWay: { "vae20#5": 7 }, left });
  await withPage(name!, {}, async ({ page }) => {
    for (const width of [320, 360, 390, 600, 700, 705, 768, 820, 890, 960, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    }
  }, await renderReport(input));
});
