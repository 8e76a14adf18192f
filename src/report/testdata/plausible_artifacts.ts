/**
 * What encoders leave, in small and made up: two hundred test digits as bars whose place tells their
 * class, latents in ten clumps, errors that fall with the number of latents.
 */
import type { CheckedCase } from "../../checks/verdict.ts";
import type { Tensor } from "../../models/parameters.ts";
import type { Artifacts, ReportInput } from "../input.ts";
import type { EncoderModel } from "../parts/encoders.ts";
import { autoencoderCases, plausibleInput } from "./plausible_input.ts";

/** Test digits; the first forty have pictures. */
export const TEST_DIGITS = 200;
export const PICTURED_DIGITS = 40;

const RECONSTRUCTED = 25;
const PIXELS = 28 * 28;

interface Wanted {
  readonly latents?: readonly number[];
  readonly models?: readonly EncoderModel[];
  readonly seeds?: number;
}

/** The label curve and encoders, each with what it left. */
export function inputWithArtifacts(
  { latents = [2, 5, 20], models = ["ae", "vae"], seeds = 1 }: Wanted = {},
): ReportInput {
  const encoders = latents.flatMap((width) =>
    autoencoderCases(seeds).filter(({ case: c }) =>
      c.labels === null && models.some((model) => model === c.model)
    ).map((c) => withLatents(c, width))
  );
  const input = plausibleInput();
  return {
    ...input,
    cases: [...input.cases, ...encoders],
    artifacts: new Map(encoders.map((c) => [c.id, plausibleArtifacts(c)])),
  };
}

/** The input as an older version left it: without the tensors of these names. */
export function withoutTensors(input: ReportInput, names: readonly string[]): ReportInput {
  const artifacts = [...input.artifacts].map(([id, tensors]): [string, Artifacts] => [
    id,
    new Map([...tensors].filter(([name]) => !names.includes(name))),
  ]);
  return { ...input, artifacts: new Map(artifacts) };
}

/** The class of a test digit. */
export function classOf(index: number): number {
  return (index * 7) % 10;
}

function withLatents(c: CheckedCase, latents: number): CheckedCase {
  const { model, seed } = c.case;
  return { ...c, id: `${model}${latents}#${seed}`, case: { ...c.case, latents } };
}

function plausibleArtifacts({ case: { model, latents, seed } }: CheckedCase): Artifacts {
  const width = latents ?? 0;
  const tensors = [
    tensor("test-labels", [TEST_DIGITS], classOf),
    tensor("test-errors", [TEST_DIGITS], (i) => {
      const base = (model === "ae" ? 0.08 : 0.09) / Math.sqrt(width);
      return base * (1 + classOf(i) / 20 + wobble(i) / 10) + seed / 1000;
    }),
    tensor("originals", [RECONSTRUCTED, 28, 28], pixel(0)),
    tensor("reconstructions", [RECONSTRUCTED, 28, 28], pixel(1 / width)),
    ...width === 2 ? planeTensors(model === "ae" ? 8 : 2, seed) : [],
  ];
  return new Map(tensors.map((t) => [t.name, t]));
}

function planeTensors(radius: number, seed: number): Tensor[] {
  return [
    tensor("test-embeddings", [TEST_DIGITS, 2], (i) => {
      const index = i >> 1;
      const turn = (classOf(index) + seed) / 10;
      const along = i % 2 === 0 ? Math.cos(2 * Math.PI * turn) : Math.sin(2 * Math.PI * turn);
      return radius * (along + wobble(i) / 4);
    }),
    tensor("test-digits", [PICTURED_DIGITS, 28, 28], pixel(0)),
    tensor("digit-map", [20, 20, 28, 28], (i) => {
      const point = Math.floor(i / PIXELS);
      return i % PIXELS === 0 ? point / 400 : pixel(0)(i);
    }),
  ];
}

/** A bar whose column tells the class; `blur` is the grey of the rest. */
function pixel(blur: number): (i: number) => number {
  return (i) => {
    const column = (i % 28) >> 1;
    return column === classOf(Math.floor(i / PIXELS)) + 2 ? 1 : blur / 2;
  };
}

/** From -1 to 1, and the same for the same number. */
function wobble(i: number): number {
  return ((Math.imul(i + 1, 7919) >>> 4) % 2001) / 1000 - 1;
}

function tensor(name: string, shape: readonly number[], value: (i: number) => number): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { name, shape, values: Float32Array.from({ length }, (_, i) => value(i)) };
}
