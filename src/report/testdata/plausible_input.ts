/**
 * Report inputs for tests: a plausible run of the label curve, autoencoders with their heads, and
 * cases planted at will.
 */
import type { CheckedCase, ExpectedBand, Verdict } from "../../checks/verdict.ts";
import { formatPercent, formatScore } from "../../figures.ts";
import { type Case, formatCase, metricOf, ORIGINAL } from "../../matrix/case.ts";
import type { OkRecord } from "../../store/record.ts";
import type { ReportInput } from "../input.ts";
import { fakeDigest, fakeRecord } from "./fake_record.ts";

/** Labels, and the score in the middle of what `fc` reaches with them. */
const CURVE: readonly (readonly [labels: number, score: number])[] = [
  [250, 0.815],
  [500, 0.85],
  [1000, 0.88],
  [2000, 0.905],
  [5000, 0.932],
  [10000, 0.95],
  [25000, 0.968],
  [55000, 0.9775],
];

/** The label curve of `fc`, every case passing, with `seeds` seeds. */
export function plausibleInput(
  { seeds = 1, profile = "headline", ...overrides }: Partial<ReportInput> & { seeds?: number } = {},
): ReportInput {
  const cases = CURVE.flatMap(([labels, middle], row) =>
    Array.from({ length: seeds }, (_, seed) => passingCase(labels, middle, seed, row))
  );
  return {
    dataset: { name: "strokes", sha256: fakeDigest("dataset") },
    profile,
    selection: profile === null ? null : ["--profile", profile],
    numericVersion: 1,
    run: null,
    cases,
    artifacts: new Map(),
    peerTimes: null,
    experiment: null,
    playPage: null,
    ...overrides,
  };
}

/** Two autoencoders with their heads on 2,000 labels, every case passing, with `seeds` seeds. */
export function autoencoderCases(seeds = 1): CheckedCase[] {
  return ([["ae", 58.84, 0.942], ["vae", 94.81, 0.9443]] as const).flatMap(
    ([model, loss, accuracy], row) =>
      Array.from({ length: seeds }, (_, seed) => {
        const encoder: Case = { ...ORIGINAL, model, latents: 20, labels: null, seed };
        return [
          scoredCase(encoder, loss + seed / 8, { lo: loss - 1, hi: loss + 1, median: loss }, row),
          scoredCase(
            { ...encoder, labels: 2000 },
            round(accuracy + seed / 1000),
            { lo: accuracy - 0.01, hi: accuracy + 0.01, median: accuracy },
            row,
          ),
        ];
      }).flat(),
  );
}

/** The label curve with two autoencoders and their heads. */
export function withHeads(seeds = 1): ReportInput {
  const input = plausibleInput({ seeds });
  return { ...input, cases: [...input.cases, ...autoencoderCases(seeds)] };
}

/** The input with every verdict but `pass` planted once; it has two seeds at least. */
export function plantEveryVerdict(input: ReportInput): ReportInput {
  return ([
    ["fc@250#0", "low"],
    ["fc@500#0", "high"],
    ["fc@1000#1", "differs"],
    ["fc@2000#1", "no-band"],
    ["fc@5000#1", "failed"],
    ["fc@10000#1", "missing"],
    ["fc@25000#1", "stale"],
  ] as const).reduce((planted, [id, verdict]) => plant(planted, id, verdict), input);
}

/** The input with the verdict of one case changed, and what it comes from with it. */
export function plant(input: ReportInput, id: string, verdict: Verdict): ReportInput {
  if (!input.cases.some((c) => c.id === id)) throw new Error(`Cannot plant ${id}: no such case`);
  return { ...input, cases: input.cases.map((c) => c.id === id ? withVerdict(c, verdict) : c) };
}

function passingCase(labels: number, middle: number, seed: number, row: number): CheckedCase {
  const identity: Case = { ...ORIGINAL, model: "fc", latents: null, labels, seed };
  const spread = 0.0065 * (1 - row / 9);
  const wobble = ((Math.imul(seed + 1, 7919) + row * 104729) % 200) / 100 - 1;
  const band = { lo: round(middle - spread), hi: round(middle + spread), median: middle };
  return scoredCase(identity, round(middle + 0.7 * spread * wobble), band, row);
}

/** A case with a score within limits, passing by its band; `row` varies what else it says. */
function scoredCase(
  identity: Case,
  score: number,
  limits: Pick<ExpectedBand, "lo" | "hi" | "median">,
  row: number,
): CheckedCase {
  const text = (value: number) => formatScore(metricOf(identity), value);
  return {
    id: formatCase(identity),
    case: identity,
    engine: "exact",
    record: okRecord(identity, score, row),
    file: `${fakeDigest(formatCase(identity)).slice(0, 32)}.json`,
    band: {
      ...limits,
      n: 20,
      inSample: true,
      origin: "20 seeds of the exact engine on Linux x86_64, March 2026",
    },
    reference: null,
    attested: null,
    verdict: "pass",
    reason: `${text(score)} against the band ${text(limits.lo)} to ${text(limits.hi)}`,
  };
}

function okRecord(identity: Case, score: number, row: number): OkRecord {
  const epochs = 14 + ((identity.seed * 5 + row * 3) % 11);
  const dataset = { name: "strokes", sha256: fakeDigest("dataset") } as const;
  return fakeRecord(identity, dataset, {
    score,
    validationScore: round(score + 0.002),
    bestEpoch: epochs - 3,
    curve: Array.from({ length: epochs }, (_, i) => ({
      epoch: i + 1,
      trainLoss: round(0.4 / (i + 1)),
      validationScore: round(score - 0.1 / (i + 2)),
    })),
  }, {
    backend: "wasm",
    machine: { os: "linux", arch: "x86_64", cpu: "Intel(R) Xeon(R) Processor @ 2.70GHz", cores: 2 },
    startedAt: `2026-03-0${1 + (row % 3)}T09:30:00.000Z`,
    seconds: round(0.8 + (identity.labels ?? 0) * epochs * 0.00004),
  });
}

function withVerdict(c: CheckedCase, verdict: Verdict): CheckedCase {
  if (c.record?.status !== "ok" || c.band === null) {
    throw new Error(`Cannot plant a verdict in ${c.id}: it does not pass`);
  }
  const { record, band } = c;
  const scored = (score: number): OkRecord => ({
    ...record,
    result: { ...record.result, score },
  });
  switch (verdict) {
    case "pass":
      return c;
    case "low": {
      const score = round(band.lo - 0.014);
      return {
        ...c,
        verdict,
        record: scored(score),
        reason: `${formatPercent(score)} is below its band`,
      };
    }
    case "high": {
      const score = round(band.hi + 0.006);
      return {
        ...c,
        verdict,
        record: scored(score),
        reason: `${formatPercent(score)} is above its band`,
      };
    }
    case "differs":
      return {
        ...c,
        verdict,
        reference: { weights: fakeDigest("other weights"), outputs: fakeDigest("other outputs") },
        reason: "the weights differ from the published ones",
      };
    case "no-band":
      return { ...c, verdict, band: null, reason: "no band was measured for this case" };
    case "failed": {
      const { result: _, ...rest } = record;
      const failure = { message: "the loss is not finite", epoch: 3, step: 41 };
      return {
        ...c,
        verdict,
        record: { ...rest, status: "failed", failure },
        reason: "the loss is not finite",
      };
    }
    case "missing":
      return {
        ...c,
        verdict,
        record: null,
        file: null,
        reason: "there is no record of this case",
      };
    case "stale":
      return {
        ...c,
        verdict,
        record: { ...record, numericVersion: 2 },
        reason: "the record is of numeric version 2, today's is 1",
      };
    default:
      return verdict satisfies never;
  }
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
