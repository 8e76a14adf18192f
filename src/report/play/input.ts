/** What the live page carries and states. The page is a pure function of this and the program's files. */
import type { Case } from "../../matrix/case.ts";
import type { CaseResult } from "../../store/record.ts";

/** A published run that a browser can repeat, and what of its result the page holds a run against. */
export interface PublishedCase
  extends Pick<CaseResult, "curve" | "score" | "bestEpoch" | "digests"> {
  readonly case: Case;
}

/** A saved encoder with two latents. */
export interface PlayModel {
  /** The case that it is, e.g. `vae2#0`. */
  readonly name: string;
  /** What it was trained on, in words. */
  readonly dataset: string;
  readonly weightsDigest: string;
  /** The safetensors file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface PlayInput {
  readonly numericVersion: number;
  /** SHA-256 of the sources that decide numbers, which the page carries; null if they are not known. */
  readonly sources: string | null;
  /** Published cases of `strokes`, in the order in which they are offered. */
  readonly cases: readonly PublishedCase[];
  readonly model: PlayModel | null;
  /** The reports that lie beside the page. */
  readonly reports: readonly { readonly href: string; readonly title: string }[];
}

/** What the page's script reads from the page: all but the model and the kernels. */
export interface PageData {
  readonly sources: string | null;
  readonly cases: readonly PublishedCase[];
  readonly hasModel: boolean;
}
