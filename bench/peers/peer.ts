/** A peer: a process that waits for requests, one line of JSON each. See peer.py. */
import {
  answered,
  type Answers,
  type Contestant,
  NoAnswer,
  type Request,
  type Task,
} from "./protocol.ts";

export interface PeerOptions {
  /** The program, and its arguments. */
  readonly command: readonly string[];
  readonly threads: number;
  /** Cores left to others: the first ones that this process may use. */
  readonly skipCores?: number;
}

export class Peer implements Contestant {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #complaints: Promise<string>;
  #rest = "";

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#writer = process.stdin.getWriter();
    this.#lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#complaints = lastLine(process.stderr);
  }

  /** Starts the process. Throws a NoAnswer where there is no such program. */
  static start({ command, threads, skipCores = 0 }: PeerOptions): Peer {
    const [program, ...args] = command;
    try {
      return new Peer(
        new Deno.Command(program!, {
          args: [...args, "--threads", `${threads}`, "--skip-cores", `${skipCores}`],
          env: { PYTHONDONTWRITEBYTECODE: "1" },
          stdin: "piped",
          stdout: "piped",
          stderr: "piped",
        }).spawn(),
      );
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new NoAnswer(`${program} was not found`);
      throw error;
    }
  }

  async ask<T extends Task>(request: Extract<Request, { task: T }>): Promise<Answers[T]> {
    // A process that has ended takes nothing; what it said before tells why.
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`))
      .catch(() => {});
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new NoAnswer(await this.#end());
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    let answer;
    try {
      answer = JSON.parse(line);
    } catch {
      throw new NoAnswer(`the process answered "${line.slice(0, 100)}", not JSON`);
    }
    return answered<T>(answer);
  }

  async close(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#process.status;
    await this.#lines.cancel();
    await this.#complaints;
  }

  /** How the process ended. */
  async #end(): Promise<string> {
    const { code, signal } = await this.#process.status;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const complaint = await this.#complaints;
    return `the process ended ${how}${complaint === "" ? "" : ` (${complaint})`}`;
  }
}

/** The last line of a stream that is not empty, once the stream ends. */
async function lastLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    tail = (tail + text).slice(-4000);
  }
  return tail.trimEnd().split("\n").at(-1)!.trim().slice(0, 200);
}
