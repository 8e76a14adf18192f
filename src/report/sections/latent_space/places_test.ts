import assert from "node:assert/strict";
import type { ReportInput } from "../../input.ts";
import {
  classOf,
  inputWithArtifacts,
  TEST_DIGITS,
  withoutTensors,
} from "../../testdata/plausible_artifacts.ts";
import { badgePlaces, classPlaces, latentCsv, latentDigits } from "./places.ts";

function digitsOf(input: ReportInput) {
  const digits = latentDigits(input);
  if (digits === null) throw new Error("Cannot test: there are no digits");
  return digits;
}

/** The case and its tensors gone. */
function without(input: ReportInput, id: string): ReportInput {
  return { ...input, cases: input.cases.filter((c) => c.id !== id) };
}

Deno.test("latentDigits() takes AE and VAE with two latents, of the lowest seed that both have", () => {
  const input = inputWithArtifacts({ seeds: 3 });
  assert.deepEqual(digitsOf(input).planes.map(({ id }) => id), ["ae2#0", "vae2#0"]);
  const later = digitsOf(without(input, "ae2#0"));
  assert.deepEqual(later.planes.map(({ id }) => id), ["ae2#1", "vae2#1"]);
  assert.equal(later.seed, 1);
});

Deno.test("latentDigits() shows one plane where the other is not there, and nothing without any", () => {
  const input = inputWithArtifacts();
  assert.deepEqual(digitsOf(without(input, "ae2#0")).planes.map(({ label }) => label), ["VAE"]);
  assert.equal(latentDigits(inputWithArtifacts({ latents: [5, 20] })), null);
  assert.equal(latentDigits(withoutTensors(input, ["test-labels"])), null);
  assert.equal(latentDigits(withoutTensors(input, ["test-embeddings"])), null);
});

Deno.test("latentDigits() keeps every digit within its plane's axes, to a four-thousandth", () => {
  const input = inputWithArtifacts({ latents: [2] });
  for (const { id, x, y, xDomain, yDomain } of digitsOf(input).planes) {
    const exact = input.artifacts.get(id)!.get("test-embeddings")!.values;
    const span = Math.max(Math.max(...x) - Math.min(...x), Math.max(...y) - Math.min(...y));
    assert.equal(x.length, TEST_DIGITS);
    for (let i = 0; i < TEST_DIGITS; i++) {
      assert.ok(xDomain[0] < x[i]! && x[i]! < xDomain[1]);
      assert.ok(yDomain[0] < y[i]! && y[i]! < yDomain[1]);
      assert.ok(Math.abs(x[i]! - exact[2 * i]!) <= span / 4000);
      assert.ok(Math.abs(y[i]! - exact[2 * i + 1]!) <= span / 4000);
    }
  }
});

Deno.test("latentCsv() has a row for each digit, in the order of the test set", () => {
  const digits = digitsOf(inputWithArtifacts({ latents: [2] }));
  const [head, ...rows] = latentCsv(digits).trimEnd().split("\r\n");
  assert.equal(head, "digit,aeX,aeY,vaeX,vaeY");
  assert.equal(rows.length, TEST_DIGITS);
  const [ae, vae] = digits.planes;
  assert.equal(rows[3], `${classOf(3)},${ae!.x[3]},${ae!.y[3]},${vae!.x[3]},${vae!.y[3]}`);
  assert.ok(rows.every((row) => /^\d(,-?\d+(\.\d{1,3})?){4}$/.test(row)), rows[0]);
});

Deno.test("classPlaces() is the median of each class that there is", () => {
  const places = classPlaces({ labels: [7, 3, 7, 7] }, { x: [1, 5, 2, 9], y: [0, 4, -1, 8] });
  assert.deepEqual(places, [{ digit: 3, x: 5, y: 4 }, { digit: 7, x: 2, y: 0 }]);
});

Deno.test("badgePlaces() parts badges that would overlap, and leaves the others at their medians", () => {
  const plane = { xDomain: [-10, 10], yDomain: [0, 40] } as const;
  const labels = [0, 1, 2, 3];
  const [x, y] = [[1, 1, 1.2, 8], [20, 20, 20, 4]];
  const badges = badgePlaces({ labels }, { ...plane, x, y });
  assert.deepEqual(badges[3], { digit: 3, x: 8, y: 4 });
  for (const [i, a] of badges.entries()) {
    for (const b of badges.slice(i + 1)) {
      const distance = Math.hypot((a.x - b.x) / 20, (a.y - b.y) / 40);
      assert.ok(distance > 0.064, `${a.digit} and ${b.digit}: ${distance}`);
    }
    assert.ok(Math.hypot((a.x - x[i]!) / 20, (a.y - y[i]!) / 40) < 0.1, `${a.digit} is astray`);
  }
});
