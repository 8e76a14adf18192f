import { chromium } from "playwright-core";
import { findOnPath } from "../../../src/report/testdata/chromium.ts";
import type { BrowserFolders, DrivenBrowser } from "./tab.ts";

export async function openChromium(
  [command]: readonly string[],
  { downloads }: BrowserFolders,
): Promise<DrivenBrowser> {
  const browser = await chromium.launch({
    executablePath: await findOnPath(command!),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = await browser.newPage();
  page.on("download", (saved) => void saved.saveAs(`${downloads}/${saved.suggestedFilename()}`));
  return {
    version: browser.version(),
    goTo: async (url) => void await page.goto(url),
    evaluate: (expression) => page.evaluate(expression),
    close: () => browser.close(),
  };
}
