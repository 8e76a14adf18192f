/** A report input of the profile `headline` on MNIST, with its autoencoders, heads and claims. */
import type { ReportInput } from "../input.ts";
import { fakeDigest } from "./fake_record.ts";
import { plausibleCase } from "./full_matrix_input.ts";
import { HEADLINE, matrixCases } from "./matrix_cases.ts";
import { plausibleInput } from "./plausible_input.ts";

/** Thirteen cases a seed, every one in its band. */
export function headlineInput(seeds = 1): ReportInput {
  return plausibleInput({
    dataset: { name: "mnist", sha256: fakeDigest("mnist") },
    cases: matrixCases(HEADLINE, seeds).map(plausibleCase),
  });
}

/** The same by another engine beside it, under the names that it gives its cases. */
export function withSecondOpinion(input: ReportInput): ReportInput {
  const others = input.cases.map((c) => ({
    ...c,
    id: `${c.id} tfjs-node`,
    engine: "tfjs-node" as const,
    record: c.record && { ...c.record, engine: "tfjs-node" as const },
  }));
  return { ...input, cases: [...input.cases, ...others] };
}
