/** What the charts of labels, training and differences do in a real browser. */
import assert from "node:assert/strict";
import { testWith } from "../../../tests/needs.ts";
import { CLAIMS } from "../../checks/claims.ts";
import { pairedDifferences } from "../../checks/paired_differences.ts";
import { formatScore } from "../../figures.ts";
import { PALETTE } from "../chart/colours.ts";
import { renderReport } from "../report_page.tsx";
import { seedsRows } from "../sections/labels/rows.ts";
import { curvePanels } from "../sections/training/panels.ts";
import { type Opened, withPage } from "../testdata/chromium.ts";
import { fullMatrixInput } from "../testdata/full_matrix_input.ts";
import { headlineInput } from "../testdata/headline_input.ts";
import { plant } from "../testdata/plausible_input.ts";

type Page = Opened["page"];

const headline = headlineInput();
const matrix = plant(fullMatrixInput(), "vae10@500#3", "low");

/** Marks of a layer in the panel of this title. */
function marks(page: Page, title: string, layer: string) {
  return page.locator(`[aria-label="${title}"] [data-stage] .${layer}_marks > *`);
}

/** Moves the pointer onto a line, to this fraction of its length. */
async function pointAt(page: Page, line: ReturnType<typeof marks>, part: number): Promise<void> {
  await line.evaluate((path) => {
    path.scrollIntoView({ behavior: "instant", block: "center" });
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    return frame().then(frame);
  });
  const { x, y } = await line.evaluate((path, part) => {
    const line = path as SVGPathElement;
    const point = line.getPointAtLength(line.getTotalLength() * part);
    const { x, y } = point.matrixTransform(line.getScreenCTM()!);
    return { x, y };
  }, part);
  await page.mouse.move(x - 40, y - 40);
  await page.mouse.move(x, y, { steps: 4 });
}

testWith(
  "chromium",
  "the charts of the headline are live, and ask and complain of nothing",
  async ([name]) => {
    await withPage(name!, await renderReport(headline), {}, async ({ page, url, seen }) => {
      assert.equal(await page.locator("#labels [data-stage] svg").count(), 1);
      assert.equal(await page.locator("#training [data-stage] svg").count(), 4);
      assert.equal(await page.locator("#ae-or-vae [data-stage] svg").count(), 1);
      assert.equal(await page.locator("[data-stage] .wide").count(), 0, "a static picture is left");
      const heads = headline.cases.filter((c) => c.case.labels !== null).length;
      assert.equal(await page.locator("#labels .scores_marks path").count(), heads);
      assert.equal(await page.locator("#labels .bands_marks line").count(), heads);
      assert.equal(await page.locator("#labels .claims_marks path").count(), CLAIMS.length);
      assert.equal(
        await page.locator("#training .curves_marks path").count(),
        headline.cases.length,
      );
      assert.equal(await page.locator("#training .best_marks path").count(), headline.cases.length);
      assert.equal(await page.locator("#training .ends_marks path").count(), headline.cases.length);
      assert.equal(await page.locator("#ae-or-vae .differences_marks path").count(), 1);
      assert.deepEqual(seen.requests, [url]);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "the charts of the full matrix show every configuration and every case",
  async ([name]) => {
    await withPage(name!, await renderReport(matrix), {}, async ({ page, url, seen }) => {
      const rows = seedsRows(matrix.cases);
      assert.equal(rows.length, 198);
      assert.equal(await page.locator("#labels .means_marks path").count(), rows.length);
      assert.equal(await page.locator("#labels .intervals_marks line").count(), rows.length);
      const singled = page.locator("#labels .scores_marks path");
      assert.equal(await singled.count(), 1);
      assert.match(await singled.getAttribute("aria-label") ?? "", /^vae10@500#3: .* low$/);
      for (const layer of ["curves", "best", "ends", "hits"]) {
        const count = await page.locator(`#training .${layer}_marks path`).count();
        assert.equal(count, matrix.cases.length, layer);
      }
      const { byLatents, byLabels, byBoth } = pairedDifferences(matrix.cases);
      const differences = [...byLatents, ...byLabels, ...byBoth].length;
      assert.equal(differences, 10 + 18 + 90);
      assert.equal(await page.locator("#ae-or-vae .differences_marks path").count(), differences);
      assert.equal(await page.locator("#ae-or-vae .intervals_marks line").count(), differences);
      assert.deepEqual(seen.requests, [url]);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "a curve under the pointer tells its case and its best epoch, and stands out",
  async ([name]) => {
    await withPage(name!, await renderReport(headline), {}, async ({ page }) => {
      const tooltip = page.locator(".tooltip");
      const lines = marks(page, "Autoencoders: vae", "hits");
      await pointAt(page, lines.first(), 1);
      const record = headline.cases.find(({ id }) => id === "vae20#0")!.record;
      assert.ok(record?.status === "ok");
      const { bestEpoch, epochs, validationScore } = record.result;
      assert.equal(
        (await tooltip.innerText()).replaceAll(/\s+/g, " ").trim(),
        `Case vae20#0 Best validation loss ${formatScore("loss", validationScore)} ` +
          `Best epoch ${bestEpoch} Epochs ${epochs}`,
      );
      const width = () => marks(page, "Autoencoders: vae", "curves").getAttribute("stroke-width");
      assert.equal(await width(), "2.5");
      await page.mouse.move(0, 0);
      await page.waitForFunction(() => document.querySelector<HTMLElement>(".tooltip")!.hidden);
      assert.equal(await width(), "1.5");
    });
  },
);

testWith(
  "chromium",
  "of hundreds of curves, those of the picked model can be pointed at",
  async ([name]) => {
    await withPage(name!, await renderReport(matrix), {}, async ({ page }) => {
      const title = "Heads on 2 latents";
      const { curves } = curvePanels(matrix.cases).find((panel) => panel.title === title)!;
      const told = async (id: string) => {
        // Of lines that cross, the last is in front; its middle lies between two epochs.
        await pointAt(page, marks(page, title, "hits").last(), 0.5);
        await marks(page, title, "named").filter({ hasText: `${id}: ` }).waitFor();
      };
      await told(curves.at(-1)!.case);
      const legend = page.locator(`[aria-label="${title}"] .role-legend-label text`);
      await legend.filter({ hasText: /^vae$/ }).click();
      await told(curves.findLast(({ model }) => model === "vae")!.case);
    });
  },
);

testWith(
  "chromium",
  "clicking a legend's entry picks a model, and clicking beside it all again",
  async ([name]) => {
    await withPage(name!, await renderReport(headline), {}, async ({ page }) => {
      const panel = page.locator('[aria-label="Classifiers on pixels"]');
      const faint = () =>
        panel.locator(".curves_marks path").evaluateAll((lines) =>
          lines.filter((line) => Number(line.getAttribute("opacity")) < 0.1)
            .map((line) => line.getAttribute("stroke"))
        );
      assert.deepEqual(await faint(), []);
      await panel.locator(".role-legend-label text", { hasText: "conv" }).click();
      assert.deepEqual(await faint(), Array(8).fill("var(--series1)"), "the curves of fc");
      assert.equal(await panel.locator(".hits_marks path").count(), 1, "what can be pointed at");
      await panel.locator(".role-legend-label text", { hasText: "fc" }).click();
      assert.deepEqual(await faint(), ["var(--series2)"], "the curve of conv");
      await panel.locator("svg").click({ position: { x: 5, y: 5 } });
      assert.deepEqual(await faint(), []);
    });
  },
);

testWith(
  "chromium",
  "a claim and a difference tell what they are under the pointer",
  async ([name]) => {
    await withPage(name!, await renderReport(headlineInput(6)), {}, async ({ page }) => {
      const tell = async (selector: string) => {
        await page.locator(selector).hover({ force: true });
        return (await page.locator(".tooltip").innerText()).replaceAll(/\s+/g, " ");
      };
      assert.match(
        await tell("#labels .claims_marks path[aria-label^='conv@55000:']"),
        /conv@55000 Claimed in 2017 ~99\.1 % Its code, run again 99\.11 to 99\.36 %, 3 runs/,
      );
      assert.match(
        await tell("#ae-or-vae .differences_marks path"),
        /vae less ae, 20 latents, 2,000 labels Difference [+-]\d\.\d\d pp .* 6 seeds/,
      );
    });
  },
);

testWith(
  "chromium",
  "the charts take the reader's dark colours, also where they are hollow",
  async ([name]) => {
    await withPage(
      name!,
      await renderReport(headline),
      { colorScheme: "dark" },
      async ({ page }) => {
        const point = page.locator("#ae-or-vae .differences_marks path");
        const colours = await point.evaluate((path) => {
          const { fill, stroke } = getComputedStyle(path);
          return [fill, stroke];
        });
        assert.deepEqual(colours, [PALETTE.surface.dark, PALETTE.series4.dark].map(rgb));
      },
    );
  },
);

testWith(
  "chromium",
  "panels stand in one column on a phone, and fit it, with and without scripts",
  async ([name]) => {
    const html = await renderReport(headline);
    for (const javaScriptEnabled of [true, false]) {
      const options = { viewport: { width: 390, height: 844 }, javaScriptEnabled };
      await withPage(name!, html, options, async ({ page }) => {
        const charts = page.locator("#training [data-stage] svg:visible");
        assert.equal(await charts.count(), 4);
        const boxes = await Promise.all((await charts.all()).map((chart) => chart.boundingBox()));
        for (const box of boxes) assert.ok(box!.width > 300 && box!.x + box!.width <= 390);
        assert.equal(new Set(boxes.map((box) => box!.x)).size, 1);
      });
    }
  },
);

function rgb(hex: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return `rgb(${r}, ${g}, ${b})`;
}
