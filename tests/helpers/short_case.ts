/**
 * A short case on the embedded dataset, for any JavaScript host: what is computed here must be the
 * same bits in all of them.
 * @module
 */
import { drawStrokes } from "../../src/data/strokes.ts";
import {
  compileKernels,
  type KernelBytes,
  type WasmBuild,
} from "../../src/engines/exact/kernels.ts";
import { ExactEngine } from "../../src/engines/exact/exact_engine.ts";
import { fc } from "../../src/models/fc.ts";
import { limitLabels, train } from "../../src/training/train.ts";

export interface ShortCaseResult {
  readonly backend: string;
  readonly weights: string;
  readonly outputs: string;
  /** Each epoch's mean loss and validation score, as decimal numbers that give back every bit. */
  readonly curve: string;
  readonly score: number;
}

/** fc on 250 labels of `strokes`, 3 epochs. */
export async function runShortCase(
  bytes: KernelBytes,
  build: WasmBuild,
  seed = 0,
): Promise<ShortCaseResult> {
  const kernels = await compileKernels(build, bytes);
  if (kernels === null) throw new Error(`Cannot validate the ${build} build here`);
  const spec = fc({ kind: "pixels", width: 784 });
  const splits = limitLabels(drawStrokes(), 250);
  const session = await new ExactEngine(kernels).open(spec, splits, seed);
  const { digests, curve, score } = await train(spec, session, splits, seed, { maxEpochs: 3 });
  return {
    backend: session.backend,
    ...digests,
    curve: curve.map(({ trainLoss, validationScore }) => `${trainLoss} ${validationScore}`).join(),
    score,
  };
}
