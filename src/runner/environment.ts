/**
 * What a record says of the machine: enough to understand a time, nothing that names a user, a host
 * or a path.
 * @module
 */
import os from "node:os";
import { fileURLToPath } from "node:url";
import denoConfig from "../../deno.json" with { type: "json" };
import type { Environment } from "../store/record.ts";
import { currentCommit } from "./git_commit.ts";
import { sourceDigest } from "./source_digest.ts";

/**
 * This machine and this program. The commit and the processor's name are null where they cannot, or
 * may not, be read.
 */
export async function captureEnvironment(): Promise<Environment> {
  return {
    commit: await currentCommit(fileURLToPath(new URL("../..", import.meta.url))),
    sources: await sourceDigest(),
    machine: {
      os: Deno.build.os,
      arch: Deno.build.arch,
      cpu: cpuModel(),
      cores: navigator.hardwareConcurrency,
    },
    versions: {
      latentbench: denoConfig.version,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
    },
  };
}

function cpuModel(): string | null {
  try {
    return os.cpus()[0]?.model.trim().slice(0, 200) || null;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}
