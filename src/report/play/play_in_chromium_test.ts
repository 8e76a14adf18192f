/** What the live page does in a real browser, opened from a file. */
import assert from "node:assert/strict";
import { readPublished } from "../../checks/check_store.ts";
import { drawStrokes, STROKES_SHA256 } from "../../data/strokes.ts";
import { fixed, formatLoss } from "../../figures.ts";
import { formatCase, parseCase } from "../../matrix/case.ts";
import { runCase } from "../../runner/run_case.ts";
import { sha256HexOfText } from "../../sha256.ts";
import { parseAttestations } from "../../store/attestations.ts";
import { recordSchema } from "../../store/record_schema.ts";
import { testOnGpuInChromium, testSlowly, testWith } from "../../../tests/needs.ts";
import { type Opened, WITH_GPU, withPage } from "../testdata/chromium.ts";
import type { PlayInput } from "./input.ts";
import { pack } from "../parts/pack.ts";
import { publishedCases } from "./published_cases.ts";
import { renderPlay } from "./render_play.tsx";
import {
  exactEngine,
  freshlyDecoded,
  freshlyEncoded,
  plainModel,
  savedModel,
} from "./testdata/plain_model.ts";

const CASE = "fc@250#0";
const INPUT: PlayInput = {
  numericVersion: 1,
  sources: null,
  cases: publishedCases((await readPublished()).records),
  model: null,
  reports: [],
};
const PUBLISHED = INPUT.cases.find(({ case: c }) => formatCase(c) === CASE)!;
const html = await renderPlay(INPUT);

type BrowserPage = Opened["page"];

async function choose(page: BrowserPage, configuration: string, seed = 0): Promise<void> {
  await page.locator("#configuration").selectOption(configuration);
  await page.locator("#seed").selectOption(`${seed}`);
}

async function train(page: BrowserPage, timeout = 120_000): Promise<string> {
  await page.locator("#train").click();
  await page.locator("#result .verdict").waitFor({ timeout });
  return await page.locator("#result").innerText();
}

/** Requests of the page but for the worker that it makes itself. */
function requests({ requests }: Opened["seen"]): string[] {
  return requests.filter((url) => !url.startsWith("blob:"));
}

testWith(
  "chromium",
  "the live page trains fc@250#0 to the published bits, which are Deno's, and asks nothing of the network",
  async ([name]) => {
    const splits = drawStrokes();
    const { seed, ...parsed } = parseCase(CASE);
    const { record } = await runCase(
      { ...parsed, seed: seed! },
      { name: "strokes", sha256: STROKES_SHA256, splits },
      await exactEngine(),
      {
        commit: null,
        sources: null,
        machine: { os: "", arch: "", cpu: null, cores: 1 },
        versions: {},
      },
    );
    assert.ok(record.status === "ok");
    const { digests, curve } = record.result;
    await withPage(name!, html, {}, async ({ page, url, seen }) => {
      await choose(page, "fc@250");
      const result = await train(page);
      assert.match(result, /The same bits as the published run/);
      assert.match(result, /Weights: equal[^]*Test outputs: equal/);
      const shown = await page.locator("#result dd code").allInnerTexts();
      assert.deepEqual(shown, [
        digests.weights,
        PUBLISHED.digests.weights,
        digests.outputs,
        PUBLISHED.digests.outputs,
      ]);
      assert.match(await page.locator("#engine").innerText(), /^fused multiply-add \(wasm\)/);
      // The curve, as a table and as lines.
      const rows = await page.locator("#epochs tr").count();
      assert.equal(rows, curve.length);
      const points = await page.locator("#validation polyline.live").getAttribute("points");
      assert.equal(points!.split(" ").length, curve.length);
      assert.equal(await page.locator("#validation circle.published").count(), curve.length);
      assert.match(
        (await page.locator("#loss svg").getAttribute("aria-label"))!,
        new RegExp(
          `^Training loss: ${formatLoss(curve.at(-1)!.trainLoss)} after epoch ${curve.length},`,
        ),
      );
      assert.match(
        await page.locator("#spoken").innerText(),
        new RegExp(`^The same bits .* ${curve.length} epochs`),
      );
      assert.deepEqual(requests(seen), [url]);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "the record that the live page saves is one that the program takes",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page, seen }) => {
      await choose(page, "fc@100", 1);
      await train(page);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "its record" }).click();
      const saved = await download;
      assert.equal(saved.suggestedFilename(), "fc@100#1.json");
      const record = recordSchema.parse(JSON.parse(await Deno.readTextFile(await saved.path())));
      const published = INPUT.cases.find(({ case: c }) => formatCase(c) === "fc@100#1")!;
      assert.ok(record.status === "ok");
      assert.deepEqual(record.result.digests, published.digests);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "a published digest that is another one is shown as different",
  async ([name]) => {
    const planted = await sha256HexOfText("planted");
    for (const which of ["weights", "outputs"] as const) {
      const cases = INPUT.cases.map((published) => ({
        ...published,
        digests: { ...published.digests, [which]: planted },
      }));
      await withPage(name!, await renderPlay({ ...INPUT, cases }), {}, async ({ page }) => {
        await choose(page, "fc@250");
        const result = await train(page);
        assert.match(result, /Not the published bits/);
        assert.doesNotMatch(result, /The same bits/);
        assert.match(
          result,
          which === "weights" ? /Weights: different/ : /Test outputs: different/,
        );
        assert.match(result, which === "weights" ? /Test outputs: equal/ : /Weights: equal/);
        assert.ok(result.includes(planted));
        const difference = `the ${which} have digest ${
          PUBLISHED.digests[which].slice(0, 12)
        }, the published run has ${planted.slice(0, 12)}`;
        assert.match(
          result,
          new RegExp(`No attestation: this differs\\s+${difference}\\s+Save its record`),
        );
        assert.equal(await page.locator("#attest").count(), 0);
      });
    }
  },
);

testWith(
  "chromium",
  "a run with the published digests and another curve is not attested",
  async ([name]) => {
    const cases = INPUT.cases.map((published) => ({
      ...published,
      curve: published.curve.with(4, { ...published.curve[4]!, trainLoss: 0.5 }),
    }));
    await withPage(name!, await renderPlay({ ...INPUT, cases }), {}, async ({ page }) => {
      await choose(page, "fc@250");
      const result = await train(page);
      assert.match(result, /Not the published bits[^]*Weights: equal[^]*Test outputs: equal/);
      assert.match(result, /the curve\.5\.trainLoss is \S+, the published run has 0\.5\n/);
      assert.equal(await page.locator("#attest").count(), 0);
    });
  },
);

testWith(
  "chromium",
  "the cases of a visit are attested in one file, as verify --attest would",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page, seen }) => {
      for (const [configuration, build] of [["fc@100"], ["fc@250", "wasm-emulated"], ["fc@250"]]) {
        await page.locator("#build").selectOption(build ?? "fastest");
        await choose(page, configuration!);
        await train(page);
      }
      await page.locator("#note").fill(" in a test ");
      const shown = page.locator(".attestation pre");
      await page.getByText("What the file says").click();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save 3 attestations" }).click();
      const saved = await download;
      assert.match(saved.suggestedFilename(), /^[a-z]+-[a-z0-9_]+-chromium-\d+[a-z0-9.-]*\.json$/);
      const text = await Deno.readTextFile(await saved.path());
      assert.equal(await shown.textContent(), text);
      const entries = await parseAttestations(text, "the file");
      assert.deepEqual(entries.map((entry) => `${entry.case} ${entry.build}`), [
        "fc@100#0 wasm",
        "fc@250#0 wasm-emulated",
        "fc@250#0 wasm",
      ]);
      for (const { runtime } of entries) assert.match(runtime, /^Chromium \d+.*, in a test$/);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "the page says how long training takes here, in either build",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page }) => {
      const pace = page.locator("#pace");
      await choose(page, "conv@6000");
      const fast = page.getByText(
        /^This browser runs the fast build of WebAssembly\. The GPU is not used: this host offers no GPU\. Training conv@6000#0 takes about /,
      );
      await fast.waitFor();
      const seconds = async () => {
        const [, count, unit] = /about (\d+)\s(s|min) here/.exec(await pace.innerText())!;
        return Number(count) * (unit === "s" ? 1 : 60);
      };
      const quick = await seconds();
      await page.locator("#build").selectOption("wasm-emulated");
      await page.getByText(
        /^The slower build of WebAssembly runs, as chosen; the result is the same\. Training/,
      )
        .waitFor();
      const slow = await seconds();
      assert.ok(slow > 1.5 * quick, `${slow} s, ${quick} s`);
    });
  },
);

testWith("chromium", "the emulated kernels give the published bits too", async ([name]) => {
  await withPage(name!, html, {}, async ({ page, seen }) => {
    await page.locator("#build").selectOption("wasm-emulated");
    await choose(page, "fc@250");
    assert.match(await train(page), /The same bits as the published run/);
    assert.match(
      await page.locator("#engine").innerText(),
      /^exactly emulated .*\(wasm-emulated\)/,
    );
    assert.deepEqual(seen.complaints, []);
  });
});

testWith(
  "chromium",
  "where the browser does not validate the fused kernels, the emulated take over",
  async ([name]) => {
    const fused = await Deno.readFile(
      new URL("../../engines/exact/kernels.wasm", import.meta.url),
    ) as Uint8Array<ArrayBuffer>;
    const packed = pack(fused);
    assert.ok(html.includes(packed));
    // As in a browser that does not know an instruction: the module is not valid.
    fused[fused.length - 1]! ^= 0xff;
    fused[4] = 9;
    const without = html.replace(packed, pack(fused));
    await withPage(name!, without, {}, async ({ page }) => {
      await choose(page, "fc@100");
      assert.match(await train(page), /The same bits as the published run/);
      assert.match(
        await page.locator("#engine").innerText(),
        /^exactly emulated .*\(wasm-emulated\)/,
      );
      assert.match(await page.locator("#pace").innerText(), /^This browser has no relaxed SIMD, /);
    });
  },
);

testWith(
  "chromium",
  "Stop ends a run at once, and the next one still gives the published bits",
  async ([name]) => {
    await withPage(name!, html, {}, async ({ page, seen }) => {
      await choose(page, "conv@6000");
      assert.ok(await page.locator("#stop").isDisabled());
      await page.locator("#train").click();
      assert.ok(await page.locator("#configuration").isDisabled());
      await page.waitForFunction(() =>
        document.querySelector("#status")!.textContent === "Epoch 1"
      );
      await page.locator("#stop").click();
      assert.match(await page.locator("#status").innerText(), /^Stopped/);
      assert.ok(await page.locator("#stop").isDisabled());
      assert.equal(await page.evaluate(() => document.activeElement!.id), "train");
      assert.equal(await page.locator("#result").innerText(), "");
      await choose(page, "fc@250");
      assert.match(await train(page), /fc@250#0 reads[^]*Weights: equal[^]*Test outputs: equal/);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

async function pace(page: BrowserPage, words: RegExp): Promise<string> {
  await page.locator("#pace", { hasText: words }).waitFor({ timeout: 600_000 });
  return await page.locator("#pace").innerText();
}

testWith(
  "chromium",
  "an autoencoder is trained to its loss, which is published, and no GPU is needed",
  async ([name]) => {
    const { cases } = INPUT;
    const whole = cases.find(({ case: c }) => formatCase(c) === "ae20+20#0")!;
    await withPage(name!, html, {}, async ({ page, seen }) => {
      await choose(page, "ae20+20");
      assert.equal(await page.locator(".score-title").first().innerText(), "Validation loss");
      await page.locator("#train").click();
      await page.locator("#status", { hasText: /^Epoch 2 of/ }).waitFor({ timeout: 120_000 });
      const [, ...first] = await page.locator("#epochs tr").first().locator("td, th")
        .allTextContents();
      const { trainLoss, validationScore } = whole.curve[0]!;
      assert.deepEqual(
        first.map((cell) => cell.replaceAll("\u00a0", " ")),
        [formatLoss(trainLoss), formatLoss(validationScore)],
      );
      assert.deepEqual(seen.complaints, []);
    });
  },
);

await testOnGpuInChromium(
  "a GPU in software is not used unless it is chosen, for WebAssembly is faster",
  async (command) => {
    await withPage(command, html, {}, async ({ page, seen }) => {
      await choose(page, "fc@100");
      assert.doesNotMatch(await pace(page, /^This browser.* takes about/), /GPU/);
      await choose(page, "conv@100");
      assert.match(
        await pace(page, /GPU.* takes about/),
        /^This browser runs the fast build of WebAssembly\. The GPU is not used: \S.* is emulated in software, which is slower\. Training conv@100#0 /,
      );
      assert.match(await page.locator("#engine").innerText(), /\(wasm\)/);
      assert.deepEqual(seen.complaints, []);
    }, WITH_GPU);
  },
);

await testOnGpuInChromium(
  "a GPU that has other bits is not used: WebAssembly trains in its place, and the page says why",
  async (command) => {
    // SwiftShader does not fuse, so that it is wrong in the mode native.
    const planted = html.replace('["native","hybrid","emulated"]', '["native"]');
    assert.notEqual(planted, html);
    await withPage(command, planted, {}, async ({ page, seen }) => {
      await page.locator("#build").selectOption("webgpu");
      await choose(page, "fc@100");
      assert.match(await train(page), /The same bits as the published run/);
      assert.match(
        await page.locator("#pace").innerText(),
        /^This browser runs the fast build of WebAssembly\. The GPU is not used: \S.* failed its self-test\./,
      );
      await page.locator(".attestation pre", { hasText: '"build":"wasm"' })
        .waitFor({ state: "attached" });
      assert.deepEqual(seen.complaints, []);
    }, WITH_GPU);
  },
);

await testSlowly(
  "on a GPU the live page trains to the published bits, attests them, and says so if it is lost",
  (name) =>
    testOnGpuInChromium(name, async (command) => {
      await withPage(command, html, {}, async ({ page, seen }) => {
        await page.locator("#build").selectOption("webgpu");
        await choose(page, "fc@100");
        assert.match(
          await pace(page, /takes about/),
          /^The GPU trains this case: \S.*\. Training /,
        );
        const engine = await page.locator("#engine").innerText();
        const [, backend] = /\((webgpu-hybrid)\), ready and self-tested in /.exec(engine)!;
        assert.match(await train(page, 900_000), /The same bits as the published run/);
        const file = page.locator(".attestation pre", { hasText: "seal" });
        await file.waitFor({ state: "attached" });
        const [entry] = await parseAttestations((await file.textContent())!, "the file");
        assert.equal(`${entry!.case} by ${entry!.build}`, `fc@100#0 by ${backend}`);

        await page.locator("#train").click();
        await page.locator("#status", { hasText: /^Epoch 2 of/ }).waitFor({ timeout: 600_000 });
        const driver = await page.context().browser()!.newBrowserCDPSession();
        await driver.send("Browser.crashGpuProcess");
        await page.locator("#status", { hasText: /^The GPU \(.*\) was lost, and the run with it/ })
          .waitFor();
        assert.equal(await page.locator("#result").innerText(), "");
        assert.ok(await page.locator("#stop").isDisabled());
        await page.locator("#build").selectOption("wasm");
        assert.match(await train(page), /The same bits as the published run/);
        assert.deepEqual(seen.complaints, []);
      }, WITH_GPU);
    }),
);

const MODEL = plainModel("ae2#0");
const withModel = await renderPlay({
  ...INPUT,
  model: {
    name: "ae2#0",
    dataset: "strokes",
    weightsDigest: "0".repeat(64),
    bytes: await savedModel("ae2#0"),
  },
});

/** Bytes of ink: the opacity of a canvas's pixels, from a copy, for the page's own is not read. */
async function ink(page: BrowserPage, id: string): Promise<number[]> {
  return await page.evaluate((id) => {
    const canvas = document.querySelector<HTMLCanvasElement>(id)!;
    const copy = new OffscreenCanvas(canvas.width, canvas.height)
      .getContext("2d", { willReadFrequently: true })!;
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return [...data].filter((_, i) => i % 4 === 3);
  }, id);
}

async function shownPoint(page: BrowserPage): Promise<[number, number]> {
  const [first, second] = await page.locator(".point dd").allInnerTexts();
  return [Number(first), Number(second)];
}

function asBytes(pixels: Float32Array): number[] {
  return Array.from(pixels, (pixel) => Math.round(pixel * 255));
}

/** What holds in the end: the worker answers when it can. */
async function eventually<T>(check: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 20_000;;) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function openPlane(page: BrowserPage): Promise<void> {
  await page.locator("#latent-plane[data-ready]").waitFor({ timeout: 120_000 });
}

testWith(
  "chromium",
  "dragging, touching and arrow keys decode what Deno decodes there",
  async ([name]) => {
    await withPage(name!, withModel, { hasTouch: true }, async ({ page, url, seen }) => {
      await openPlane(page);
      const plane = page.locator("#plane");
      /** The point, once it is where it should be and its digit is shown. */
      const decoded = (what: string, isThere: (point: [number, number]) => boolean) =>
        eventually(async () => {
          const point = await shownPoint(page);
          assert.ok(isThere(point), `${what}: ${point}`);
          const expected = asBytes(await freshlyDecoded(MODEL, Float32Array.from(point)));
          assert.ok(new Set(expected).size > 20, "a picture with shades");
          assert.deepEqual(await ink(page, "#decoded"), expected, what);
          return point;
        });
      await plane.scrollIntoViewIfNeeded();
      const start = await decoded("at first", () => true);
      const { x, y, width, height } = (await plane.boundingBox())!;
      await page.mouse.move(x + 0.2 * width, y + 0.3 * height);
      await page.mouse.down();
      await page.mouse.move(x + 0.8 * width, y + 0.7 * height, { steps: 10 });
      const dragged = await decoded("dragged", ([a, b]) => a > start[0] && b < start[1]);
      await page.mouse.up();
      await page.mouse.move(x + 0.1 * width, y + 0.1 * height);
      await page.touchscreen.tap(x + 0.3 * width, y + 0.3 * height);
      await decoded(
        "touched",
        ([a, b]) => a < start[0] && b > start[1] && a > 2 * start[0] - dragged[0],
      );
      await plane.focus();
      for (
        const [key, latent, sign] of [
          ["ArrowRight", 0, 1],
          ["ArrowLeft", 0, -1],
          ["ArrowUp", 1, 1],
          ["ArrowDown", 1, -1],
          ["Shift+ArrowUp", 1, 1],
        ] as const
      ) {
        const before = await shownPoint(page);
        await page.keyboard.press(key);
        await decoded(
          key,
          (after) =>
            (after[latent] - before[latent]) * sign > 0 && after[1 - latent] === before[1 - latent],
        );
      }
      await page.keyboard.press("Home");
      await decoded("Home", (point) => `${point}` === `${start}`);
      assert.match(await page.locator("#plane-spoken").innerText(), /^First latent \S+, second/);
      const milliseconds = parseFloat(await page.locator("#took").innerText());
      assert.ok(milliseconds > 0 && milliseconds < 500, `${milliseconds} ms`);
      // The map's corner, at its place on the plane.
      assert.ok(new Set(await ink(page, "#map")).size > 20);
      assert.deepEqual(requests(seen), [url]);
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "a digit that is drawn or taken lies where Deno's encoder puts it",
  async ([name]) => {
    await withPage(name!, withModel, {}, async ({ page, seen }) => {
      const placedAsByDeno = () =>
        eventually(async () => {
          const digit = Uint8Array.from(await ink(page, "#seen"));
          const point = await freshlyEncoded(MODEL, digit);
          const shown = await page.locator(".point dd").allInnerTexts();
          assert.notEqual(shown[0], "", "nothing is decoded yet");
          const decimals = shown[0]!.split(".")[1]!.length;
          assert.deepEqual(
            shown.slice(0, 2),
            Array.from(point, (value) => fixed(value, decimals)),
          );
          assert.deepEqual(
            await ink(page, "#decoded"),
            asBytes(await freshlyDecoded(MODEL, point)),
          );
          assert.ok(await page.locator("#drawn").isVisible());
          return digit;
        });
      const pad = page.locator("#pad");
      // Drawn as soon as the page is there, before the model is open.
      await pad.scrollIntoViewIfNeeded();
      const { x, y, width } = (await pad.boundingBox())!;
      await page.mouse.move(x + 0.3 * width, y + 0.2 * width);
      await page.mouse.down();
      await page.mouse.move(x + 0.7 * width, y + 0.2 * width, { steps: 5 });
      await page.mouse.move(x + 0.45 * width, y + 0.8 * width, { steps: 5 });
      await page.mouse.up();
      const seven = await placedAsByDeno();
      const inked = seven.filter((byte) => byte > 127).length;
      assert.ok(inked > 40 && inked < 250, `${inked} pixels of ink`);

      await page.locator("#clear").focus();
      await page.keyboard.press("Enter");
      assert.ok(await page.locator("#drawn").isHidden());
      assert.deepEqual(
        new Set([...await ink(page, "#pad"), ...await ink(page, "#seen")]),
        new Set([0]),
      );

      const { values, labels } = drawStrokes().test;
      const fours = [...labels.keys()].filter((i) => labels[i] === 4);
      for (const four of fours.slice(0, 2)) {
        await page.locator("[data-digit='4']").focus();
        await page.keyboard.press("Enter");
        assert.deepEqual(
          await placedAsByDeno(),
          Uint8Array.from(values.subarray(four * 784, (four + 1) * 784)),
        );
      }
      assert.deepEqual(seen.complaints, []);
    });
  },
);

testWith(
  "chromium",
  "a model whose weights were changed is refused by the page",
  async ([name]) => {
    const bytes = await savedModel("ae2#0");
    bytes[bytes.length - 2]! ^= 1;
    const page = await renderPlay({
      ...INPUT,
      cases: [],
      model: { name: "ae2#0", dataset: "strokes", weightsDigest: "0".repeat(64), bytes },
    });
    await withPage(name!, page, {}, async ({ page }) => {
      await page.locator("#plane-state", { hasText: "Cannot use the model" }).waitFor();
    });
  },
);

testWith(
  "chromium",
  "every control has a name, and Tab reaches them in the order of the page",
  async ([name]) => {
    await withPage(name!, withModel, {}, async ({ page }) => {
      await openPlane(page);
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll("button, select, progress, [role], [tabindex], canvas, svg")]
          .filter((element) => {
            const label = element.getAttribute("aria-label") ??
              element.getAttribute("aria-labelledby");
            const labels = (element as HTMLSelectElement).labels?.length ?? 0;
            return !label && labels === 0 && !element.textContent.trim() &&
              element.getAttribute("aria-hidden") !== "true" &&
              element.getAttribute("role") !== "status";
          }).map((element) => element.outerHTML)
      );
      assert.deepEqual(nameless, []);
      await page.locator("#configuration").focus();
      const order = [await page.evaluate(() => document.activeElement!.id)];
      for (let i = 0; i < 9; i++) {
        await page.keyboard.press("Tab");
        order.push(
          await page.evaluate(() =>
            document.activeElement!.id || document.activeElement!.textContent
          ),
        );
      }
      assert.deepEqual(
        order,
        [
          "configuration",
          "seed",
          "build",
          "train",
          "Every epoch as a table",
          "The latent plane of ae2#0",
          "plane",
          "Draw a digit",
          "clear",
          "0",
        ],
      );
    });
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  testWith(
    "chromium",
    `on a ${colorScheme} phone, 390 pixels wide, the live page does not scroll sideways`,
    async ([name]) => {
      const options = { colorScheme, viewport: { width: 390, height: 844 } };
      await withPage(name!, withModel, options, async ({ page }) => {
        await openPlane(page);
        await choose(page, "fc@100");
        await train(page);
        await page.evaluate(() =>
          document.querySelectorAll("details").forEach((d) => d.open = true)
        );
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
        const plane = (await page.locator("#plane").boundingBox())!;
        assert.ok(plane.width > 300 && Math.abs(plane.width - plane.height) < 1);
        // Ink is dark on light, or light on dark.
        const filter = await page.evaluate(() =>
          getComputedStyle(document.querySelector("#decoded")!).filter
        );
        assert.match(filter, colorScheme === "dark" ? /^invert\(1\)/ : /^none$/);
      });
    },
  );
}
