import assert from "node:assert/strict";
import { accuracyAxis, LEAST_ERROR } from "./axes.ts";

function domainOf(...accuracies: number[]): readonly number[] {
  return accuracyAxis(accuracies, "Accuracy").scale.domain;
}

function labelsOf(...accuracies: number[]): string[] {
  return accuracyAxis(accuracies, "Accuracy").axis.values.map((error) =>
    `${Number((100 * (1 - error)).toFixed(4))}`
  );
}

Deno.test("accuracyAxis() holds every accuracy, with little room beside", () => {
  assert.deepEqual(domainOf(0.81, 0.9765), [0.02, 0.2]);
  assert.deepEqual(domainOf(0.1), [0.8, 1]);
  assert.deepEqual(domainOf(0.65, 0.9947), [0.005, 0.4]);
});

Deno.test("accuracyAxis() labels accuracies, not errors, at least two of them", () => {
  assert.deepEqual(labelsOf(0.81, 0.9765), ["98", "97", "95", "90", "80"]);
  assert.deepEqual(labelsOf(0.972), ["98", "97"]);
  for (const accuracy of [0, 0.1, 0.5, 0.972, 0.99, 0.9999, 1]) {
    assert.ok(labelsOf(accuracy).length >= 2, `${accuracy}`);
  }
});

Deno.test("accuracyAxis() is read aloud in accuracies, as its labels are", () => {
  const { axis } = accuracyAxis([0.65, 0.9947], "Test accuracy");
  assert.equal(axis.description, "Y-axis titled 'Test accuracy', from 60 % to 99.5 %");
});

Deno.test("accuracyAxis() keeps a place for an accuracy of 100 %, and for one of 0", () => {
  const [lo, hi] = domainOf(0, 1);
  assert.ok(lo! > 0 && lo! <= LEAST_ERROR);
  assert.equal(hi, 1);
});
