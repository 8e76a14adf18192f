/**
 * What a record says of the machine: enough to understand a time, nothing that names a user, a host
 * or a path.
 * @module
 */
import os from "node:os";
import denoConfig from "../../deno.json" with { type: "json" };
import type { Environment } from "../store/record.ts";
import { sourceDigest } from "./source_digest.ts";

/**
 * This machine and this program. The commit and the processor's name are null where they cannot, or
 * may not, be read.
 */
export async function captureEnvironment(): Promise<Environment> {
  return {
    commit: await currentCommit(new URL("../../.git/", import.meta.url)),
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

/** The commit of the working copy, read from git's own files; null where there is none. */
async function currentCommit(git: URL): Promise<string | null> {
  const read = async (name: string) => {
    try {
      return (await Deno.readTextFile(new URL(name, git))).trim();
    } catch {
      return null;
    }
  };
  const head = await read("HEAD");
  const reference = head?.match(/^ref: (refs\/[\w./-]+)$/)?.[1];
  const commit = reference === undefined ? head : await read(reference) ??
    (await read("packed-refs"))?.split("\n").find((line) => line.endsWith(` ${reference}`))
      ?.split(" ")[0];
  return commit && /^[0-9a-f]{40}$/.test(commit) ? commit : null;
}
