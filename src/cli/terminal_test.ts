import assert from "node:assert/strict";
import type { ExitCode } from "./exit_codes.ts";
import { EndRequests, TextStream } from "./terminal.ts";
import { columnsOf } from "./world.ts";

/** A stream that takes as many bytes at a time as `takes` says, or throws what it holds. */
class ScriptedSink {
  readonly #taken: number[] = [];
  /** The lengths of the parts that were to be written. */
  readonly parts: number[] = [];
  /** Pauses that were made between two writes. */
  readonly pauses: number[] = [];

  constructor(private readonly takes: (number | Error)[], private terminal = false) {}

  get text(): string {
    return new TextDecoder().decode(new Uint8Array(this.#taken));
  }

  writeSync(bytes: Uint8Array): number {
    this.parts.push(bytes.length);
    const next = this.takes.shift() ?? bytes.length;
    if (next instanceof Error) throw next;
    const part = bytes.subarray(0, next);
    this.#taken.push(...part);
    return part.length;
  }

  isTerminal(): boolean {
    return this.terminal;
  }

  /** As a terminal does that goes away. */
  hangUp(): void {
    this.terminal = false;
  }

  /** What writes to it. */
  stream(): TextStream {
    return new TextStream(this, (ms) => this.pauses.push(ms));
  }
}

const FULL_PIPE = new Deno.errors.WouldBlock("Resource temporarily unavailable (os error 11)");
const INPUT_OUTPUT = Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
const FULL_DISK = Object.assign(new Error("No space left on device (os error 28)"), {
  code: "ENOSPC",
});

Deno.test("a stream is written whole, however few bytes it takes at a time", () => {
  const sink = new ScriptedSink([1, 2, 1, 0]);
  const stream = sink.stream();
  stream.write("fünf ✓\n");
  stream.write("");
  stream.write("end\n");
  assert.equal(sink.text, "fünf ✓\nend\n");
  assert.equal(stream.loss, null);
});

Deno.test("a full pipe that does not block is waited for, longer and longer, and nothing is lost", () => {
  const full = Array.from({ length: 8 }, () => FULL_PIPE);
  const sink = new ScriptedSink([3, ...full, 2, FULL_PIPE, new Deno.errors.Interrupted("signal")]);
  const stream = sink.stream();
  stream.write("0123456789");
  assert.equal(sink.text, "0123456789");
  assert.deepEqual(sink.pauses, [1, 2, 4, 8, 16, 32, 50, 50, 1]);
  assert.equal(stream.loss, null);
});

Deno.test("text is written in parts that a pipe takes whole or not at all, at line breaks", () => {
  const sink = new ScriptedSink([]);
  const text = [100, 300, 200, 600, 4095, 4096, 10].map((n) => "x".repeat(n)).join("\n") + "\n";
  sink.stream().write(text);
  assert.equal(sink.text, text);
  assert.deepEqual(sink.parts, [402, 201, 601, 4096, 4096, 12]);
});

for (
  const [what, error, terminal] of [
    ["a reader that closed the pipe", new Deno.errors.BrokenPipe("Broken pipe"), false],
    ["a reader that reset the connection", new Deno.errors.ConnectionReset("reset"), false],
    ["a terminal that went away", INPUT_OUTPUT, true],
  ] as const
) {
  Deno.test(`${what} is no error, and nothing more is written`, () => {
    const sink = new ScriptedSink([2, error], terminal);
    const stream = sink.stream();
    sink.hangUp();
    stream.write("12345");
    stream.write("678");
    assert.equal(sink.text, "12");
    assert.equal(stream.loss, null);
    assert.equal(stream.isTerminal, terminal);
  });
}

for (const error of [FULL_DISK, INPUT_OUTPUT]) {
  Deno.test(`a file that cannot be written (${error.code}) is a loss, and no gap is left in it`, () => {
    const sink = new ScriptedSink([2, error]);
    const stream = sink.stream();
    stream.write("12345");
    stream.write("678");
    assert.equal(sink.text, "12");
    assert.equal(stream.loss, error);
  });
}

/** Signals that are sent by hand, on a clock that stands still but for what `later` adds. */
function scriptedSignals(onTerminal: boolean, os: typeof Deno.build.os = "linux") {
  const listeners = new Map<Deno.Signal, () => void>();
  const [asked, exits]: [ExitCode[], (number | undefined)[]] = [[], []];
  const source = {
    addSignalListener: (signal: Deno.Signal, listener: () => void) =>
      void listeners.set(signal, listener),
    exit: ((code) => void exits.push(code)) as typeof Deno.exit,
  };
  const requests = new EndRequests(source, onTerminal, os);
  requests.ignoreHangup();
  const before = [...listeners.keys()];
  requests.listen((code) => asked.push(code));
  let now = 1000;
  const send = (signal: Deno.Signal, laterMs: number) => {
    const clock = performance.now;
    now += laterMs;
    performance.now = () => now;
    try {
      listeners.get(signal)!();
    } finally {
      performance.now = clock;
    }
  };
  return { before, signals: [...listeners.keys()], asked, exits, send };
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`${signal} asks to end with ${code}, once, however often it comes`, () => {
    const { asked, exits, send } = scriptedSignals(true);
    send(signal, 0);
    send(signal, 0);
    send("SIGTERM", 4999);
    assert.deepEqual(asked, [code]);
    assert.deepEqual(exits, []);
  });
}

Deno.test("a second request to end, later than a moment, ends the program at once", () => {
  const { asked, exits, send } = scriptedSignals(true);
  send("SIGINT", 0);
  send("SIGTERM", 5001);
  assert.deepEqual(asked, [130]);
  assert.deepEqual(exits, [143]);
});

Deno.test("a hangup asks nothing of a program that writes to no terminal, from its start on", () => {
  const { before, asked, exits, send } = scriptedSignals(false);
  assert.deepEqual(before, ["SIGHUP"]);
  send("SIGHUP", 0);
  send("SIGHUP", 6000);
  assert.deepEqual(asked, []);
  send("SIGINT", 0);
  assert.deepEqual(asked, [130]);
  assert.deepEqual(exits, []);
});

Deno.test("a program on a terminal leaves the hangup to Deno until it listens", () => {
  const { before, signals } = scriptedSignals(true);
  assert.deepEqual(before, []);
  assert.deepEqual(signals, ["SIGINT", "SIGTERM", "SIGHUP"]);
});

Deno.test("on Windows only the signals are listened to that there are", () => {
  const { signals } = scriptedSignals(false, "windows");
  assert.deepEqual(signals, ["SIGINT", "SIGBREAK"]);
});

Deno.test("a terminal that does not say how wide it is has 80 columns, one that is gone has none", () => {
  assert.equal(columnsOf(() => ({ columns: 120, rows: 40 })), 120);
  assert.equal(columnsOf(() => ({ columns: 0, rows: 0 })), 80);
  const gone = () => {
    throw new Error("Could not get console size");
  };
  assert.equal(columnsOf(gone), null);
});
