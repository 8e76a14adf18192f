import type { BrowserFolders, DrivenBrowser } from "./tab.ts";

/** Firefox speaks WebDriver BiDi itself, at a port that it chooses and tells. */
const LISTENING = /WebDriver BiDi listening on (ws:\S+)/;

type Answer =
  | { readonly id: number; readonly type: "success"; readonly result: Json }
  | { readonly id: number; readonly type: "error"; readonly message: string };
// deno-lint-ignore no-explicit-any -- What a protocol answers is as its specification says.
type Json = any;

/** Source: W3C, "WebDriver BiDi". */
export async function openFirefox(
  [command]: readonly string[],
  { profile, downloads }: BrowserFolders,
): Promise<DrivenBrowser> {
  await Deno.writeTextFile(
    `${profile}/user.js`,
    `user_pref("browser.download.folderList", 2);\n` +
      `user_pref("browser.download.dir", ${JSON.stringify(downloads)});\n`,
  );
  const firefox = new Deno.Command(command!, {
    args: ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"],
    env: { HOME: profile },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const url = await addressIn(firefox.stderr);
  if (url === null) throw new Error(`Cannot drive ${command}: it ended before it listened`);
  const socket = await Socket.open(`${url}/session`);
  const { capabilities } = await socket.call("session.new", { capabilities: {} });
  const { contexts: [{ context }] } = await socket.call("browsingContext.getTree", {});
  return {
    version: capabilities.browserVersion,
    goTo: (url) => socket.call("browsingContext.navigate", { context, url, wait: "complete" }),
    async evaluate(expression) {
      const { result, exceptionDetails } = await socket.call("script.evaluate", {
        expression: `JSON.stringify(${expression})`,
        target: { context },
        awaitPromise: false,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return result.value === undefined ? undefined : JSON.parse(result.value);
    },
    async close() {
      await socket.call("browser.close", {});
      await firefox.status;
    },
  };
}

/** Where it listens; what it says afterwards is read too, so that it can go on. */
async function addressIn(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string | null> {
  const lines = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (let said = "";;) {
    const { value, done } = await lines.read();
    if (done) return null;
    const [, url] = LISTENING.exec(said += value) ?? [];
    if (url === undefined) continue;
    void (async () => {
      while (!(await lines.read()).done);
    })();
    return url;
  }
}

class Socket {
  readonly #waiting = new Map<number, PromiseWithResolvers<Json>>();
  #calls = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Firefox has ended"));
    };
  }

  static async open(url: string): Promise<Socket> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`Cannot reach Firefox at ${url}`));
    });
    return new Socket(socket);
  }

  call(method: string, params: Json): Promise<Json> {
    const id = ++this.#calls;
    const answer = Promise.withResolvers<Json>();
    this.#waiting.set(id, answer);
    this.socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.type === "success") waiting?.resolve(answer.result);
    else waiting?.reject(new Error(answer.message));
  }
}
