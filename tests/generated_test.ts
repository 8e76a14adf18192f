import assert from "node:assert/strict";
import { sha256Hex } from "../src/sha256.ts";
import { testWith } from "./needs.ts";

const EXACT = new URL("../src/engines/exact/", import.meta.url);

Deno.test("kernels.sha256 names the bytes of both committed builds", async () => {
  const manifest = await Deno.readTextFile(new URL("kernels.sha256", EXACT));
  const builds = [...manifest.matchAll(/^(\S+\.wasm) ([0-9a-f]{64})$/gm)];
  assert.deepEqual(builds.map(([, file]) => file), ["kernels.wasm", "kernels_emulated.wasm"]);
  for (const [, file, digest] of builds) {
    assert.equal(await sha256Hex(await Deno.readFile(new URL(file!, EXACT))), digest);
  }
});

async function runCheck(tool: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL(`../tools/${tool}`, import.meta.url).href, "--check"],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stdout) + decoder.decode(stderr));
}

testWith("zig", "the committed kernels are what their source builds", async () => {
  await runCheck("build_kernels.ts");
});

Deno.test("the committed report script is what its source bundles to", async () => {
  await runCheck("build_report_script.ts");
});
