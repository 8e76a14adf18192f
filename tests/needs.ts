/**
 * Tests that need a tool outside of Deno. Where the tool is not found the test is left out, and the
 * summary of `deno task test` says which, and why.
 * @module
 */

export type Tool = "cc" | "chromium" | "node" | "qemu-aarch64" | "zig";

const CANDIDATES: { readonly [tool in Tool]: readonly (readonly string[])[] } = {
  cc: [["cc"]],
  chromium: [["chromium"], ["chromium-browser"], ["google-chrome"]],
  node: [["node"]],
  "qemu-aarch64": [["qemu-aarch64"]],
  zig: [["python3", "-m", "ziglang"], ["zig"]],
};

const VERSION_ARGUMENT: { readonly [tool in Tool]: string } = {
  cc: "--version",
  chromium: "--version",
  node: "--version",
  "qemu-aarch64": "--version",
  zig: "version",
};

/** The command line that starts `tool`, or null where it is not found. */
export function findTool(tool: Tool): readonly string[] | null {
  for (const command of CANDIDATES[tool]) {
    try {
      const { success } = new Deno.Command(command[0]!, {
        args: [...command.slice(1), VERSION_ARGUMENT[tool]],
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
  const command = findTool(tool);
  if (command === null) {
    const list = Deno.env.get("LATENTBENCH_LEFT_OUT");
    if (list) Deno.writeTextFileSync(list, `${name}: ${tool} was not found\n`, { append: true });
  }
  Deno.test({
    name,
    ignore: command === null,
    // Child processes and browsers are closed by the tests; their pipes end on their own time.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: (t) => body(command!, t),
  });
}
