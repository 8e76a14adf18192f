/** Headings of a page that are links to themselves, so that a reader can send what they read. */

const PARTS =
  /<(script|style)\b[\s\S]*?<\/\1>|<section id="([^"]*)"(?:[^>]* aria-labelledby="([^"]*)")?|<(h[23])((?: [^>]*)?)>([\s\S]*?)<\/\4>/g;

/**
 * Every `h2` and `h3` becomes a link: to its section where it names one, or else to its own id. One
 * without an id gets it from its section and its words.
 */
export function linkHeadings(html: string): string {
  const taken = new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!));
  const named = new Map<string, string>();
  let section = "";
  return html.replace(PARTS, (part, _skipped, id, labelledBy, name, attributes, words) => {
    if (id !== undefined) {
      section = id;
      if (labelledBy !== undefined) named.set(labelledBy, id);
    }
    if (name === undefined || words.includes("<a ")) return part;
    const own = / id="([^"]*)"/.exec(attributes)?.[1];
    const target = own ?? free(`${section}-${slug(words)}`, taken);
    const withId = own === undefined ? `${attributes} id="${target}"` : attributes;
    const href = named.get(target) ?? target;
    return `<${name}${withId}><a class="self" href="#${href}">${words}</a></${name}>`;
  });
}

/** `By latents, 2,000 labels` as `by-latents-2000-labels`. */
function slug(words: string): string {
  return words.replace(/<[^>]*>|&[a-z#0-9]+;/g, "").toLowerCase()
    .replace(/(?<=\d),(?=\d)/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

function free(id: string, taken: Set<string>): string {
  let found = id;
  for (let n = 2; taken.has(found); n++) found = `${id}-${n}`;
  taken.add(found);
  return found;
}
