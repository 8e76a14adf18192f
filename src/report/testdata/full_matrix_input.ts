/**
 * A report input of the whole matrix: 1,248 cases with six seeds, each with a plausible score and curve. The same cases give the same input.
 */
import type { CheckedCase } from "../../checks/verdict.ts";
import { type Case, formatCase, isEncoder } from "../../matrix/case.ts";
import type { OkRecord } from "../../store/record.ts";
import type { EpochResult } from "../../training/train.ts";
import type { ReportInput } from "../input.ts";
import { fakeDigest, fakeRecord } from "./fake_record.ts";
import { FULL, matrixCases } from "./matrix_cases.ts";
import { plausibleInput } from "./plausible_input.ts";

/** Every case of the matrix, with `seeds` seeds. */
export function fullMatrixInput(
  { seeds = 6, ...overrides }: Partial<ReportInput> & { seeds?: number } = {},
): ReportInput {
  const cases = matrixCases(FULL, seeds).map(plausibleCase);
  return plausibleInput({
    dataset: { name: "mnist", sha256: fakeDigest("mnist") },
    profile: "full",
    selection: ["--profile", "full"],
    ...overrides,
    cases: overrides.cases ?? cases,
  });
}

/** A case as if it had run: a score near its configuration's, in its band, with a curve. */
export function plausibleCase(c: Case): CheckedCase {
  const id = formatCase(c);
  const middle = round(isEncoder(c) ? plausibleLoss(c) : 1 - plausibleError(c));
  const room = isEncoder(c) ? 0.01 * middle : 0.12 * (1 - middle);
  const [lo, hi] = [round(middle - room), round(middle + room)];
  const record = plausibleRecord(c, round(middle + 0.6 * room * chance(id)));
  return {
    id,
    case: c,
    engine: "exact",
    record,
    file: `${fakeDigest(id).slice(0, 32)}.json`,
    band: {
      lo,
      hi,
      median: middle,
      n: 6,
      inSample: true,
      origin: "6 seeds of the exact engine on Linux x86_64",
    },
    reference: null,
    attested: null,
    verdict: "pass",
    reason: `${record.result.score} against the band ${lo} to ${hi}`,
  };
}

/** What 250 labels leave wrong, how fast more labels help, and what no number of labels mends. */
const ERRORS: { readonly [model: string]: readonly [number, number, number] } = {
  "fc": [0.185, 0.42, 0.003],
  "conv": [0.14, 0.5, 0.001],
  "ae": [0.12, 0.5, 0],
  "vae": [0.1, 0.47, 0],
  "wide-ae": [0.13, 0.48, 0],
  "wide-vae": [0.125, 0.47, 0],
};

/** What an embedding of so many latents leaves wrong at least. */
const LOST: { readonly [latents: number]: number } = { 2: 0.2, 5: 0.05, 10: 0.015, 20: 0.01 };

function plausibleError({ model, latents, labels }: Case): number {
  const [at250, slope, least] = ERRORS[model] ?? ERRORS.fc!;
  const lost = latents === null ? least : (LOST[latents] ?? 0.008);
  // Pixels make up for most of what a narrow embedding loses.
  const share = model.startsWith("wide") ? 0.05 : 1;
  return Math.min(0.85, at250 * Math.pow(250 / (labels ?? 250), slope) + share * lost);
}

function plausibleLoss({ model, latents }: Case): number {
  const reconstruction = 52 + 170 / (latents ?? 1);
  return model === "ae" ? reconstruction : Math.max(94, 80 + 130 / (latents ?? 1));
}

/** An epoch's score: near the best soon, best three epochs before the last. */
function plausibleRecord(c: Case, score: number): OkRecord {
  const id = formatCase(c);
  const epochs = 20 + Math.round(8 * chance(`${id} epochs`));
  const bestEpoch = epochs - 3;
  const loss = isEncoder(c);
  const curve = Array.from({ length: epochs }, (_, i): EpochResult => {
    const away = (bestEpoch - i - 1) ** 2 / bestEpoch ** 2 / (1 + i) + (i >= bestEpoch ? 0.01 : 0);
    const wobble = i + 1 === bestEpoch ? 0 : 0.02 + 0.015 * chance(`${id} ${i}`);
    const value = loss
      ? score * (1 + away + wobble / 4)
      : score - (away + wobble * (1 - score)) / 3;
    return {
      epoch: i + 1,
      trainLoss: Math.round((loss ? value : 0.4 / (i + 1)) * 1e4) / 1e4,
      validationScore: Math.round(Math.max(0, value) * 1e3) / 1e3,
    };
  });
  const dataset = { name: "mnist", sha256: fakeDigest("mnist") } as const;
  const { validationScore } = curve[bestEpoch - 1]!;
  return fakeRecord(c, dataset, { score, validationScore, bestEpoch, curve }, {
    backend: "native avx512",
    machine: { os: "linux", arch: "x86_64", cpu: "AMD EPYC 9654", cores: 96 },
    startedAt: `2026-03-0${1 + c.seed % 6}T09:30:00.000Z`,
    seconds: loss ? 3600 : 2 + (c.labels ?? 0) / 4000,
  });
}

/** From -1 to 1, the same for the same text. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x7fffffff - 1;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
