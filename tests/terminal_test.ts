/** The program on a terminal, and on a pipe that does not block: Python makes both. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import denoConfig from "../deno.json" with { type: "json" };
import { namesIn, temporaryFolder } from "../src/data/test_files.ts";
import { testWith } from "./needs.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The command line of a task, with the same permissions and no more. */
function program(task: "reproduce" | "check", ...args: string[]): string[] {
  const [, ...words] = denoConfig.tasks[task].command.split(" ");
  return [Deno.execPath(), ...words, ...args];
}

Deno.test("every task of the program may ask for the terminal's kind and the user's folder", () => {
  const commands = Object.values(denoConfig.tasks).map(({ command }) => command)
    .filter((command) => command.includes("src/main.ts"));
  assert.ok(commands.length >= 9, `${commands.length}`);
  for (const command of commands) {
    const names = /--allow-env=(\S+)/.exec(command)![1]!.split(",");
    assert.ok(names.includes("TERM") && names.includes("HOME"), command);
  }
});

/** Runs a Python script that starts the program; returns what it printed, and its exit code. */
async function runPython(
  python: readonly string[],
  script: string,
  command: readonly string[],
  env: { [name: string]: string } = {},
) {
  const { code, stdout, stderr } = await new Deno.Command(python[0]!, {
    args: [...python.slice(1), "-c", script, ...command],
    cwd: ROOT,
    env,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Prints what the program writes to a terminal of 100 columns, and ends with its exit code. */
const ON_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
os.environ.pop("NO_COLOR", None)
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    try: data = os.read(fd, 65536)
    except OSError: break
    if not data: break
    sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

for (const [term, obeys] of [["xterm", true], ["dumb", false]] as const) {
  const what = obeys ? "rewrites and colours lines" : "writes plain lines";
  testWith("python", `reproduce on a terminal that is ${term} ${what}`, async (python) => {
    await using folder = await temporaryFolder();
    const command = program(
      ...["reproduce", "--dataset", "strokes", "--only", "fc@250#0"] as const,
      ...["--results", folder.path],
    );
    const { code, out } = await runPython(python, ON_TERMINAL, command, { TERM: term });
    assert.equal(code, 0, out);
    assert.match(out, /^strokes, 1 case: 1 pass\r$/m);
    assert.equal(out.includes("\r\x1b[K"), obeys);
    assert.equal(out.includes("\x1b[32m✓ pass"), obeys);
  });
}

/**
 * Runs the program in the background of a terminal, and closes the terminal once it works. Ends with
 * its exit code.
 */
const ON_LOST_TERMINAL = `
import os, pty, signal, subprocess, sys
ours, theirs = os.pipe()
pid, fd = pty.fork()
if pid == 0:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.close(ours)
    def in_background():
        os.setpgid(0, 0)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    child = subprocess.Popen(sys.argv[1:], preexec_fn=in_background, stdin=subprocess.DEVNULL)
    os.write(theirs, str(child.wait()).encode())
    os._exit(0)
os.close(theirs)
seen = b""
while b"Cases: " not in seen: seen += os.read(fd, 4096)
os.close(fd)
sys.exit(int(os.read(ours, 20)))
`;

testWith("python", "a run goes on when its terminal goes away, to its records and page", async (
  python,
) => {
  await using folder = await temporaryFolder();
  const { code, err } = await runPython(
    python,
    ON_LOST_TERMINAL,
    program(
      ...[
        "reproduce",
        "--dataset",
        "strokes",
        "--profile",
        "smoke",
        "--only",
        "fc@*",
        "--labels",
        "2000",
      ] as const,
      ...["--seeds", "3", "--results", folder.path],
    ),
  );
  assert.equal(code, 0, err);
  assert.equal(namesIn(`${folder.path}/records`).length, 3);
  assert.deepEqual(namesIn(folder.path), ["records", "strokes.html"]);
});

/** Reads a pipe that does not block, slowly; prints what came, and ends with the exit code. */
const ON_FULL_PIPE = `
import os, subprocess, sys, time
ours, theirs = os.pipe()
os.set_blocking(theirs, False)
child = subprocess.Popen(sys.argv[1:], stdout=theirs)
os.close(theirs)
os.set_blocking(ours, True)
while True:
    data = os.read(ours, 30000)
    if not data: break
    sys.stdout.buffer.write(data)
    time.sleep(0.02)
sys.exit(child.wait())
`;

testWith(
  "python",
  "check --json writes all of it to a pipe that does not block",
  async (python) => {
    const [deno, ...args] = program(
      ...["check", "--dataset", "mnist", "--results", "reports/reference", "--json"] as const,
    );
    const { stdout } = await new Deno.Command(deno!, { args, cwd: ROOT, stderr: "null" }).output();
    const expected = new TextDecoder().decode(stdout);
    assert.ok(expected.length > 65_536, "more than a pipe holds");
    const { code, out, err } = await runPython(python, ON_FULL_PIPE, [deno!, ...args]);
    assert.equal(code, 0, err);
    assert.equal(out, expected);
  },
);
