/**
 * Tests that need a tool outside of Deno, MNIST, or a lot of time. A test without what it needs is
 * left out, and the summary of `deno task test` says which, and why.
 * @module
 */
import { cacheOf } from "../src/cli/load_data.ts";
import { DENO_WORLD } from "../src/cli/world.ts";
import { findTfjs } from "../src/runner/tfjs_packages.ts";

/** Whether the tests that take long run too, as in `deno task test:slow`. */
export const SLOW = Boolean(Deno.env.get("LATENTBENCH_SLOW"));

/** Lines about tests that take long begin with this: to leave them out is not to lack anything. */
const SLOW_MARK = "slow: ";

export type Tool =
  | "cc"
  | "chromium"
  | "deno-arm64"
  | "firefox"
  | "git"
  | "node"
  | "python"
  | "python-safetensors"
  | "python-torch"
  | "qemu-aarch64"
  | "slurm"
  | "webkit"
  | "zig";

/** What `deno task engine` installs. */
type Installed = "tfjs-cpu" | "tfjs-webgpu" | "tfjs-node";

/** Deno for arm64 on another processor: docs/attestations.md says how to get it. */
const DENO_ARM64 = [
  ...["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
  Deno.env.get("LATENTBENCH_ARM64_DENO") || "deno-arm64",
];

/** WebKitGTK's driver, which has no browser without a display. */
const WEBKIT = ["sh", "-c", 'command -v Xvfb >/dev/null && exec WebKitWebDriver "$@"', "webkit"];

const PYTHON = [Deno.env.get("LATENTBENCH_PEERS_PYTHON") || "python3"];

const CANDIDATES: { readonly [tool in Tool]: readonly (readonly string[])[] } = {
  cc: [["cc"]],
  chromium: [["chromium"], ["chromium-browser"], ["google-chrome"]],
  "deno-arm64": [DENO_ARM64],
  firefox: [["firefox-esr"], ["firefox"]],
  git: [["git"]],
  node: [["node"]],
  python: [["python3"]],
  "python-safetensors": [PYTHON],
  "python-torch": [PYTHON],
  "qemu-aarch64": [["qemu-aarch64"]],
  slurm: [["slurmctld"]],
  webkit: [WEBKIT],
  zig: [["python3", "-m", "ziglang"], ["zig"]],
};

/** What a tool is started with to see whether it is there and whole. */
const PROBE: { readonly [tool in Tool]: readonly string[] } = {
  cc: ["--version"],
  chromium: ["--version"],
  "deno-arm64": ["--version"],
  firefox: ["--version"],
  git: ["--version"],
  node: ["--version"],
  python: ["--version"],
  "python-safetensors": ["-c", "import safetensors.numpy"],
  "python-torch": ["-c", "import safetensors.torch"],
  "qemu-aarch64": ["--version"],
  slurm: ["-V"],
  webkit: ["--help"],
  zig: ["version"],
};

/** The command line that starts `tool`, or null if it is not found, or cannot be started by this user. */
export function findTool(tool: Tool): readonly string[] | null {
  // A cluster of Slurm is started by root.
  if (tool === "slurm" && Deno.uid() !== 0) return null;
  for (const command of CANDIDATES[tool]) {
    try {
      const { success } = new Deno.Command(command[0]!, {
        args: [...command.slice(1), ...PROBE[tool]],
        stdout: "null",
        stderr: "null",
      }).outputSync();
      if (success) return command;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

/** Like `Deno.test`, for a test that starts `tool`; it is given the command line that does. */
export function testWith(
  tool: Tool,
  name: string,
  body: (command: readonly string[], t: Deno.TestContext) => void | Promise<void>,
): void {
  testIf(findTool(tool), `${tool} was not found`, name, body);
}

/** Like `Deno.test`, for a test of an engine that has to be installed; it is given the folder. */
export async function testInstalled(
  engine: Installed,
  name: string,
  body: (folder: string, t: Deno.TestContext) => void | Promise<void>,
): Promise<void> {
  const folder = await findTfjs(engine, cacheOf(DENO_WORLD)).catch((error: Error) => error);
  const found = typeof folder === "string" ? folder : null;
  testIf(found, typeof folder === "string" ? "" : folder.message, name, body);
}

/** Like `Deno.test`, for a test on a GPU, or on one in software (Mesa's lavapipe). */
export async function testOnGpu(name: string, body: () => Promise<void>): Promise<void> {
  testIf(await navigator.gpu?.requestAdapter() ?? null, "no GPU was found", name, body);
}

let gpuInChromium: Promise<string | null> | null = null;

/** The command of a Chromium that emulates a GPU in software; null if there is none. */
async function findGpuInChromium(): Promise<string | null> {
  const command = findTool("chromium")?.[0] ?? null;
  if (command === null) return null;
  const { WITH_GPU, withPage } = await import("../src/report/testdata/chromium.ts");
  let hasGpu = false;
  await withPage(command, "", {}, async ({ page }) => {
    hasGpu = await page.evaluate(async () => await navigator.gpu?.requestAdapter() != null);
  }, WITH_GPU);
  return hasGpu ? command : null;
}

/** Like `Deno.test`, for a test on the GPU that Chromium emulates (SwiftShader); it is given its command. */
export async function testOnGpuInChromium(
  name: string,
  body: (command: string, t: Deno.TestContext) => Promise<void>,
): Promise<void> {
  const command = await (gpuInChromium ??= findGpuInChromium());
  testIf(command, "no Chromium with SwiftShader was found", name, body);
}

/** Like `Deno.test`, for a test that needs so many cores. */
export function testWithCores(
  cores: number,
  name: string,
  body: () => void | Promise<void>,
): void {
  const found = navigator.hardwareConcurrency;
  testIf(found >= cores ? found : null, `it needs ${cores} cores, ${found} are here`, name, body);
}

/**
 * Like `Deno.test`, for a test on the real MNIST; it is given the folder that MNIST_DIR names.
 *
 * @param tool what the test starts besides; it is given its command line too
 */
export function testOnMnist(
  name: string,
  body: (directory: string, command: readonly string[]) => void | Promise<void>,
  tool: Tool | null = null,
): void {
  const directory = Deno.env.get("MNIST_DIR") || null;
  const command = tool === null ? [] : findTool(tool);
  const needed = directory === null || command === null ? null : { directory, command };
  const reason = directory === null ? "MNIST_DIR is not set" : `${tool} was not found`;
  testIf(needed, reason, name, ({ directory, command }) => body(directory, command));
}

/**
 * Defines a test that takes long, if such tests run; else its name is noted.
 *
 * @param define hands the name on, for example to `testWith`
 */
export function testSlowly<T>(name: string, define: (name: string) => T): T | undefined {
  if (SLOW) return define(name);
  note(`${SLOW_MARK}${name}`);
}

/** Adds a line to the list that `deno task test` shows at its end. */
function note(line: string): void {
  const list = Deno.env.get("LATENTBENCH_LEFT_OUT");
  if (list) Deno.writeTextFileSync(list, `${line}\n`, { append: true });
}

/** Where `needed` is null the test is left out, and the reason noted. */
function testIf<T>(
  needed: T | null,
  reason: string,
  name: string,
  body: (needed: T, t: Deno.TestContext) => void | Promise<void>,
): void {
  if (needed === null) note(`${name}: ${reason}`);
  Deno.test({
    name,
    ignore: needed === null,
    // Child processes and browsers are closed by the tests; their pipes end on their own time.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: (t) => body(needed!, t),
  });
}
