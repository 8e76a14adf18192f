/** Texts for readers: any at all, half of surrogate pairs too, and real JSON with damage. */
import fc from "fast-check";

/** Texts that readers, pages and file systems may stumble over. */
export const HOSTILE_TEXTS: readonly string[] = [
  "",
  "__proto__",
  "constructor",
  "toString",
  "\0",
  "\n\r\t\u2028",
  "\u202e\u200b\ufeff",
  "\ud800",
  "\udc00\ud800",
  "\u{1f522}e\u0301",
  "\x1b[31m\x07",
  "../../outside",
  "..\\..\\outside",
  "/outside",
  "fc@2000#0",
  "vae20#0",
  "fc@2000#4294967296",
  "2026-02-30T25:61:61Z",
  "9".repeat(400),
  "x".repeat(100_000),
  "</script><script>alert(1)</script>",
];

const DEPTH = 20_000;

/** What may stand in JSON in place of any value, and what may not. */
const HOSTILE_VALUES: readonly string[] = [
  ..."NaN Infinity -Infinity -0 1e999 -1e999 1e308 5e-324 0.1 -1 0 1 01 1. 0x10".split(" "),
  "9007199254740993",
  "9".repeat(400),
  ..."null true [] {} [[]] , : } ]".split(" "),
  "[".repeat(DEPTH) + "]".repeat(DEPTH),
  '{"a":'.repeat(DEPTH) + "1" + "}".repeat(DEPTH),
  "[".repeat(DEPTH),
  `[${Array(20_000).fill("0").join()}]`,
  '{"__proto__":{"status":"ok"}}',
  ...HOSTILE_TEXTS.map((text) => JSON.stringify(text)),
  '"\ud800"',
];

/** Texts, numbers and words of JSON. */
const TOKEN = /"(?:\\.|[^"\\])*"|-?[0-9][0-9.eE+-]*|true|false|null/g;

/** Any UTF-16, well formed or not. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 40 }),
  fc.constantFrom(...HOSTILE_TEXTS),
);

type Edit = (text: string) => string;

function edit(files: readonly string[]): fc.Arbitrary<Edit> {
  const place = fc.nat(0x7fffffff);
  const at = (text: string, n: number) => n % (text.length + 1);
  /** A token replaced: by something hostile, or by another of the file, so that keys come twice. */
  const replaced = fc.tuple(place, fc.oneof(fc.constantFrom(...HOSTILE_VALUES), place))
    .map(([n, value]): Edit => (text) => {
      const tokens = [...text.matchAll(TOKEN)];
      if (tokens.length === 0) return text;
      const { 0: token, index } = tokens[n % tokens.length]!;
      const other = typeof value === "string" ? value : tokens[value % tokens.length]![0];
      return text.slice(0, index) + other + text.slice(index + token.length);
    });
  const inserted = fc.tuple(place, fc.oneof(anyText, fc.constantFrom(...HOSTILE_VALUES)))
    .map(([n, more]): Edit => (text) =>
      text.slice(0, at(text, n)) + more + text.slice(at(text, n))
    );
  const removed = fc.tuple(place, fc.nat(40)).map(([n, count]): Edit => (text) =>
    text.slice(0, at(text, n)) + text.slice(at(text, n) + count)
  );
  const cut = place.map((n): Edit => (text) => text.slice(0, at(text, n)));
  const spliced = fc.tuple(place, place, fc.constantFrom(...files))
    .map(([n, m, other]): Edit => (text) => text.slice(0, at(text, n)) + other.slice(at(other, m)));
  /** A line twice: of an indented file, a member of an object. */
  const doubled = place.map((n): Edit => (text) => {
    const lines = text.split("\n");
    const line = n % lines.length;
    return lines.toSpliced(line, 0, lines[line]!).join("\n");
  });
  return fc.oneof(
    { weight: 6, arbitrary: replaced },
    ...[inserted, removed, cut, spliced, doubled].map((arbitrary) => ({ weight: 1, arbitrary })),
  );
}

/** Real texts of JSON with none to three edits. */
export function damaged(files: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...files), fc.array(edit(files), { maxLength: 3 }))
    .map(([file, edits]) => edits.reduce((text, change) => change(text), file));
}

/** Any text, any JSON, and real files with damage. */
export function textsLike(files: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: fc.json() },
    { weight: 8, arbitrary: damaged(files) },
  );
}
