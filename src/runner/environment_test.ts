import assert from "node:assert/strict";
import os from "node:os";
import denoConfig from "../../deno.json" with { type: "json" };
import { captureEnvironment } from "./environment.ts";
import { sourceDigest } from "./source_digest.ts";

Deno.test("captureEnvironment() says what the machine is, and nothing of whose it is", async () => {
  const { commit, sources, ...environment } = await captureEnvironment();
  assert.deepEqual(environment, {
    machine: {
      os: Deno.build.os,
      arch: Deno.build.arch,
      cpu: os.cpus()[0]?.model.trim() || null,
      cores: navigator.hardwareConcurrency,
    },
    versions: {
      latentbench: denoConfig.version,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
    },
  });
  assert.equal(sources, await sourceDigest());
  assert.ok(commit === null || /^[0-9a-f]{40}$/.test(commit));
});
