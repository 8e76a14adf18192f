/** The live page that is published, opened from disk in three browser engines: each attests its run. */
import assert from "node:assert/strict";
import { readPublished } from "../src/checks/check_store.ts";
import { STROKES_SHA256 } from "../src/data/strokes.ts";
import { readKernelBytes } from "../src/engines/exact/kernels.ts";
import { formatCase } from "../src/matrix/case.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import { sourceDigest } from "../src/runner/source_digest.ts";
import { sha256Hex } from "../src/sha256.ts";
import { parseAttestations } from "../src/store/attestations.ts";
import { saveAttestations, textOf, trainInPage } from "./helpers/browsers/live_page.ts";
import { BROWSERS, withTab } from "./helpers/browsers/tab.ts";
import { testWith } from "./needs.ts";

const PAGE = new URL("../reports/reference/play.html", import.meta.url).href;
const { records } = await readPublished();
const KERNELS = await readKernelBytes();

const RUNTIMES = {
  chromium: /^Chromium \d+(, .*)?, on a test machine$/,
  firefox: /^Firefox \d+, on a test machine$/,
  webkit: /^WebKit, as Safari [\d.]+, on a test machine$/,
} as const;

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function publishedDigests(name: string) {
  const { record } = records.find(({ record }) =>
    record.dataset.sha256 === STROKES_SHA256 && record.engine === "exact" &&
    formatCase(record.case) === name
  )!;
  assert.ok(record.status === "ok");
  const { weights, outputs } = record.result.digests;
  return { weights, outputs };
}

/** What each trains; WebKit runs the slower build, in which conv@250#0 takes minutes. */
const CASES = {
  chromium: ["fc@250#0", "conv@250#0"],
  firefox: ["fc@250#0", "conv@250#0"],
  webkit: ["fc@250#0"],
} as const;

for (const browser of BROWSERS) {
  const cases = CASES[browser];
  const what = `trains ${cases.join(" and ")} to the published bits, and attests it`;
  testWith(browser, `${browser} opens the live page from disk, ${what}`, async (command) => {
    await withTab(browser, command, PAGE, async (tab) => {
      const before = today();
      for (const name of cases) {
        assert.match(await trainInPage(tab, name), /The same bits as the published run/);
        assert.match(await textOf(tab, "pace"), new RegExp(`Training ${name} takes about .* here`));
      }
      const [, build] = /\((wasm(?:-emulated)?)\)/.exec(await textOf(tab, "engine"))!;
      const why = build === "wasm"
        ? "This browser runs the fast build of WebAssembly. "
        : "This browser has no relaxed SIMD, so the slower build of WebAssembly runs; the result is the same. ";
      assert.ok((await textOf(tab, "pace")).startsWith(why), why);

      const { name, text } = await saveAttestations(tab, "on a test machine");
      assert.match(name, new RegExp(`^${Deno.build.os}-${Deno.build.arch}-[a-z0-9.-]+\\.json$`));
      const entries = await parseAttestations(text, name);
      for (const { runtime, date } of entries) {
        assert.match(runtime, RUNTIMES[browser]);
        assert.ok([before, today()].includes(date), date);
      }
      const kernels = await sha256Hex(KERNELS[build as keyof typeof KERNELS]);
      const sources = await sourceDigest();
      assert.deepEqual(
        entries.map(({ seal: _, runtime: __, date: ___, ...entry }) => entry),
        cases.map((name) => ({
          case: name,
          dataset: { name: "strokes", sha256: STROKES_SHA256 },
          engine: "exact",
          numericVersion: NUMERIC_VERSION,
          digests: publishedDigests(name),
          build,
          compiler: null,
          kernels,
          sources,
          platform: { os: Deno.build.os, arch: Deno.build.arch },
        })),
      );
    });
  });
}
