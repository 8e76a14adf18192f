import assert from "node:assert/strict";
import { sha256 } from "../data/digest.ts";
import type { CaseResult } from "../store/record.ts";
import { contradictionIn } from "./self_check.ts";

const LABELS = Uint8Array.of(1, 2, 3, 4);
const PREDICTIONS = Uint8Array.of(1, 2, 3, 9);
const RESULT: CaseResult = {
  metric: "accuracy",
  score: 0.75,
  validationScore: 0.8,
  bestEpoch: 2,
  epochs: 4,
  curve: [0.5, 0.8, 0.7, 0.8].map((validationScore, i) => ({
    epoch: i + 1,
    trainLoss: 1,
    validationScore,
  })),
  predictions: "1239",
  digests: {
    weights: "a".repeat(64),
    outputs: "b".repeat(64),
    predictions: sha256([PREDICTIONS]),
    labels: "c".repeat(64),
  },
};

Deno.test("a result that agrees with itself has no contradiction, with or without labels", () => {
  assert.equal(contradictionIn(RESULT, LABELS), null);
  assert.equal(contradictionIn(RESULT, null), null);
  const { predictions: _, ...without } = RESULT;
  assert.equal(contradictionIn({ ...without, score: 0.1 }, LABELS), null);
});

const loss = { ...RESULT, metric: "loss" as const, bestEpoch: 1, validationScore: 0.5 };

const CONTRADICTIONS: readonly (readonly [what: string, result: CaseResult, says: string])[] = [
  [
    "an edited score",
    { ...RESULT, score: 0.999 },
    "its predictions come to 0.75, its score is 0.999",
  ],
  [
    "an edited prediction",
    { ...RESULT, predictions: "1234" },
    "its predictions do not have the digest that it states",
  ],
  [
    "a validation score that is not the best one",
    { ...RESULT, validationScore: 0.81 },
    "its validation score is 0.81, but 0.8 in epoch 2, its best",
  ],
  [
    "a best epoch that is not the first of the best",
    { ...RESULT, bestEpoch: 4 },
    "its best epoch is 4, but epoch 2 scores 0.8",
  ],
  [
    "a best epoch that is not the best",
    { ...RESULT, bestEpoch: 3, validationScore: 0.7 },
    "its best epoch is 3, but epoch 2 scores 0.8",
  ],
  [
    "a loss that is not the lowest",
    { ...loss, bestEpoch: 3, validationScore: 0.7 },
    "its best epoch is 3, but epoch 1 scores 0.5",
  ],
];

for (const [what, result, says] of CONTRADICTIONS) {
  Deno.test(`contradictionIn() sees ${what}`, () => {
    assert.equal(contradictionIn(result, LABELS), says);
  });
}

Deno.test("contradictionIn() sees predictions of another test set", () => {
  assert.equal(
    contradictionIn(RESULT, Uint8Array.of(1, 2, 3)),
    "it predicts 4 test samples, and there are 3",
  );
  assert.equal(contradictionIn(loss, LABELS), null);
});
