/** The promise of the same bits everywhere, on one short case. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type KernelBytes, readKernelBytes } from "../src/engines/exact/kernels.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import { type BrowserName, BROWSERS, withTab } from "./helpers/browsers/tab.ts";
import { runShortCase, type ShortCaseResult } from "./helpers/short_case.ts";
import { GOLDEN_STEPS } from "./helpers/short_steps.ts";
import { testWith } from "./needs.ts";

/** The emulated build takes minutes in WebKit on a loaded machine. */
const LONGEST_MS = 600_000;

const BYTES: KernelBytes = await readKernelBytes();

/** fc@250 on strokes, seed 0, 3 epochs. Moves only with a new numeric version. */
const GOLDEN = {
  numericVersion: 1,
  weights: "a20b6513485c5479fe20c6ae2a1ae92749ed694335035f471cab9b39c79984ea",
  outputs: "5cc43583b13c1aa7b1e153c1d06e31236f74a5743aeb27dd564f4f26f234002e",
} as const;

const FIRST = await runShortCase(BYTES, "wasm");

/** Everything but the name of the build. */
function bits({ backend: _, ...result }: ShortCaseResult) {
  return result;
}

Deno.test("fc@250#0 on strokes has the digests of numeric version 1 after 3 epochs", () => {
  assert.deepEqual({
    numericVersion: NUMERIC_VERSION,
    weights: FIRST.weights,
    outputs: FIRST.outputs,
  }, GOLDEN);
  // It has learned something: these are no digests of untrained weights.
  assert.ok(FIRST.score > 0.2 && FIRST.score < 0.95, `${FIRST.score}`);
});

Deno.test("the same case twice gives the same bits", async () => {
  assert.deepEqual(await runShortCase(BYTES, "wasm"), FIRST);
});

Deno.test("the build without relaxed SIMD gives the same bits", async () => {
  const emulated = await runShortCase(BYTES, "wasm-emulated");
  assert.equal(emulated.backend, "wasm-emulated");
  assert.equal(FIRST.backend, "wasm");
  assert.deepEqual(bits(emulated), bits(FIRST));
});

Deno.test("another seed gives other bits", async () => {
  const other = await runShortCase(BYTES, "wasm", 1);
  for (const key of ["weights", "outputs", "curve"] as const) {
    assert.notEqual(other[key], FIRST[key]);
  }
});

for (const browser of BROWSERS) {
  testWith(browser, `${browser} gives the same bits for every model`, async (command) => {
    const { error, fused, emulated, steps } = await resultsFromBrowser(browser, command);
    assert.equal(error, undefined);
    assert.deepEqual(bits(emulated!), bits(FIRST));
    assert.equal(emulated!.backend, "wasm-emulated");
    // Relaxed SIMD is not in WebKitGTK 2.50.
    if (browser !== "webkit") assert.ok(fused, `this ${browser} does not validate relaxed SIMD`);
    if (fused) assert.deepEqual(fused, FIRST);
    assert.deepEqual(steps, GOLDEN_STEPS);
  });
}

interface BrowserResults {
  readonly fused?: ShortCaseResult | null;
  readonly emulated?: ShortCaseResult;
  /** Digests of a few steps, by model. */
  readonly steps?: { readonly [model: string]: readonly string[] };
  readonly error?: string;
}

/** Serves a page that runs the short case, opens it in a browser, waits for its results. */
async function resultsFromBrowser(
  browser: BrowserName,
  command: readonly string[],
): Promise<BrowserResults> {
  const code = await bundledPage();
  const posted = Promise.withResolvers<BrowserResults>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/wasm" || pathname === "/wasm-emulated") {
        return new Response(BYTES[pathname.slice(1) as keyof KernelBytes]);
      }
      if (pathname === "/page.js") {
        return new Response(code, { headers: { "content-type": "text/javascript" } });
      }
      if (pathname === "/results") {
        posted.resolve(JSON.parse(await request.text()));
        return new Response(null, { status: 204 });
      }
      return new Response('<!doctype html><script type="module" src="/page.js"></script>', {
        headers: { "content-type": "text/html" },
      });
    },
  );
  const timer = setTimeout(() => posted.resolve({ error: "no results in time" }), LONGEST_MS);
  try {
    const results = Promise.withResolvers<BrowserResults>();
    await withTab(browser, command, `http://127.0.0.1:${server.addr.port}/`, async () => {
      results.resolve(await posted.promise);
    });
    return await results.promise;
  } finally {
    clearTimeout(timer);
  }
}

async function bundledPage(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser"]
      .concat(fileURLToPath(new URL("helpers/short_case_page.ts", import.meta.url))),
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
