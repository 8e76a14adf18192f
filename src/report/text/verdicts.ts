/**
 * How each verdict is said and shown: always a word and a symbol, so that colour adds to them and
 * never stands alone.
 */
import type { Verdict } from "../../checks/verdict.ts";

/** `good` and `bad` are judgements; `open` could not be measured; `plain` was not judged. */
export type Tone = "good" | "bad" | "open" | "plain";

interface VerdictWords {
  readonly symbol: string;
  readonly word: string;
  readonly tone: Tone;
  /** What `count` such cases do, as in `2 score below their bands`. */
  readonly say: (count: number) => string;
}

export const VERDICT_WORDS: { readonly [verdict in Verdict]: VerdictWords } = {
  pass: { symbol: "✓", word: "pass", tone: "good", say: (n) => n === 1 ? "passes" : "pass" },
  low: {
    symbol: "▼",
    word: "low",
    tone: "bad",
    say: (n) => n === 1 ? "scores below its band" : "score below their bands",
  },
  high: {
    symbol: "▲",
    word: "high",
    tone: "bad",
    say: (n) => n === 1 ? "scores above its band" : "score above their bands",
  },
  differs: {
    symbol: "≠",
    word: "differs",
    tone: "bad",
    say: (n) => n === 1 ? "differs from the published result" : "differ from the published results",
  },
  failed: { symbol: "✕", word: "failed", tone: "open", say: () => "failed" },
  stale: {
    symbol: "↻",
    word: "stale",
    tone: "open",
    say: (n) => n === 1 ? "is stale" : "are stale",
  },
  missing: {
    symbol: "–",
    word: "missing",
    tone: "open",
    say: (n) => n === 1 ? "is missing" : "are missing",
  },
  "no-band": {
    symbol: "○",
    word: "no band",
    tone: "plain",
    say: (n) => n === 1 ? "has no expected band" : "have no expected band",
  },
};

/** Verdicts in the order in which a reader needs them: what is wrong comes first. */
export const VERDICT_ORDER: readonly Verdict[] = [
  "low",
  "high",
  "differs",
  "failed",
  "stale",
  "missing",
  "no-band",
  "pass",
];
