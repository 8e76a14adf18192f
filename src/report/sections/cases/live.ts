/** The table of cases alive: sorted, filtered, and a drawer per case, all kept in the address. */
import { formatCount } from "../../../figures.ts";
import { caseAnchor } from "../../parts/anchors.ts";
import type { CaseRow } from "./case_row.ts";
import {
  type CaseView,
  choiceOf,
  CHOICES,
  EVERYTHING,
  readView,
  rowsInView,
  SORT_KEYS,
  writeView,
} from "./case_view.ts";
import { type Packed, unpackDigest, unpackRows } from "./packed.ts";
import { toCsv } from "../../text/csv.ts";
import { openDrawer } from "./drawer.ts";
import { element } from "./element.ts";
import { unpack } from "../../client/unpack.ts";

interface CaseData {
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly rows: Packed;
}

export async function liveCases(): Promise<void> {
  const part = document.querySelector<HTMLElement>("[data-cases]");
  const table = part?.querySelector("table");
  if (!part || !table) return;
  const data = new TextDecoder().decode(await unpack(part.dataset.packed!));
  const { dataset, rows: packed } = JSON.parse(data) as CaseData;
  const rows = unpackRows<CaseRow>(packed).map(withWholeDigests);
  const body = table.tBodies[0]!;
  const lines = new Map(
    rows.map(({ id }) => [id, document.getElementById(caseAnchor(id)) as HTMLTableRowElement]),
  );
  // An address per case, which leads to its row without a view, too.
  for (const [id, line] of lines) {
    const address = writeView({ ...EVERYTHING, open: id });
    line.cells[0]!.replaceChildren(
      element("a", { href: address, id: address.slice(1) }, id),
    );
  }
  let view = EVERYTHING;

  const selects = CHOICES.map((choice) => {
    const values = [...new Set(rows.map((row) => choiceOf(row, choice)))].sort((a, b) =>
      a.localeCompare(b, "en", { numeric: true })
    );
    const options = ["", ...values].map((value) =>
      element("option", { value }, value === "" ? "all" : value)
    );
    const select = element("select", { name: choice }, ...options);
    select.onchange = () =>
      show({ ...view, chosen: { ...view.chosen, [choice]: select.value } }, "replace");
    return { choice, select };
  });
  const search = element("input", { type: "search", autocomplete: "off", size: "18" });
  search.oninput = () => show({ ...view, text: search.value }, "replace");
  const count = element("output", {});
  const reset = element("button", { type: "button" }, "Show all");
  reset.onclick = () => show(EVERYTHING, "replace");
  const csv = element("button", { type: "button" }, "All records (CSV)");
  csv.onclick = () => download(`cases-${dataset.name}.csv`, csvOf(rows, dataset));
  part.prepend(element(
    "div",
    { class: "case-filter", role: "search", "aria-label": "Filter cases" },
    element("label", {}, "Text (press /)", search),
    ...selects.map(({ choice, select }) => element("label", {}, NAMES[choice], select)),
    ...[count, reset, csv],
  ));
  const headers = [...table.tHead!.rows[0]!.cells].map((cell, column) => {
    const by = SORT_KEYS[column]!;
    const button = element("button", { type: "button" }, ...cell.childNodes);
    button.onclick = () => {
      const down = view.sort?.by === by && !view.sort.down;
      show({ ...view, sort: { by, down } }, "replace");
    };
    cell.replaceChildren(button);
    return { by, cell };
  });
  body.onclick = (event) => {
    const link = (event.target as Element).closest("th a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show({ ...view, open: link.textContent }, "push");
  };

  /** @param address what becomes of the address: a new one, in place of the last one, or none */
  function show(next: CaseView, address: "push" | "replace" | "keep"): void {
    view = next;
    const shown = rowsInView(rows, view);
    const wanted = shown.map(({ id }) => lines.get(id)!);
    // What is left in its place keeps the focus.
    if (wanted.length !== body.rows.length || wanted.some((line, i) => line !== body.rows[i])) {
      body.replaceChildren(...wanted);
    }
    count.textContent = `${formatCount(shown.length)} of ${formatCount(rows.length)} shown`;
    if (search.value !== view.text) search.value = view.text;
    for (const { choice, select } of selects) select.value = view.chosen[choice] ?? "";
    for (const { by, cell } of headers) {
      const way = view.sort?.by !== by ? null : view.sort.down ? "descending" : "ascending";
      if (way === null) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", way);
    }
    if (address === "push") history.pushState(null, "", writeView(view));
    if (address === "replace") history.replaceState(null, "", writeView(view));
    const opened = rows.find(({ id }) => id === view.open) ?? null;
    openDrawer(opened, {
      close: () => view.open !== null && show({ ...view, open: null }, "replace"),
      address: (row) => location.href.replace(/#.*|$/, writeView({ ...EVERYTHING, open: row.id })),
      open: (id) => show({ ...view, open: id }, "push"),
    });
  }

  function follow(): void {
    const read = readView(location.hash);
    if (read) show(read, "keep");
    else if (view.open !== null) show({ ...view, open: null }, "keep");
    if (read && read.open === null) part!.scrollIntoView();
    // A link to a row shows it, also where a filter had left it out.
    if (!read && /^#(case|seeds)-/.test(location.hash)) {
      const id = decodeURIComponent(location.hash.slice(1));
      if (!document.getElementById(id)) show(EVERYTHING, "keep");
      document.getElementById(id)?.scrollIntoView();
    }
  }
  addEventListener("popstate", follow);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as Element).closest("input, select, textarea, dialog")) return;
    event.preventDefault();
    search.focus();
  });
  show(EVERYTHING, "keep");
  follow();
  part.dataset.live = "";
}

const NAMES = {
  model: "Model",
  labels: "Labels",
  latents: "Latents",
  seed: "Seed",
  verdict: "Verdict",
};

/** Digests as they are compared and copied: in hex. */
function withWholeDigests(row: CaseRow): CaseRow {
  const digests = [
    ...["weights", "outputs", "predictions", "labelBytes", "publishedWeights", "publishedOutputs"],
    ...["encoderWeights", "plan", "kernels"],
  ] as (keyof CaseRow)[];
  return {
    ...row,
    ...Object.fromEntries(digests.map((name) => {
      const packed = row[name];
      return [name, typeof packed === "string" ? unpackDigest(packed) : null];
    })),
  };
}

/** The columns of `deno task export` that a page has. */
const COLUMNS = [
  ...["case", "model", "latents", "unlabelled", "labels", "reading", "draw", "seed"],
  ...["dataset", "datasetSha256", "engine", "numericVersion", "metric", "score"],
  ...["validationScore", "epochs", "bestEpoch", "weightsSha256", "outputsSha256", "backend"],
  ...["threads", "plan", "kernels", "commit", "os", "arch", "cpu", "cores", "startedAt", "seconds"],
  ...["record", "verdict", "bandLo", "bandHi"],
];

function csvOf(rows: readonly CaseRow[], dataset: CaseData["dataset"]): string {
  return toCsv(
    COLUMNS,
    rows.filter(({ startedAt }) => startedAt !== null).map((row) => ({
      ...row,
      case: row.id.split(" ")[0]!,
      dataset: dataset.name,
      datasetSha256: dataset.sha256,
      weightsSha256: row.weights,
      outputsSha256: row.outputs,
      record: row.record && `${row.record}.json`,
    })) as { [column: string]: string | number | null }[],
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
