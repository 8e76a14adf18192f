/**
 * What page and worker say to each other: the page calls, the worker answers each call once, and
 * tells each epoch while it trains.
 * @module
 */
import type { WasmBuild } from "../../../engines/exact/kernels.ts";
import type { Case } from "../../../matrix/case.ts";
import type { CaseRecord, Environment } from "../../../store/record.ts";
import type { EpochResult } from "../../../training/train.ts";
import type { Picture, Point, Range } from "./latent_plane.ts";

/** Both builds of the kernels, packed. */
export type PackedKernels = { readonly [build in WasmBuild]: string };

/** The calls of a worker, by name. */
export interface Calls {
  /** Comes first: loads the engine, `build` alone or the fastest that works. */
  start(kernels: PackedKernels, build: WasmBuild | null): Started;
  /** Draws `strokes`; an error where its digest is not the pinned one. */
  drawDataset(): Drawn;
  /** Seconds that a case of so many epochs will take here, from the time of one batch. */
  estimate(c: Case, epochs: number): number;
  /** Trains a case on the drawn dataset. */
  train(c: Case, environment: Environment): Trained;
  /** Opens a packed model; the range holds most of what it makes of the drawn digits. */
  openPlane(model: string): Range;
  /** The digits at points [n, 2]. */
  decode(points: Float32Array<ArrayBuffer>): Picture;
  /** Where a digit of 784 bytes lies, and the digit there. */
  encode(digit: Uint8Array<ArrayBuffer>): Placed;
}

export type CallName = keyof Calls;

export interface Started {
  readonly build: WasmBuild;
  /** Why it is this one: the fused kernels are fast, but may be unknown here, or give other bits. */
  readonly reason: "fast" | "chosen" | "unknown" | "wrong";
  readonly seconds: number;
}

export interface Drawn {
  readonly sha256: string;
  readonly seconds: number;
  readonly training: number;
  readonly validation: number;
  readonly test: number;
  /** The first digits of the test split, which no case of this page trains on, and their labels. */
  readonly digits: Uint8Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
}

interface Trained {
  readonly record: CaseRecord;
}

interface Placed extends Picture {
  readonly point: Point;
}

export interface Request {
  readonly id: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly kind: "answer"; readonly value: unknown }
  | { readonly id: number; readonly kind: "epoch"; readonly epoch: EpochResult }
  | { readonly id: number; readonly kind: "error"; readonly message: string };
