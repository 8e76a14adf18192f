/**
 * TensorFlow.js on this machine. Its packages take 45 MB to download and ten times as much on disk, so
 * they are no dependency of the program: `deno task engine` installs them, locked, into the cache.
 * @module
 */
import { fileURLToPath } from "node:url";
import type { TfjsEngineName } from "../engines/engine_name.ts";
import { BINDING_FILE } from "../engines/tfjs/load_backend.ts";
import { TfjsError } from "../engines/tfjs/tfjs_error.ts";
import { sha256HexOfText } from "../sha256.ts";

const PACKAGES = new URL("../engines/tfjs/packages/", import.meta.url);
const FILES = ["deno.json", "deno.lock"] as const;

/** Where this version's packages belong: a folder that is there is whole. */
export async function tfjsFolder(cache: string): Promise<string> {
  const texts = await Promise.all(FILES.map((file) => Deno.readTextFile(new URL(file, PACKAGES))));
  return `${cache}/tfjs-${(await sha256HexOfText(texts.join("\n"))).slice(0, 16)}`;
}

/** The folder of an installation that the engine can be loaded from; a TfjsError where there is none. */
export async function findTfjs(engine: TfjsEngineName, cache: string | null): Promise<string> {
  const refuse = (reason: string) => new TfjsError(`Cannot use the engine ${engine}: ${reason}`);
  if (cache === null) throw refuse("there is no cache folder that it could be installed in");
  const folder = await tfjsFolder(cache);
  const needed = engine === "tfjs-node" ? `${folder}/${BINDING_FILE}` : `${folder}/node_modules`;
  if (!await exists(needed)) throw refuse(`it is not installed; run deno task engine ${engine}`);
  if (engine === "tfjs-node" && !await mayCallNativeCode()) {
    throw refuse(`it is native code; run deno task reproduce:native --engine ${engine}`);
  }
  return folder;
}

/** Installs the packages, unless they are there, and gives their folder. Starts `deno`. */
export async function installPackages(cache: string): Promise<string> {
  const folder = await tfjsFolder(cache);
  if (await exists(folder)) return folder;
  const temporary = `${folder}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.mkdir(temporary, { recursive: true });
    for (const file of FILES) {
      await Deno.copyFile(fileURLToPath(new URL(file, PACKAGES)), `${temporary}/${file}`);
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["install", "--frozen"],
      cwd: temporary,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
      throw new TfjsError(`Cannot install TensorFlow.js into ${folder}: ${reason}`);
    }
    await Deno.rename(temporary, folder);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    // Another process was faster.
    if (await exists(folder)) return folder;
    throw error;
  }
  return folder;
}

export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function mayCallNativeCode(): Promise<boolean> {
  return (await Deno.permissions.query({ name: "ffi" })).state === "granted";
}
