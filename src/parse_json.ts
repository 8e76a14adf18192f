/** Parses JSON, after a byte order mark too: some editors and shells put one in front of UTF-8. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\ufeff/, ""));
}
