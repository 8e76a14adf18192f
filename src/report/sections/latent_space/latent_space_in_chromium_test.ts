/** What the latent planes do in a real browser: both planes show one selection and one digit. */
import assert from "node:assert/strict";
import { testWith } from "../../../../tests/needs.ts";
import { PALETTE } from "../../chart/colours.ts";
import { renderReport } from "../../report_page.tsx";
import { type Opened, withPage } from "../../testdata/chromium.ts";
import {
  classOf,
  inputWithArtifacts,
  PICTURED_DIGITS,
  TEST_DIGITS,
} from "../../testdata/plausible_artifacts.ts";

type Page = Opened["page"];
type Options = Parameters<typeof withPage>[2];

const html = await renderReport(inputWithArtifacts());

/** The same page with its marks in the document, where a test can count them. */
const inSvg = html.replace('data-renderer="canvas"', 'data-renderer="svg"');

/** Opens a page and waits until its planes are live and filled. */
function open(command: string, options: Options, body: (opened: Opened) => Promise<void>) {
  return withPage(command, inSvg, options, async (opened) => {
    const marks = opened.page.locator(".vae_points_marks path");
    await marks.nth(TEST_DIGITS - 1).waitFor();
    await opened.page.locator("[data-stage][tabindex]").scrollIntoViewIfNeeded();
    await body(opened);
  });
}

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly bright: boolean;
  readonly fill: string;
}

/** The digits of a plane, in the order of the test set. */
function marksOf(page: Page, model: string): Promise<Mark[]> {
  return page.evaluate(
    (name) =>
      [...document.querySelectorAll(`.${name}_points_marks path`)].map((path) => {
        const box = path.getBoundingClientRect();
        return {
          x: box.x + box.width / 2,
          y: box.y + box.height / 2,
          bright: Number(path.getAttribute("opacity")) > 0.5,
          fill: path.getAttribute("fill") ?? "",
        };
      }),
    model,
  );
}

async function brightOf(page: Page, model: string): Promise<number[]> {
  return [...(await marksOf(page, model)).entries()].flatMap(([i, { bright }]) =>
    bright ? [i] : []
  );
}

const ALL = Array.from({ length: TEST_DIGITS }, (_, i) => i);

async function drag(page: Page, [x0, y0]: [number, number], [x1, y1]: [number, number]) {
  await page.mouse.move(x0, y0);
  await page.mouse.down();
  await page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2);
  await page.mouse.move(x1, y1);
  await page.mouse.up();
}

testWith(
  "chromium",
  "the planes are drawn on a canvas, ask nothing and break no policy",
  async ([name]) => {
    await withPage(name!, html, { viewport: { width: 1280, height: 900 } }, async (opened) => {
      const { page, url, seen } = opened;
      await page.locator("[data-selection]:has-text('All 200 digits')").waitFor();
      const colours = await page.locator("[data-latent-plane] canvas").evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!
          .getImageData(0, 0, width, height);
        return new Set(new Uint32Array(data.buffer)).size;
      });
      assert.ok(colours > 20, `${colours} colours: nothing was drawn`);
      await page.locator("[data-stage][tabindex]").press("ArrowRight");
      assert.match(await page.locator("[data-digit]").innerText(), /^digit 0, /);
      assert.equal(await page.locator(".latent-plane .static").isVisible(), false);
      assert.deepEqual(seen.requests.filter((request) => !request.startsWith("data:")), [url]);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith("chromium", "each plane has a mark for each test digit", async ([name]) => {
  await open(name!, {}, async ({ page, seen }) => {
    for (const model of ["ae", "vae"]) {
      const marks = await marksOf(page, model);
      assert.equal(marks.length, TEST_DIGITS);
      assert.deepEqual(
        marks.map(({ fill }) => fill),
        ALL.map((i) => PALETTE[`digit${classOf(i) as 0}`].light),
      );
      assert.equal(await page.locator(`.${model}_badges_marks path`).count(), 10);
    }
    assert.deepEqual(seen.complaints, []);
  });
});

for (const [from, to] of [["ae", "vae"], ["vae", "ae"]] as const) {
  testWith("chromium", `a brush over ${from} selects the same digits in ${to}`, async ([name]) => {
    await open(name!, { viewport: { width: 1280, height: 900 } }, async ({ page }) => {
      const marks = await marksOf(page, from);
      const xs = marks.map(({ x }) => x).sort((a, b) => a - b);
      const ys = marks.map(({ y }) => y).sort((a, b) => a - b);
      const [start, end] = [[xs[0]! - 4, ys[0]! - 4], [xs[90]! + 0.25, ys[90]! + 0.25]] as const;
      await drag(page, [...start], [...end]);
      const inside = [...marks.entries()].flatMap(([i, { x, y }]) =>
        x <= end[0] && y <= end[1] ? [i] : []
      );
      assert.ok(inside.length > 10 && inside.length < TEST_DIGITS, `${inside.length}`);
      assert.deepEqual(await brightOf(page, from), inside);
      assert.deepEqual(await brightOf(page, to), inside);
      const said = await page.locator("[data-selection]").innerText();
      assert.ok(said.startsWith(`${inside.length} of 200 digits selected; by class, `), said);
      await page.locator("[data-clear]").click();
      assert.deepEqual(await brightOf(page, to), ALL);
      assert.equal(await page.locator("[data-selection]").innerText(), "All 200 digits are shown.");
    });
  });
}

testWith("chromium", "the entries of the legend select classes in both planes", async ([name]) => {
  await open(name!, {}, async ({ page }) => {
    const entry = (digit: number) => page.locator(`button[data-class="${digit}"]`);
    await entry(3).click();
    assert.equal(await entry(3).getAttribute("aria-pressed"), "true");
    assert.deepEqual(await brightOf(page, "ae"), ALL.filter((i) => classOf(i) === 3));
    await entry(8).click();
    const both = ALL.filter((i) => [3, 8].includes(classOf(i)));
    assert.deepEqual(await brightOf(page, "ae"), both);
    assert.deepEqual(await brightOf(page, "vae"), both);
    await page.locator("[data-stage][tabindex]").press("ArrowRight");
    assert.match(await page.locator("[data-digit]").innerText(), /^digit 3, /);
    await entry(3).click();
    await entry(8).click();
    assert.deepEqual(await brightOf(page, "vae"), ALL);
  });
});

testWith(
  "chromium",
  "a digit shows its picture under the pointer, and a ring in both planes",
  async ([name]) => {
    await open(name!, { viewport: { width: 1280, height: 900 } }, async ({ page }) => {
      const marks = await marksOf(page, "vae");
      // The digit with a picture that is farthest from the others of its kind.
      const pictured = marks.slice(0, PICTURED_DIGITS);
      const room = pictured.map((a) =>
        Math.min(...pictured.filter((b) => b !== a).map((b) => Math.hypot(a.x - b.x, a.y - b.y)))
      );
      const index = room.indexOf(Math.max(...room));
      await page.mouse.move(pictured[index]!.x, pictured[index]!.y);
      const tooltip = page.locator(".tooltip");
      assert.match(
        await tooltip.innerText(),
        new RegExp(`^\\s*Digit\\s+${classOf(index)}\\s+AE\\s`),
      );
      const at = await page.locator(".digit-picture").evaluate((picture) => {
        const style = getComputedStyle(picture);
        return [style.backgroundPosition, style.backgroundImage.slice(0, 26)];
      });
      const [column, row] = [index % 20, Math.floor(index / 20)];
      const offset = (pixels: number) => `${pixels === 0 ? 0 : -pixels * 87}px`;
      assert.deepEqual(at, [`${offset(column)} ${offset(row)}`, 'url("data:image/png;base64']);
      for (const model of ["ae", "vae"]) {
        const [mark] = [(await marksOf(page, model))[index]!];
        const ring = await page.locator(`.${model}_ring_marks path`).boundingBox();
        assert.ok(ring, `no ring in ${model}`);
        assert.ok(
          Math.hypot(ring.x + ring.width / 2 - mark.x, ring.y + ring.height / 2 - mark.y) < 1,
        );
      }
      await page.mouse.move(5, 5);
      assert.equal(await tooltip.isVisible(), false);
      assert.equal(await page.locator(".vae_ring_marks path").count(), 0);
    });
  },
);

testWith(
  "chromium",
  "a tapped digit shows its picture until another place is tapped",
  async ([name]) => {
    await open(name!, { hasTouch: true }, async ({ page }) => {
      const [mark] = await marksOf(page, "ae");
      await page.touchscreen.tap(mark!.x, mark!.y);
      assert.match(await page.locator(".tooltip").innerText(), /^\s*Digit\s+0\s/);
      await page.locator("#latent-space-title").tap();
      assert.equal(await page.locator(".tooltip").isVisible(), false);
    });
  },
);

testWith(
  "chromium",
  "the arrow keys move through the pictured digits, Escape leaves them",
  async ([name]) => {
    await open(name!, {}, async ({ page }) => {
      const stage = page.locator("[data-stage][tabindex]");
      const said = page.locator("[data-digit]");
      assert.equal(await said.getAttribute("aria-live"), "polite");
      await stage.focus();
      assert.equal(await said.innerText(), "");
      await page.keyboard.press("ArrowDown");
      const first = await said.innerText();
      assert.match(
        first,
        /^digit 0, AE at \(-?\d+\.\d\d, -?\d+\.\d\d\), VAE at \(-?\d+\.\d\d, -?\d+\.\d\d\)$/,
      );
      await page.keyboard.press("ArrowRight");
      assert.match(await said.innerText(), /^digit 0, /);
      assert.notEqual(await said.innerText(), first);
      await page.keyboard.press("ArrowDown");
      assert.match(await said.innerText(), /^digit 1, /);
      assert.match(await page.locator(".tooltip").innerText(), /Digit\s+1\s/);
      assert.equal(await page.locator(".ae_ring_marks path").count(), 1);
      await page.keyboard.press("Escape");
      assert.equal(await said.innerText(), "");
      assert.equal(await page.locator(".tooltip").isVisible(), false);
      assert.equal(await page.locator(".ae_ring_marks path").count(), 0);
    });
  },
);

testWith("chromium", "the planes take the reader's colours when they change", async ([name]) => {
  await open(name!, { colorScheme: "light" }, async ({ page }) => {
    await page.locator('button[data-class="7"]').click();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator(`.vae_points_marks path[fill="${PALETTE.digit7.dark}"]`).first().waitFor();
    assert.deepEqual(await brightOf(page, "vae"), ALL.filter((i) => classOf(i) === 7));
  });
});

testWith(
  "chromium",
  "the planes stand below each other on a phone, and beside each other when it is turned",
  async ([name]) => {
    await open(name!, { viewport: { width: 390, height: 844 } }, async ({ page }) => {
      const corner = async (model: string) => (await marksOf(page, model))[0]!;
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(width, 390);
      const box = await page.locator("[data-latent-plane] svg.marks").boundingBox();
      assert.ok(box && box.width > 300 && box.width <= 350, `${box?.width}`);
      assert.ok((await corner("vae")).y > (await corner("ae")).y + 200);
      await page.setViewportSize({ width: 1000, height: 844 });
      await page.waitForFunction(() => {
        const svg = document.querySelector("[data-latent-plane] svg.marks");
        return svg !== null && svg.getBoundingClientRect().width > 700;
      });
      await page.locator(".vae_points_marks path").nth(TEST_DIGITS - 1).waitFor();
      assert.ok(Math.abs((await corner("vae")).y - (await corner("ae")).y) < 100);
    });
  },
);

testWith(
  "chromium",
  "paper and a page without scripts show the planes as pictures",
  async ([name]) => {
    const still = ".latent-plane .static svg:visible";
    await open(name!, {}, async ({ page }) => {
      assert.equal(await page.locator(still).count(), 0);
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.locator(still).count(), 2);
      assert.equal(await page.locator("[data-latent-plane] [data-stage]").isVisible(), false);
    });
    await withPage(name!, html, { javaScriptEnabled: false }, async ({ page }) => {
      assert.equal(await page.locator(still).count(), 2);
      assert.equal(await page.locator("button[data-class]:visible").count(), 0);
      const box = await page.locator(`${still} path`).first().boundingBox();
      assert.ok(box && box.width > 10 && box.height > 10, "the picture is empty");
    });
  },
);

testWith(
  "chromium",
  "strips on a phone scroll within themselves, on a wide page they fit",
  async ([name]) => {
    for (const [width, scrolls] of [[390, true], [1280, false]] as const) {
      await withPage(name!, html, { viewport: { width, height: 844 } }, async ({ page }) => {
        const found = await page.locator(".strips").evaluate((strips) => ({
          scrolls: strips.scrollWidth > strips.clientWidth,
          digit: strips.querySelector("img")!.getBoundingClientRect().width / 20,
          drawn: [...strips.querySelectorAll("img")].every((img) =>
            img.naturalWidth === 20 * 29 - 1
          ),
        }));
        assert.equal(found.scrolls, scrolls);
        assert.ok(found.digit > 28, `a digit is ${found.digit} pixels wide`);
        assert.ok(found.drawn);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      });
    }
  },
);
