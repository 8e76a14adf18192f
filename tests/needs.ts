/**
 * Tests that need a tool outside of Deno. Where the tool is not found the test is left out, and the
 * summary of `deno task test` says which, and why.
 * @module
 */
import { cacheOf } from "../src/cli/load_data.ts";
import { DENO_WORLD } from "../src/cli/world.ts";
import { findTfjs } from "../src/runner/tfjs_packages.ts";

export type Tool =
  | "cc"
  | "chromium"
  | "git"
  | "node"
  | "python-safetensors"
  | "python-torch"
  | "qemu-aarch64"
  | "slurm"
  | "zig";

/** What `deno task engine` installs. */
type Installed = "tfjs-cpu" | "tfjs-webgpu" | "tfjs-node";

const PYTHON = [Deno.env.get("LATENTBENCH_PEERS_PYTHON") || "python3"];

const CANDIDATES: { readonly [tool in Tool]: readonly (readonly string[])[] } = {
  cc: [["cc"]],
  chromium: [["chromium"], ["chromium-browser"], ["google-chrome"]],
  git: [["git"]],
  node: [["node"]],
  "python-safetensors": [PYTHON],
  "python-torch": [PYTHON],
  "qemu-aarch64": [["qemu-aarch64"]],
  slurm: [["slurmctld"]],
  zig: [["python3", "-m", "ziglang"], ["zig"]],
};

/** What a tool is started with to see whether it is there and whole. */
const PROBE: { readonly [tool in Tool]: readonly string[] } = {
  cc: ["--version"],
  chromium: ["--version"],
  git: ["--version"],
  node: ["--version"],
  "python-safetensors": ["-c", "import safetensors.numpy"],
  "python-torch": ["-c", "import safetensors.torch"],
  "qemu-aarch64": ["--version"],
  slurm: ["-V"],
  zig: ["version"],
};

/** The command line that starts `tool`, or null where it is not found. */
export function findTool(tool: Tool): readonly string[] | null {
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

/** Where `needed` is null the test is left out, and the reason noted. */
function testIf<T>(
  needed: T | null,
  reason: string,
  name: string,
  body: (needed: T, t: Deno.TestContext) => void | Promise<void>,
): void {
  if (needed === null) {
    const list = Deno.env.get("LATENTBENCH_LEFT_OUT");
    if (list) Deno.writeTextFileSync(list, `${name}: ${reason}\n`, { append: true });
  }
  Deno.test({
    name,
    ignore: needed === null,
    // Child processes and browsers are closed by the tests; their pipes end on their own time.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: (t) => body(needed!, t),
  });
}
