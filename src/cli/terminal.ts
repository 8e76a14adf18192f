/**
 * The terminal: two streams of text, and the signals that ask the program to end. A stream may be
 * slow, full or gone. No work stops for that, so nothing here throws.
 * @module
 */
import { EXIT, type ExitCode } from "./exit_codes.ts";

/** What a stream writes to: `Deno.stdout`, `Deno.stderr`. */
export interface ByteSink {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** The first and the longest pause before a full pipe is tried again, in milliseconds. */
const PAUSES_MS = [1, 50] as const;

/** Bytes that a pipe takes as a whole, by POSIX and on Linux. */
const ATOMIC_SIZES = [512, 4096] as const;

const LINE_BREAK = 10;

/** Text to standard output or standard error: all of it, in order, or none from a failure on. */
export class TextStream {
  /** Asked once, at the start: a terminal that has gone away says that it is none. */
  readonly isTerminal: boolean;
  #isOver = false;
  #loss: Error | null = null;

  constructor(private readonly sink: ByteSink, private readonly pause: (ms: number) => void) {
    this.isTerminal = sink.isTerminal();
  }

  /** Why text was lost that somebody waits for; null if none was, or the reader left. */
  get loss(): Error | null {
    return this.#loss;
  }

  write(text: string): void {
    if (this.#isOver) return;
    try {
      this.#writeAll(new TextEncoder().encode(text));
    } catch (error) {
      this.#isOver = true;
      if (!this.#hasNoReader(error)) {
        this.#loss = error instanceof Error ? error : new Error(String(error));
      }
    }
  }

  /** Waits for the reader of a full pipe, even of one that does not block. */
  #writeAll(bytes: Uint8Array): void {
    let [pauseMs, longestMs]: readonly number[] = PAUSES_MS;
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(this.sink.writeSync(bytes.subarray(0, lengthOfPart(bytes))));
        pauseMs = PAUSES_MS[0];
      } catch (error) {
        if (error instanceof Deno.errors.Interrupted) continue;
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        this.pause(pauseMs!);
        pauseMs = Math.min(2 * pauseMs!, longestMs!);
      }
    }
  }

  /** A reader who closed the pipe, or a terminal that went away. */
  #hasNoReader(error: unknown): boolean {
    return error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset ||
      this.isTerminal && (error as { code?: unknown } | null)?.code === "EIO";
  }
}

/**
 * How much to write at a time. A pipe takes so few bytes as a whole or not at all, and Deno holds
 * back what follows the last line break: of a larger part, nobody knows what was written before the
 * pipe was full.
 */
function lengthOfPart(bytes: Uint8Array): number {
  for (const size of ATOMIC_SIZES) {
    const lineBreak = bytes.subarray(0, size).lastIndexOf(LINE_BREAK);
    if (lineBreak >= 0) return lineBreak + 1;
  }
  return Math.min(bytes.length, ATOMIC_SIZES[1]);
}

/** Blocks the thread. */
export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** What the signals are asked of; `Deno` is one. */
export type SignalSource = Pick<typeof Deno, "addSignalListener" | "exit">;

/** Signals that come this soon after the first one change nothing. */
const ONE_REQUEST_MS = 5000;

/**
 * Requests to end, by the user or the system. One request may come as several signals: Ctrl-C under
 * `deno task` comes from the terminal and from the task.
 */
export class EndRequests {
  #firstAt: number | null = null;

  /** @param onTerminal whether an output stream is a terminal */
  constructor(
    private readonly source: SignalSource,
    private readonly onTerminal: boolean,
    private readonly os: typeof Deno.build.os = Deno.build.os,
  ) {}

  /**
   * A program that writes to no terminal goes on after a hangup: `nohup` started it, or the hangup is
   * not its own. Deno catches a signal that was ignored at the start, so that cannot be asked for.
   */
  ignoreHangup(): void {
    if (!this.onTerminal && this.os !== "windows") {
      this.source.addSignalListener("SIGHUP", () => {});
    }
  }

  /**
   * Calls `listener` on the first request, with the exit code that says what it was. Later signals
   * of the same request are ignored, and a second request ends the program at once.
   */
  listen(listener: (code: ExitCode) => void): void {
    for (const [signal, code] of this.#signals()) {
      this.source.addSignalListener(signal, () => {
        const now = performance.now();
        if (this.#firstAt === null) {
          this.#firstAt = now;
          listener(code);
        } else if (now - this.#firstAt > ONE_REQUEST_MS) {
          this.source.exit(code);
        }
      });
    }
  }

  #signals(): (readonly [Deno.Signal, ExitCode])[] {
    if (this.os === "windows") {
      return [["SIGINT", EXIT.interrupted], ["SIGBREAK", EXIT.interrupted]];
    }
    return [
      ["SIGINT", EXIT.interrupted],
      ["SIGTERM", EXIT.terminated],
      ...this.onTerminal ? [["SIGHUP", EXIT.hungUp] as const] : [],
    ];
  }
}
