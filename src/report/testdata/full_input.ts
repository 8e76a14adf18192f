/**
 * A report input of the size of the full profile: fc, conv and heads of five widths along nine label
 * counts, with their encoders, six seeds each, every case passing.
 */
import type { Case, ModelName } from "../../matrix/case.ts";
import type { ReportInput } from "../input.ts";
import { plausibleInput, scoredCase } from "./plausible_input.ts";

const LABELS = [100, 250, 500, 1000, 2000, 5000, 10000, 25000, 55000];
const LATENTS = [2, 5, 10, 20, 50];
const HEADS: readonly ModelName[] = ["ae", "vae", "wide-ae", "wide-vae"];
const SEEDS = [0, 1, 2, 3, 4, 5];

type Configured = Omit<Case, "seed">;

export function fullInput(overrides: Partial<ReportInput> = {}): ReportInput {
  const configurations: Configured[] = [
    ...(["fc", "conv"] as const).flatMap((model) =>
      LABELS.map((labels) => ({ model, latents: null, labels }))
    ),
    ...HEADS.flatMap((model) =>
      LATENTS.flatMap((latents) => [
        ...model.startsWith("wide") ? [] : [{ model, latents, labels: null }],
        ...LABELS.map((labels) => ({ model, latents, labels })),
      ])
    ),
  ];
  const cases = configurations.flatMap((configuration, row) =>
    SEEDS.map((seed) => passing({ ...configuration, seed }, row))
  );
  return plausibleInput({ profile: "full", cases, ...overrides });
}

function passing(c: Case, row: number) {
  const middle = c.labels === null ? 60 + row / 10 : 0.7 + Math.log10(c.labels) * 0.055;
  const spread = c.labels === null ? 3 : 0.008;
  const score = Number((middle + spread * (c.seed - 2.5) / 5).toFixed(6));
  return scoredCase(c, score, { lo: middle - spread, hi: middle + spread, median: middle }, row);
}
