/** A JAX process that waits for requests: bench/peers/jax_fc.py. */
import { fileURLToPath } from "node:url";

/** What the process is told and what it answers: see jax_fc.py. */
type Request =
  | {
    readonly task: "setup";
    readonly weights: readonly string[];
    readonly pixels: string;
    readonly labels: string;
    readonly batches: number;
    readonly batchSize: number;
  }
  | { readonly task: "losses"; readonly steps: number }
  | {
    readonly task: "round";
    readonly chunks: number;
    readonly steps: number;
    readonly scan: boolean;
  };

export class JaxPeer {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#writer = process.stdin.getWriter();
    this.#lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts the process, or gives null where there is no such program. */
  static start(python: string, threads: 1 | "default"): JaxPeer | null {
    const script = fileURLToPath(new URL("jax_fc.py", import.meta.url));
    try {
      return new JaxPeer(
        new Deno.Command(python, {
          args: [script, ...threads === 1 ? ["--threads", "1"] : []],
          stdin: "piped",
          stdout: "piped",
          stderr: "null",
        }).spawn(),
      );
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Sends a request and waits for its answer; `missing` says what the process lacks. */
  async ask(request: Request): Promise<Record<string, unknown>> {
    // A process that has ended takes nothing; what it said before tells why.
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`))
      .catch(() => {});
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) return { missing: "the process ended without an answer" };
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const answer = JSON.parse(this.#rest.slice(0, end));
    this.#rest = this.#rest.slice(end + 1);
    return answer;
  }

  async close(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#process.status;
    await this.#lines.cancel();
  }
}
