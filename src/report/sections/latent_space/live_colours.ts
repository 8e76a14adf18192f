/**
 * Colours for a canvas, which knows no CSS variables: each `var(--name)` of a spec becomes the colour
 * that it has now, in the reader's light or dark scheme.
 */

export function withPresentColours<T>(spec: T): T {
  const style = getComputedStyle(document.documentElement);
  return JSON.parse(JSON.stringify(spec), (_key, value: unknown) => {
    const name = typeof value === "string" && /^var\((--[\w-]+)\)$/.exec(value)?.[1];
    return name ? style.getPropertyValue(name).trim() : value;
  });
}

/** Calls back whenever the reader's scheme changes, by the system or by the page's own choice. */
export function onSchemeChange(callback: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
  new MutationObserver(callback)
    .observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
