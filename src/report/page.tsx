/**
 * The shell of a page: everything it needs is inside of it, and its policy forbids the rest. No
 * request, no `eval`, and no script but the one whose hash the policy names.
 */
import { createHash } from "node:crypto";
import type { ComponentChildren } from "preact";
import { cssVariables } from "./chart/colours.ts";
import { type Theme, THEMES } from "./client/theme.ts";
import type { Section } from "./section.ts";

/** The files that every page carries. */
export interface PageAssets {
  readonly styles: string;
  readonly script: string;
}

/**
 * @param styles what a page has beside the style sheet of all pages, in the order in which they apply
 * @param script the page's one script
 */
export async function readPageAssets(styles: readonly URL[], script: URL): Promise<PageAssets> {
  const sheets = [new URL("page.css", import.meta.url), ...styles];
  const texts = await Promise.all(sheets.map((sheet) => Deno.readTextFile(sheet)));
  return { styles: texts.join("\n"), script: await Deno.readTextFile(script) };
}

interface PageProps {
  readonly title: string;
  readonly sections: readonly Pick<Section, "id" | "title">[];
  readonly playPage: string | null;
  /** Other pages that lie beside this one. */
  readonly links?: readonly { readonly href: string; readonly title: string }[];
  /** Whether the script may run WebAssembly, in workers that it makes itself. */
  readonly runsEngine?: boolean;
  readonly assets: PageAssets;
  readonly children: ComponentChildren;
}

export function Page(
  { title, sections, playPage, links = [], runsEngine = false, assets, children }: PageProps,
) {
  const script = asParsed(assets.script);
  const pages = [...playPage === null ? [] : [{ href: playPage, title: "Play" }], ...links];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content={contentPolicy(script, runsEngine)}
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: themed(assets.styles) }} />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <p class="brand">Latentbench</p>
          <div class="menu">
            <details class="contents" data-contents>
              <summary data-current>Sections</summary>
              <nav aria-label="Sections">
                <ul>
                  {sections.map(({ id, title }) => (
                    <li key={id}>
                      <a href={`#${id}`}>{title}</a>
                    </li>
                  ))}
                </ul>
                {pages.length > 0 && (
                  <ul>
                    {pages.map(({ href, title }) => (
                      <li key={href}>
                        <a href={href}>{title}</a>
                      </li>
                    ))}
                  </ul>
                )}
              </nav>
            </details>
            <Tools />
          </div>
        </header>
        <main id="content" tabIndex={-1}>{children}</main>
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}

/** What only the script can do, and what it shows. */
function Tools() {
  return (
    <div class="tools" data-tools hidden>
      <button type="button" data-copy="">Copy link</button>
      <select aria-label="Theme" data-theme-choice>
        {THEMES.map((theme) => <option key={theme} value={theme}>{THEME_LABELS[theme]}</option>)}
      </select>
    </div>
  );
}

const THEME_LABELS: { readonly [theme in Theme]: string } = {
  auto: "Theme: auto",
  light: "Light",
  dark: "Dark",
};

/** The text that browsers hash: their HTML parser turns every line break into "\\n". */
function asParsed(script: string): string {
  return script.replace(/\r\n?/g, "\n");
}

function contentPolicy(script: string, runsEngine: boolean): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'${runsEngine ? " 'wasm-unsafe-eval'" : ""}`,
    ...runsEngine ? ["worker-src blob:"] : [],
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Automatic is what the reader's system has; a choice goes before it. Paper is always light. */
function themed(styles: string): string {
  const dark = `color-scheme:dark;${cssVariables("dark")}`;
  return `:root{color-scheme:light;${cssVariables("light")}}` +
    `@media screen{:root[data-theme=dark]{${dark}}}` +
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}` +
    `\n${styles}`;
}
