/**
 * Which cases the table shows, in which order, and which case is open: kept in the page's address,
 * as in `#case=fc@2000%230&model=fc&sort=-score` or `#cases?seed=0`.
 */
import type { CaseRow } from "./case_row.ts";

/** What may be chosen from; all else is free text. */
export const CHOICES = ["model", "labels", "latents", "seed", "verdict"] as const;

type Choice = typeof CHOICES[number];

export interface CaseView {
  readonly chosen: { readonly [choice in Choice]?: string };
  /** Words that a case has all of. */
  readonly text: string;
  readonly sort: { readonly by: SortKey; readonly down: boolean } | null;
  readonly open: string | null;
}

/** In the order of the table's columns. */
export const SORT_KEYS = [
  "case",
  "verdict",
  "score",
  "band",
  "epochs",
  "seconds",
  "weights",
] as const;

export type SortKey = typeof SORT_KEYS[number];

export const EVERYTHING: CaseView = { chosen: {}, text: "", sort: null, open: null };

/** Null for an address that is not one of a view. */
export function readView(hash: string): CaseView | null {
  const match = /^#(?:cases\?)?((?:case|model|labels|latents|seed|verdict|text|sort)=.*)$/.exec(
    hash,
  );
  if (!match) return null;
  const words = new Map(
    match[1]!.split("&").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), decode(part.slice(at + 1))] as const;
    }),
  );
  const sort = words.get("sort") ?? "";
  const by = SORT_KEYS.find((key) => key === sort.replace(/^-/, ""));
  return {
    chosen: Object.fromEntries(
      CHOICES.flatMap((choice) => words.has(choice) ? [[choice, words.get(choice)!]] : []),
    ),
    text: words.get("text") ?? "",
    sort: by ? { by, down: sort.startsWith("-") } : null,
    open: words.get("case") ?? null,
  };
}

export function writeView({ chosen, text, sort, open }: CaseView): string {
  const words = [
    ...open === null ? [] : [["case", open]],
    ...CHOICES.flatMap((choice) => chosen[choice] ? [[choice, chosen[choice]]] : []),
    ...text === "" ? [] : [["text", text]],
    ...sort === null ? [] : [["sort", `${sort.down ? "-" : ""}${sort.by}`]],
  ].map(([name, value]) => `${name}=${encodeURIComponent(value!).replaceAll("%40", "@")}`);
  if (words.length === 0) return "#cases";
  return `#${open === null ? "cases?" : ""}${words.join("&")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How a value is chosen and written in an address: a case without labels has `none`. */
export function choiceOf(row: CaseRow, choice: Choice): string {
  return String(row[choice] ?? "none");
}

/** The rows that a view shows, in its order; without one, in their own. */
export function rowsInView(rows: readonly CaseRow[], { chosen, text, sort }: CaseView): CaseRow[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const shown = rows.filter((row) =>
    CHOICES.every((choice) => !chosen[choice] || chosen[choice] === choiceOf(row, choice)) &&
    words.every((word) => textOf(row).includes(word))
  );
  if (sort === null) return shown;
  const { by, down } = sort;
  return shown.toSorted((a, b) => {
    const [x, y] = [valueOf(a, by), valueOf(b, by)];
    // What has no value comes last, whichever way.
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return (down ? -1 : 1) * (x < y ? -1 : x > y ? 1 : 0);
  });
}

function textOf({ id, verdict, reason, backend, cpu, weights }: CaseRow): string {
  return [id, verdict, reason, backend, cpu, weights].join(" ").toLowerCase();
}

/** Cases are in the order of their digits: `fc@500` before `fc@2000`. */
function valueOf(row: CaseRow, key: SortKey): string | number | null {
  if (key === "case") return row.id.replace(/\d+/g, (digits) => digits.padStart(10, "0"));
  return row[key === "band" ? "bandMedian" : key];
}
