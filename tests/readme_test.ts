/** The figures of the README's first screen are those of the published records. */
import assert from "node:assert/strict";
import { checkStore, readPublished } from "../src/checks/check_store.ts";
import { CLAIMS, formatClaim } from "../src/checks/claims.ts";
import { formatPercent, formatScoreRange } from "../src/figures.ts";
import { accuracyOf, scoredCases } from "../src/report/parts/accuracies.ts";
import { findingsOf, sayLift } from "../src/report/sections/answer/findings.ts";
import { plausibleInput } from "../src/report/testdata/plausible_input.ts";
import { formatConfiguration } from "../src/matrix/case.ts";

const README = (await Deno.readTextFile(new URL("../README.md", import.meta.url)))
  .replaceAll(/\s+/g, " ");
const published = await readPublished();
const dataset = published.records.find(({ record }) => record.dataset.name === "mnist")!.record
  .dataset;
const cases = checkStore([], "exact", published.records, dataset, published);

Deno.test("the README has a row for each claim, with what was found here", () => {
  assert.ok(CLAIMS.length >= 6);
  for (const claim of CLAIMS) {
    const { configuration } = claim;
    const own = scoredCases(cases).filter(({ case: c }) =>
      formatConfiguration(c) === configuration
    );
    const { seeds, mean, lo, hi } = accuracyOf(own);
    assert.equal(seeds, 6);
    const row = README.match(
      new RegExp(`\\| \`${configuration}\` \\|[^|]*\\|([^|]*\\|[^|]*\\|[^|]*)\\|`),
    );
    assert.ok(row, configuration);
    assert.deepEqual(row[1]!.split("|").map((cell) => cell.trim()), [
      formatClaim(claim),
      formatPercent(mean),
      formatScoreRange("accuracy", lo!, hi!),
    ]);
  }
});

Deno.test("the README says what unlabelled images add, as the page does", () => {
  const findings = findingsOf({ ...plausibleInput(), cases });
  assert.equal(findings?.unlabelled?.decision, "higher");
  assert.ok(README.includes(`the autoencoder adds ${sayLift(findings.unlabelled)}`));
});
