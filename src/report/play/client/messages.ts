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

/** What the reader may ask for: a build of the kernels, or the GPU, even one in software. */
export type WantedBuild = WasmBuild | "webgpu";

/** The calls of a worker, by name. */
export interface Calls {
  /**
   * Comes first: loads the engine in WebAssembly, `build` alone or the fastest that works. A GPU is
   * looked for once a case asks for it.
   */
  start(kernels: PackedKernels, build: WantedBuild | null): Started;
  /** Draws `strokes`; an error where its digest is not the pinned one. */
  drawDataset(): Drawn;
  /** What trains a case; the first one that asks for a GPU waits for its self-test. */
  trainerOf(c: Case): Trainer;
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

/** What trains a case: a GPU, or else WebAssembly. */
export interface Trainer {
  readonly gpu: {
    /** As records name it, such as `webgpu-native`. */
    readonly backend: string;
    readonly description: string;
    readonly seconds: number;
  } | null;
  /** Why it is no GPU; null if it is one, or if the case asks for none. */
  readonly reason: string | null;
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
