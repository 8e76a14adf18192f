import type { BrowserFolders, DrivenBrowser } from "./tab.ts";

/** Times that the driver is asked whether it listens, and the time between. */
const ATTEMPTS = 200;
const WAIT_MS = 100;

/** WebKitGTK's driver and its MiniBrowser, on a display of their own. Source: W3C, "WebDriver". */
export async function openWebKit(
  [program, ...args]: readonly string[],
  { profile, downloads }: BrowserFolders,
): Promise<DrivenBrowser> {
  const screen = new Deno.Command("Xvfb", {
    args: ["-displayfd", "1", "-nolisten", "tcp"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const { value } = await screen.stdout.getReader().read();
  const port = freePort();
  const driver = new Deno.Command(program!, {
    args: [...args, `--port=${port}`],
    env: {
      DISPLAY: `:${new TextDecoder().decode(value).trim()}`,
      // Without a folder for downloads they go home.
      HOME: downloads,
      XDG_CACHE_HOME: profile,
      XDG_CONFIG_HOME: profile,
      XDG_DATA_HOME: profile,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const call = async (method: "POST" | "DELETE", path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method,
      ...body === undefined ? {} : { body: JSON.stringify(body) },
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const end = async () => {
    for (const process of [driver, screen]) {
      process.kill();
      await process.status;
    }
  };
  try {
    await listening(port);
    const { sessionId, capabilities } = await call("POST", "", { capabilities: {} });
    return {
      version: capabilities.browserVersion,
      goTo: (url) => call("POST", `/${sessionId}/url`, { url }),
      evaluate: (expression) =>
        call("POST", `/${sessionId}/execute/sync`, { script: `return ${expression}`, args: [] }),
      async close() {
        await call("DELETE", `/${sessionId}`);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function listening(port: number): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused) || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
