/** Pages in a real browser. */
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";

type Page = Awaited<ReturnType<Browser["newPage"]>>;

export interface Opened {
  readonly page: Page;
  readonly url: string;
  readonly seen: { readonly requests: string[]; readonly complaints: string[] };
}

/** Give Chromium a GPU: SwiftShader, which emulates one in software. */
export const WITH_GPU: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
];

/**
 * Opens a page as a file; `seen` holds every request and every complaint.
 *
 * @param flags of Chromium besides
 */
export async function withPage(
  command: string,
  html: string,
  options: Parameters<Browser["newPage"]>[0],
  body: (opened: Opened) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "latentbench-page-" });
  const browser = await chromium.launch({
    executablePath: await findOnPath(command),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", ...flags],
  });
  try {
    const file = `${folder}/report.html`;
    await Deno.writeTextFile(file, html);
    const url = pathToFileURL(file).href;
    const page = await browser.newPage(options);
    const seen: Opened["seen"] = { requests: [], complaints: [] };
    page.on("request", (request) => seen.requests.push(request.url()));
    page.on("console", (message) => seen.complaints.push(message.text()));
    page.on("pageerror", (error) => seen.complaints.push(error.message));
    await page.goto(url, { waitUntil: "load" });
    if (options?.javaScriptEnabled !== false) {
      await page.waitForFunction(() =>
        !document.querySelector(
          ":is([data-chart], [data-latent-plane], [data-cases]):not([data-live])",
        )
      );
    }
    await body({ page, url, seen });
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

export async function findOnPath(command: string): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const file = `${folder}/${command}`;
    if (await Deno.stat(file).then((s) => s.isFile, () => false)) return file;
  }
  throw new Error(`Cannot start ${command}: it is not on the PATH`);
}
