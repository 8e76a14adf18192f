/** Scores of heads that were made up, so that the effects in them are known. */
import {
  ALL_KINDS,
  type HeadScores,
  type Kind,
  PLAN,
} from "../../src/checks/experiment/analysis.ts";
import { type Case, ORIGINAL } from "../../src/matrix/case.ts";
import { Stream } from "../../src/random/stream.ts";

/** What heads of a kind score on raw and on even codes; a kind without an entry has no heads. */
export type Effects = { readonly [kind in Kind]?: { readonly raw: number; readonly even: number } };

/** The AE reads badly raw; even, it is a point ahead of the VAE. */
export const PILOT = {
  ae: { raw: 0.92, even: 0.95 },
  vae: { raw: 0.94, even: 0.94 },
  lae: { raw: 0.945, even: 0.95 },
} as const satisfies Effects;

/** Drawn heads with 100, 250 and 2,000 labels of some seeds, with common and own deviations. */
export function drawn(effects: Effects, seeds: number, noise = 0.002, latents = 20): HeadScores {
  return Array.from(
    { length: seeds },
    (_, seed) =>
      ALL_KINDS.flatMap((kind, k) =>
        ([null, "even"] as const).flatMap((reading, r) =>
          [100, 250, 2000].flatMap((labels) =>
            Array.from({ length: PLAN.draws }, (_, d) => d).flatMap((d) => {
              const mean = effects[kind]?.[reading ?? "raw"];
              if (mean === undefined) return [];
              const draw = d + 1;
              const c: Case = { ...ORIGINAL, model: kind, latents, labels, reading, draw, seed };
              const [common] = new Stream(seed, `test/common/${d}`).uniform(1, 0.02);
              const [own] = new Stream(seed, `test/${k}/${r}/${d}`).uniform(1, noise);
              const score = mean + common! + own!;
              return [{ case: c, score: Math.round(score * 10_000) / 10_000 }];
            })
          )
        )
      ),
  ).flat();
}
