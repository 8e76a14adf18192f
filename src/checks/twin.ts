/**
 * What a run of an engine that promises no bits is held against: its twin, the published run of the
 * exact engine. Both begin with the same weights and draw the same shuffles and noise, so they differ
 * by roundings alone. Those stay small for a while; then a unit of a relu is on for one and off for
 * the other, and the curves part. What roundings were seen to do, before and after, is allowed.
 * @module
 */
import { fixed, formatExponent } from "../figures.ts";
import { type Configuration, isEncoder } from "../matrix/case.ts";
import type { CaseResult } from "../store/record.ts";
import type { EpochResult } from "../training/train.ts";
import type { PublishedResult } from "./check_case.ts";
import { exactDifference } from "./statistics/exact_mean.ts";

/** How far roundings alone take a run from its twin. */
interface Tolerances {
  /** Of the training loss of the first epoch, relative to it. */
  readonly loss: number;
  /** Of the validation score after that epoch: of an accuracy absolute, of a loss relative to it. */
  readonly validation: number;
  /** Of the test score, absolute; null: scores differ too much after curves have parted. */
  readonly score: number | null;
}

type Kind = "few labels" | "many labels" | "head" | "conv" | "encoder";

/** Up to this number of labels `fc` takes so few steps that it hardly parts from its twin. */
const FEW_LABELS = 2000;

/**
 * At least Student's t at 99.95 % times the root mean square (rms) of what was measured, with as many
 * degrees of freedom as pairs: one such check then rejects a right run with a probability of at most
 * 0.1 %. Measured were pairs of
 * - tfjs-node (libtensorflow 2.21, Zen 4) and exact, on MNIST: 30 of fc on 100 to 2,000 labels, 18 of fc
 *   on 5,000 to 55,000, 7 of heads on published embeddings; first epochs of conv on 250 and 2,000
 *   labels, 19 of MNIST and strokes, and on 55,000, 1; of ae and vae with 20 latents, 4 on strokes and
 *   2 on MNIST;
 * - float64 (tests/helpers/naive_engine.ts) and exact, on strokes: 21 of fc on 100 to 1,000 labels;
 * - exact with noise of 1e-6 in every weight after every step, more than ten times what roundings are,
 *   and exact, on MNIST: 12 of fc on 250 and 2,000 labels, 18 first epochs on 10,000 to 55,000, 32 of
 *   heads.
 *
 * | kind        | first loss: tfjs-node, noise   | first validation | score: tfjs-node, noise      |
 * | ----------- | ------------------------------ | ---------------- | ---------------------------- |
 * | few labels  | at most 7.1e-8, rms 1.1e-5     | the same         | the same, rms 0.02 pp        |
 * | many labels | at most 2.3e-4, rms 1.1e-3 (1) | rms 0.15 pp (1)  | rms 0.11 pp, at most 0.34 pp |
 * | head        | at most 2.3e-8, rms 2.2e-5     | at most 0.10 pp  | the same, rms 0.24 pp        |
 * | conv        | rms 2.4e-3 (2)                 | rms 0.54 pp (2)  | not compared                 |
 * | encoder     | rms 1.8e-3 (6)                 | rms 1.0e-2 (6)   | not compared                 |
 *
 * (1) Of 6 with 55,000 labels. (2) Of 7 with 2,000 labels and 1 with 55,000.
 */
const TOLERANCES: { readonly [kind in Kind]: Tolerances } = {
  "few labels": { loss: 2e-4, validation: 0.002, score: 0.002 },
  "many labels": { loss: 1e-2, validation: 0.01, score: 0.005 },
  "head": { loss: 5e-4, validation: 0.005, score: 0.014 },
  "conv": { loss: 2e-2, validation: 0.03, score: null },
  "encoder": { loss: 1.2e-2, validation: 6e-2, score: null },
};

/** Relative difference of training losses from which on curves have parted. */
const PARTED = 1e-5;

/** What a run and its twin are compared by. */
export type Detector = "labels" | "loss" | "validation" | "score";

export interface Finding {
  readonly detector: Detector;
  /** Whether roundings explain what was found. */
  readonly agrees: boolean;
  /** What was found. */
  readonly words: string;
}

/**
 * A run beside its twin, part by part. A head that learned from another encoder has no twin: only the
 * labels that it saw are compared.
 */
export function compareWithTwin(
  c: Configuration,
  result: CaseResult,
  twin: PublishedResult,
): Finding[] {
  const { loss, validation, score } = TOLERANCES[kindOf(c)];
  const [mine, theirs] = [result.curve[0]!, twin.curve?.[0]];
  const findings: Finding[] = [];
  const add = (detector: Detector, what: string, apart: Apart, tolerance: number) => {
    const agrees = apart.size <= tolerance;
    const off = `${apart.text(apart.size)} off`;
    const words = agrees
      ? `${what} ${off}`
      : `the ${what} is ${off}, and roundings explain ${apart.text(tolerance)}`;
    findings.push({ detector, agrees, words });
  };
  const seen = [result, twin].map(({ digests }) => digests.labels);
  if (seen[0] !== undefined && seen[1] !== undefined) {
    const agrees = seen[0] === seen[1];
    const words = agrees ? "the same labels" : "it saw other labels";
    findings.push({ detector: "labels", agrees, words });
  }
  if (result.encoder !== twin.encoder) return findings;
  if (theirs !== undefined) {
    const apart = isEncoder(c) ? relative : absolute;
    add("loss", "first training loss", relative(mine.trainLoss, theirs.trainLoss), loss);
    add(
      "validation",
      "first validation score",
      apart(mine.validationScore, theirs.validationScore),
      validation,
    );
  }
  if (score !== null && twin.score !== undefined) {
    add("score", "test score", absolute(result.score, twin.score), score);
  }
  return findings;
}

/** The first epoch in which the training losses of two runs have parted; null: in none. */
export function partingEpoch(
  mine: readonly EpochResult[],
  theirs: readonly EpochResult[],
): number | null {
  const parted = mine.find(({ trainLoss }, i) =>
    theirs[i] === undefined || relative(trainLoss, theirs[i].trainLoss).size > PARTED
  );
  return parted?.epoch ?? null;
}

/** How far two values are apart, and how such a distance is written. */
interface Apart {
  readonly size: number;
  readonly text: (size: number) => string;
}

function relative(mine: number, theirs: number): Apart {
  return { size: Math.abs(mine / theirs - 1), text: formatExponent };
}

function absolute(mine: number, theirs: number): Apart {
  return {
    size: Math.abs(exactDifference(mine, theirs)),
    text: (size) => `${fixed(size, 2, 2)} pp`,
  };
}

function kindOf(c: Configuration): Kind {
  if (isEncoder(c)) return "encoder";
  if (c.model === "conv") return "conv";
  if (c.model !== "fc") return "head";
  return c.labels! <= FEW_LABELS ? "few labels" : "many labels";
}
