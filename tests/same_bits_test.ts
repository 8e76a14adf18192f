/** The promise of the same bits everywhere, on one short case. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type KernelBytes, readKernelBytes } from "../src/engines/exact/kernels.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import { runShortCase, type ShortCaseResult } from "./helpers/short_case.ts";
import { GOLDEN_STEPS } from "./helpers/short_steps.ts";
import { testWith } from "./needs.ts";

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

testWith(
  "chromium",
  "Chromium gives the same bits, in both builds and for every model",
  async ([chromium]) => {
    const results = await resultsFromBrowser(chromium!);
    assert.equal(results.error, undefined);
    assert.deepEqual(bits(results.emulated!), bits(FIRST));
    assert.ok(results.fused, "this Chromium does not validate relaxed SIMD");
    assert.equal(results.fused.backend, "wasm");
    assert.deepEqual(bits(results.fused), bits(FIRST));
    assert.deepEqual(results.steps, GOLDEN_STEPS);
  },
);

interface BrowserResults {
  readonly fused?: ShortCaseResult | null;
  readonly emulated?: ShortCaseResult;
  /** Digests of a few steps, by model. */
  readonly steps?: { readonly [model: string]: readonly string[] };
  readonly error?: string;
}

/** Serves a page that runs the short case, opens it in a headless browser, waits for its results. */
async function resultsFromBrowser(chromium: string): Promise<BrowserResults> {
  const folder = await Deno.makeTempDir({ prefix: "latentbench-browser-" });
  const script = `${folder}/page.js`;
  const bundled = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--platform",
      "browser",
      "-o",
      script,
      fileURLToPath(new URL("helpers/short_case_page.ts", import.meta.url)),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.ok(bundled.success, new TextDecoder().decode(bundled.stderr));
  const code = await Deno.readTextFile(script);

  const posted = Promise.withResolvers<BrowserResults>();
  const server = Deno.serve(
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
  const browser = new Deno.Command(chromium, {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
      "--remote-debugging-port=0", // keeps it open until it is told to go
      `--user-data-dir=${folder}/profile`,
      `http://127.0.0.1:${server.addr.port}/`,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(
    () => posted.resolve({ error: "no results within 120 seconds" }),
    120_000,
  );
  try {
    return await posted.promise;
  } finally {
    clearTimeout(timer);
    browser.kill("SIGTERM");
    await browser.status;
    await server.shutdown();
    // The browser's helpers may still be writing to the profile.
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}
