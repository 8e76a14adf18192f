/**
 * The exact engine on the GPU that Chromium emulates in software, SwiftShader, which computes a fused
 * multiply-add in two steps. It is several times slower than lavapipe: what `deno task test` runs took
 * 17 seconds on two busy cores, and what only `test:slow` runs half an hour, most of it the epochs.
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Opened, WITH_GPU, withPage } from "../src/report/testdata/chromium.ts";
import type { GpuHost } from "./helpers/gpu_cases.ts";
import { GPU_CHECKS, type GpuCheck } from "./helpers/gpu_checks.ts";
import { testOnGpuInChromium, testSlowly } from "./needs.ts";

async function bundledPage(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--minify"]
      .concat(fileURLToPath(new URL("helpers/gpu_page.ts", import.meta.url))),
  }).output();
  const text = new TextDecoder();
  assert.ok(success, text.decode(stderr));
  return `<!doctype html><script type="module">${text.decode(stdout)}</script>`;
}

/** What a page answers: `tested` has passed its self-test, `untested` is in the mode `hybrid`. */
function inPage(page: Opened["page"], which: "tested" | "untested"): GpuHost {
  const ask = (name: keyof GpuHost) => (...args: readonly unknown[]) =>
    page.evaluate(([which, name, args]) => {
      const host = (globalThis as unknown as { [which: string]: GpuHost })[which]!;
      return (host[name] as (...args: readonly unknown[]) => Promise<never>)(...args);
    }, [which, name, args] as const);
  return {
    find: ask("find"),
    steps: ask("steps"),
    epoch: ask("epoch"),
    train: ask("train"),
    passes: ask("passes"),
  };
}

/** Each check as a step, in one page. */
async function run(
  command: string,
  t: Deno.TestContext,
  which: "tested" | "untested",
  checks: readonly GpuCheck[],
): Promise<void> {
  await withPage(command, await bundledPage(), {}, async ({ page, seen }) => {
    const gpu = inPage(page, which);
    for (const { name, run } of checks) await t.step(name, () => run(gpu));
    assert.deepEqual(seen.complaints, []);
  }, WITH_GPU);
}

const UNFUSED: GpuCheck = {
  name: "the mode native is not used on a GPU that does not fuse",
  takes: "little",
  run: async (gpu) => assert.equal(await gpu.passes("native", null), false),
};

const isShort = ({ takes }: GpuCheck) => takes === "little";

await testOnGpuInChromium(
  "Chromium's GPU has the bits of WebAssembly for dense layers, and a wrong one is seen",
  (command, t) => run(command, t, "untested", [...GPU_CHECKS.filter(isShort), UNFUSED]),
);

await testSlowly(
  "Chromium's GPU passes the self-test, and has the bits of WebAssembly for every model",
  (name) =>
    testOnGpuInChromium(
      name,
      (command, t) => run(command, t, "tested", GPU_CHECKS.filter((check) => !isShort(check))),
    ),
);
