import assert from "node:assert/strict";
import { latentCsv } from "./places.ts";
import {
  describeDigit,
  describeSelection,
  type Digit,
  isSelected,
  nearest,
  placeOf,
  readDigits,
  stepByKey,
} from "./live_digits.ts";

const digit = (index: number, label: number, x = 0, y = 0): Digit => ({
  index,
  digit: label,
  aeX: x,
  aeY: y,
});

Deno.test("readDigits() reads what latentCsv() wrote", () => {
  const plane = { label: "AE", id: "ae2#0", xDomain: [0, 1], yDomain: [0, 1], map: null } as const;
  const csv = latentCsv({
    seed: 0,
    labels: [7, 3],
    pictures: null,
    planes: [{ ...plane, model: "ae", x: [0.5, -2], y: [1.25, 0] }],
  });
  assert.deepEqual(readDigits(csv), [
    { index: 0, digit: 7, aeX: 0.5, aeY: 1.25 },
    { index: 1, digit: 3, aeX: -2, aeY: 0 },
  ]);
});

Deno.test("isSelected() asks for the class and for every range of the brush, both ends included", () => {
  const row = digit(0, 4, 1, 2);
  assert.ok(isSelected(row, {}, [4]));
  assert.ok(!isSelected(row, {}, [3, 5]));
  assert.ok(isSelected(row, { aeX: [1, 3], aeY: [2, 0] }, [4]));
  assert.ok(!isSelected(row, { aeX: [1, 3], aeY: [2.1, 3] }, [4]));
});

Deno.test("describeSelection() counts the classes, the largest first", () => {
  const rows = [digit(0, 3), digit(1, 5), digit(2, 3)];
  assert.equal(
    describeSelection(rows, 2000),
    "3 of 2,000 digits selected; by class, 3: 2, 5: 1.",
  );
  assert.equal(describeSelection(rows, 3), "All 3 digits are shown.");
  assert.equal(describeSelection([], 3), "0 of 3 digits selected.");
});

Deno.test("describeDigit() says the class and the place in each plane", () => {
  const row = { index: 0, digit: 7, aeX: 0.314, aeY: -1.2, vaeX: 11, vaeY: 0 };
  assert.equal(
    describeDigit(row, ["ae", "vae"]),
    "digit 7, AE at (0.31, -1.20), VAE at (11.00, 0.00)",
  );
  assert.equal(placeOf(row, "ae"), "(0.31, -1.20)");
});

Deno.test("nearest() finds the nearest digit within reach, and none beyond", () => {
  const rows = [digit(0, 1, 0, 0), digit(1, 2, 10, 0)];
  const project = (row: Digit) => [row.aeX!, row.aeY!] as const;
  assert.equal(nearest(rows, project, [6, 0], 5)?.index, 1);
  assert.equal(nearest(rows, project, [4, 0], 5)?.index, 0);
  assert.equal(nearest(rows, project, [5, 5], 5), null);
});

Deno.test("stepByKey() goes by digit to the sides and by class up and down, and stays at the ends", () => {
  const rows = [digit(4, 0), digit(9, 0), digit(2, 1), digit(3, 1), digit(7, 8)];
  const step = (from: number | null, key: string) =>
    stepByKey(rows, from === null ? null : rows[from]!, key)?.index;
  assert.deepEqual([step(null, "ArrowRight"), step(null, "ArrowDown"), step(null, "Home")], [
    4,
    4,
    4,
  ]);
  assert.deepEqual([step(null, "ArrowLeft"), step(null, "ArrowUp"), step(null, "End")], [7, 7, 7]);
  assert.deepEqual([step(0, "ArrowRight"), step(4, "ArrowRight")], [9, 7]);
  assert.deepEqual([step(1, "ArrowLeft"), step(0, "ArrowLeft")], [4, 4]);
  assert.deepEqual([step(0, "ArrowDown"), step(3, "ArrowDown"), step(4, "ArrowDown")], [2, 7, 7]);
  assert.deepEqual([step(4, "ArrowUp"), step(3, "ArrowUp"), step(0, "ArrowUp")], [2, 2, 4]);
  assert.equal(step(0, "a"), undefined);
  assert.equal(stepByKey([], null, "ArrowRight"), null);
});
