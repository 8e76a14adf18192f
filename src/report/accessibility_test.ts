/** The page for those who read it with other means: a keyboard, a screen reader, a phone, paper. */
import assert from "node:assert/strict";
import { testWith } from "../../tests/needs.ts";
import { renderReport } from "./report_page.tsx";
import { accessibilityOf } from "./testdata/axe.ts";
import { type Opened, withPage } from "./testdata/chromium.ts";
import { plausiblePeerTimes } from "./testdata/peer_times.ts";
import { autoencoderCases, plantEveryVerdict, plausibleInput } from "./testdata/plausible_input.ts";
import { running } from "./testdata/run_states.ts";

/** Every kind of thing that a page can show. */
function everything() {
  const { cases } = plausibleInput({ seeds: 2 });
  const tfjs = cases.slice(0, 3).map((c) => ({
    ...c,
    id: `${c.id} tfjs-node`,
    engine: "tfjs-node" as const,
    record: c.record && { ...c.record, engine: "tfjs-node" as const },
  }));
  const input = plausibleInput({
    dataset: { name: "mnist", sha256: "e".repeat(64) },
    cases: [...cases, ...autoencoderCases(2), ...tfjs],
    peerTimes: plausiblePeerTimes(),
    playPage: "play.html",
  });
  const underWay = { "fc@55000#0": null, "ae20@2000#0": 7 };
  const left = ["fc@55000#1", "ae20#1", "ae20@2000#1", "vae20#0", "vae20#1", "vae20@2000#0"];
  return running(plantEveryVerdict(input), { underWay, left: [...left, "vae20@2000#1"] });
}

const input = everything();
const html = await renderReport(input);
const PHONE = { width: 390, height: 844 };

function unfold(page: Opened["page"]) {
  return page.evaluate(() => document.querySelectorAll("details").forEach((d) => d.open = true));
}

/** What reaches beyond the right edge, where the page scrolls sideways because of it. */
function tooWide(page: Opened["page"]): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map((element) => `${element.tagName} ${element.className}: ${element.textContent}`)
      .map((text) => text.slice(0, 60)).slice(0, 20);
  });
}

for (
  const [colorScheme, viewport] of [["light", { width: 1280, height: 900 }], [
    "dark",
    PHONE,
  ]] as const
) {
  testWith(
    "chromium",
    `axe finds nothing wrong with the whole page, ${colorScheme}, ${viewport.width} pixels wide`,
    async ([name]) => {
      await withPage(name!, html, { colorScheme, viewport }, async ({ page }) => {
        await unfold(page);
        const { faults, passes } = await accessibilityOf(page);
        assert.deepEqual(faults, []);
        assert.ok(passes > 25, `only ${passes} rules were checked and hold`);
      });
    },
  );
}

/** What is planted in a page, by the rule that it breaks. */
const PLANTED: { readonly [rule: string]: string } = {
  "color-contrast": '<p style="color:#ddd;background:#fff">Faint</p>',
  "heading-order": "<h6>Deep</h6>",
  "image-alt": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
  "link-name": '<a href="#overview"></a>',
};

testWith(
  "chromium",
  "axe finds faint text, a skipped level, an image without a text and a nameless link where planted",
  async ([name]) => {
    const broken = html.replace("</main>", `${Object.values(PLANTED).join("")}</main>`);
    await withPage(name!, broken, {}, async ({ page }) => {
      const { faults } = await accessibilityOf(page);
      assert.deepEqual(faults.map((text) => text.split(":")[0]).sort(), Object.keys(PLANTED));
    });
  },
);

testWith("chromium", "the first stop of the keyboard skips to the content", async ([name]) => {
  await withPage(name!, html, {}, async ({ page }) => {
    const focus = () =>
      page.evaluate(() => {
        const { top } = document.activeElement!.getBoundingClientRect();
        return [document.activeElement!.id || document.activeElement!.textContent, top >= 0];
      });
    const hidden = await page.locator(".skip").boundingBox();
    assert.ok(hidden && hidden.y + hidden.height <= 0, "it is in sight without the focus");
    await page.keyboard.press("Tab");
    assert.deepEqual(await focus(), ["Skip to the content", true]);
    await page.keyboard.press("Enter");
    assert.equal((await focus())[0], "content");
  });
});

testWith(
  "chromium",
  "the keyboard reaches every section, in the order of the page, from its first stops",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page }) => {
      const sections = await page.locator("main > section").evaluateAll((all) =>
        all.map((section) => `#${section.id}`)
      );
      assert.ok(sections.length >= 4, `${sections}`);
      await page.keyboard.press("Tab");
      const stops: (string | null)[] = [];
      for (let i = 0; i <= sections.length; i++) {
        await page.keyboard.press("Tab");
        stops.push(await page.evaluate(() => document.activeElement!.getAttribute("href")));
      }
      assert.deepEqual(stops, [...sections, "play.html"]);
    });
  },
);

testWith(
  "chromium",
  "on a phone every link of the opened navigation is in sight, and large enough for a finger",
  async ([name]) => {
    await withPage(name!, html, { viewport: PHONE }, async ({ page }) => {
      await page.locator(".contents summary").click();
      const links = await page.locator("nav a").all();
      assert.ok(links.length >= 5, `${links.length}`);
      for (const link of links) {
        const box = await link.boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= PHONE.width, await link.innerText());
        assert.ok(box.height >= 24 && box.width >= 24, `${box.width} x ${box.height}`);
      }
    });
  },
);

testWith(
  "chromium",
  "with everything unfolded a page on a phone does not scroll sideways",
  async ([name]) => {
    await withPage(name!, html, { viewport: PHONE }, async ({ page }) => {
      await unfold(page);
      assert.deepEqual(await tooWide(page), []);
    });
  },
);

testWith(
  "chromium",
  "a link to a case leads to its row, in sight below the navigation, also where it was folded",
  async ([name]) => {
    await withPage(name!, html, { reducedMotion: "reduce" }, async ({ page }) => {
      const links = page.locator(".attention a");
      assert.ok(await links.count() >= 7);
      for (const link of await links.all()) {
        await link.click();
        const row = page.locator(`[id="${(await link.getAttribute("href"))!.slice(1)}"]`);
        await row.waitFor({ state: "visible" });
        await page.waitForFunction(
          (id) => {
            const { top, bottom } = document.getElementById(id)!.getBoundingClientRect();
            const under = document.querySelector(".menu")!.getBoundingClientRect().bottom;
            return top >= under && bottom <= innerHeight;
          },
          (await row.getAttribute("id"))!,
        );
      }
    });
  },
);

testWith("chromium", "every link within a page leads somewhere", async ([name]) => {
  await withPage(name!, html, {}, async ({ page }) => {
    const [links, lost] = await page.evaluate(() => {
      const all = [...document.querySelectorAll("a[href^='#']")].map((a) =>
        a.getAttribute("href")!
      );
      return [all.length, all.filter((href) => !document.getElementById(href.slice(1)))];
    });
    assert.ok(links > 20, `${links}`);
    assert.deepEqual(lost, []);
  });
});

testWith(
  "chromium",
  "on paper a page is light, without navigation, and fits its width",
  async ([name]) => {
    const options = { colorScheme: "dark" as const, viewport: { width: 718, height: 1000 } };
    await withPage(name!, html, options, async ({ page }) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(background, "rgb(253, 253, 252)");
      assert.deepEqual(await tooWide(page), []);
      assert.ok(!await page.locator("nav").isVisible());
      assert.ok(!await page.locator(".skip").isVisible());
    });
  },
);
