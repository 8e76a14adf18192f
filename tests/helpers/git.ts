import assert from "node:assert/strict";

/** Runs git in a folder, with a name to commit under and nobody's settings; returns what it printed. */
export async function runGit(folder: string, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: [
      ...["-c", "user.name=A test", "-c", "user.email=test@example.invalid"],
      ...["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"],
      ...args,
    ],
    cwd: folder,
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    stdin: "null",
  }).output();
  assert.ok(success, `git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
