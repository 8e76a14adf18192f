/**
 * The attestations of a visit to the page: each run that came to the published result adds an entry,
 * made and sealed by the code that `verify --attest` runs, and all of them are saved in one file.
 * @module
 */
import { countOf } from "../../../figures.ts";
import { formatCase } from "../../../matrix/case.ts";
import { attest, formatAttestations } from "../../../store/attest.ts";
import type { OkRecord } from "../../../store/record.ts";
import { html } from "./dom.ts";

/** With browser and version, what fits into an attestation. */
const LONGEST_NOTE = 60;

export class Attestations {
  /** The last run of each case by each build. */
  readonly #runs = new Map<string, OkRecord>();
  #note = "";

  /** Takes a run that came to the published result; what is returned offers the file. */
  offer(record: OkRecord): HTMLElement {
    this.#runs.set(`${formatCase(record.case)} ${record.provenance.backend}`, record);
    const text = html("pre", {});
    const note = html("input", {
      ...{ id: "note", type: "text", maxlength: `${LONGEST_NOTE}`, autocomplete: "off" },
      placeholder: "WebKitGTK 2.50.6, or: under Rosetta 2",
      value: this.#note,
    }) as HTMLInputElement;
    const show = async () => {
      this.#note = note.value;
      text.textContent = await this.#text();
    };
    note.addEventListener("input", () => void show());
    void show();
    const what = this.#runs.size === 1
      ? "Save the attestation"
      : `Save ${countOf(this.#runs.size, "attestation")}`;
    const button = html("button", { id: "attest", type: "button" }, what);
    button.addEventListener("click", async () => save(fileName(record), await this.#text()));
    return html(
      "div",
      { class: "attestation" },
      html("h3", {}, "Attest it"),
      html(
        "p",
        {},
        "Your browser came to the published bits. Save this file and send it in, as ",
        html("code", {}, "docs/attestations.md"),
        " says. It names browser and platform, and nothing of you. What you train next on this " +
          "page goes into the same file.",
      ),
      html(
        "p",
        { class: "choice" },
        html("label", { for: "note" }, "What the browser cannot say, if anything"),
        note,
      ),
      html("p", { class: "buttons" }, button),
      html("details", {}, html("summary", {}, "What the file says"), text),
    );
  }

  async #text(): Promise<string> {
    const runtimeNote = this.#note.trim() || null;
    const runs = [...this.#runs.values()];
    return formatAttestations(
      await Promise.all(runs.map((record) => attest(record, { runtimeNote }))),
    );
  }
}

/** For example `linux-x86_64-firefox-153.json`. */
function fileName({ provenance: { machine: { os, arch }, versions } }: OkRecord): string {
  const browser = `${versions["browser"]}`.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-");
  return `${os}-${arch}-${browser}.json`;
}

function save(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  html("a", { href, download: name }).click();
}
