/**
 * The live page as one HTML file: engine, dataset and model are inside of it. A pure function of its
 * input and of the program's own files, as a report is.
 * @module
 */
import { renderToString } from "preact-render-to-string";
import { type KernelBytes, readKernelBytes } from "../../engines/exact/kernels.ts";
import { readPageAssets } from "../page.tsx";
import { linkHeadings } from "../text/link_headings.ts";
import { holdUnitsInHtml } from "../text/units.ts";
import type { PackedKernels } from "./client/messages.ts";
import type { PlayInput } from "./input.ts";
import { pack } from "../parts/pack.ts";
import { PlayPage } from "./play_page.tsx";

/** The page as HTML. */
export async function renderPlay(input: PlayInput): Promise<string> {
  const assets = {
    ...await readPageAssets([beside("play.css")], beside("client/page.bundle.js")),
    worker: await Deno.readTextFile(beside("client/worker.bundle.js")),
    kernels: packKernels(await readKernelBytes()),
    model: input.model && pack(input.model.bytes),
  };
  const page = renderToString(<PlayPage input={input} assets={assets} />);
  return `<!DOCTYPE html>\n${holdUnitsInHtml(linkHeadings(page))}\n`;
}

function beside(file: string): URL {
  return new URL(file, import.meta.url);
}

function packKernels(bytes: KernelBytes): PackedKernels {
  return {
    "wasm": pack(bytes.wasm),
    "wasm-emulated": pack(bytes["wasm-emulated"]),
  };
}
