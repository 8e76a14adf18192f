/**
 * The shell of a page: everything it needs is inside of it, and its policy forbids the rest. No
 * request, no `eval`, and no script but the one whose hash the policy names.
 */
import { createHash } from "node:crypto";
import type { ComponentChildren } from "preact";
import { cssVariables } from "./palette.ts";

/** The files that every page carries. */
export interface PageAssets {
  readonly styles: string;
  readonly script: string;
}

export async function readPageAssets(): Promise<PageAssets> {
  const [styles, script] = await Promise.all(
    ["page.css", "client/charts.bundle.js"]
      .map((file) => Deno.readTextFile(new URL(file, import.meta.url))),
  );
  return { styles: styles!, script: script! };
}

export function Page(
  { title, assets, children }: { title: string; assets: PageAssets; children: ComponentChildren },
) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={contentPolicy(assets.script)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: themed(assets.styles) }} />
      </head>
      <body>
        <header class="top">
          <p class="brand">Latentbench</p>
          <nav aria-label="Sections">
            <a href="#overview">Overview</a>
            <a href="#accuracy">Accuracy against labels</a>
          </nav>
        </header>
        <main>{children}</main>
        <script dangerouslySetInnerHTML={{ __html: assets.script }} />
      </body>
    </html>
  );
}

function contentPolicy(script: string): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Paper is always light. */
function themed(styles: string): string {
  return `:root{${cssVariables("light")}}` +
    `@media screen and (prefers-color-scheme:dark){:root{${cssVariables("dark")}}}` +
    `\n${styles}`;
}
