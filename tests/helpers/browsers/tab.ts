/**
 * A tab in a browser of any of the three engines, opened on a page and driven from here: by
 * playwright-core in Chromium, by WebDriver BiDi in Firefox, by WebDriver in WebKit.
 * @module
 */
import { openChromium } from "./chromium.ts";
import { openFirefox } from "./firefox.ts";
import { openWebKit } from "./webkit.ts";

/** The browsers that tests drive, by the name of the tool that `needs.ts` finds. */
export const BROWSERS = ["chromium", "firefox", "webkit"] as const;
export type BrowserName = (typeof BROWSERS)[number];

/** Where a browser may keep things: its own, and what it downloads. */
export interface BrowserFolders {
  readonly profile: string;
  readonly downloads: string;
}

/** A browser with one tab. */
export interface DrivenBrowser {
  /** As its driver tells it, for example `153.8.0`. */
  readonly version: string;
  goTo(url: string): Promise<void>;
  /** The value of an expression in the page; it must be JSON. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface Tab {
  readonly version: string;
  evaluate(expression: string): Promise<unknown>;
  /** Asks until an expression is true. Throws an Error with what `seen` says then, after ten minutes. */
  waitFor(expression: string, seen?: string): Promise<void>;
  /** Waits for the one file that the page saves. */
  saved(): Promise<{ readonly name: string; readonly text: string }>;
}

const OPEN = { chromium: openChromium, firefox: openFirefox, webkit: openWebKit } as const;

const WAIT_MS = 600_000;
const ASK_EVERY_MS = 100;

/** @param command starts the browser or its driver, as `findTool` gives it */
export async function withTab(
  browser: BrowserName,
  command: readonly string[],
  url: string,
  body: (tab: Tab) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "latentbench-browser-" });
  await using _removed = { [Symbol.asyncDispose]: () => removeWhenQuiet(folder) };
  const folders = { profile: `${folder}/profile`, downloads: `${folder}/downloads` };
  for (const path of Object.values(folders)) await Deno.mkdir(path);
  const driven = await OPEN[browser](command, folders);
  try {
    await driven.goTo(url);
    await body({
      version: driven.version,
      evaluate: (expression) => driven.evaluate(expression),
      async waitFor(expression, seen = "document.body.innerText") {
        await until(
          async () => await driven.evaluate(expression) === true || null,
          async () => `${expression} does not become true: ${await driven.evaluate(seen)}`,
        );
      },
      saved: () => until(() => fileIn(folders.downloads), () => "the page saves no file"),
    });
  } finally {
    await driven.close();
  }
}

/** A browser's helpers may write to its folders for a moment after it has ended. */
async function removeWhenQuiet(folder: string): Promise<void> {
  await until(
    () => Deno.remove(folder, { recursive: true }).then(() => true, () => null),
    () => `${folder} cannot be removed`,
  );
}

/** A whole file: browsers write under another name first, and our files end with a line feed. */
async function fileIn(folder: string): Promise<{ name: string; text: string } | null> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".json")) continue;
    const text = await Deno.readTextFile(`${folder}/${name}`);
    if (text.endsWith("\n")) return { name, text };
  }
  return null;
}

async function until<T>(
  check: () => Promise<T | null>,
  problem: () => string | Promise<string>,
): Promise<T> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
    const value = await check();
    if (value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(await problem());
}
