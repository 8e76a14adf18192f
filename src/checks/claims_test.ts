import assert from "node:assert/strict";
import { formatScoreSpan } from "../figures.ts";
import { formatConfiguration, parseCase } from "../matrix/case.ts";
import { selectCases, WHOLE_PROFILE } from "../matrix/select_cases.ts";
import { readPublished } from "./check_store.ts";
import { CLAIMS, formatClaim } from "./claims.ts";
import { findBand } from "./bands.ts";

Deno.test("every claim is about a configuration of the headline, and none is there twice", () => {
  const headline = selectCases({ ...WHOLE_PROFILE, profile: "headline" }, 55000)
    .map(formatConfiguration);
  const claimed = CLAIMS.map(({ configuration }) => configuration);
  assert.equal(claimed.length, 6);
  assert.equal(new Set(claimed).size, claimed.length);
  assert.deepEqual(claimed.filter((name) => !headline.includes(name)), []);
});

Deno.test("formatClaim() writes a claim with the decimals that it was made with", () => {
  assert.deepEqual(CLAIMS.map(formatClaim), [
    ...["~97.5 %", "~90 %", "~81 %", "~99.1 %", "~93.5 %", "~93.5 %"],
  ]);
});

Deno.test("every run of the original's code lies within 2 points of its claim, and in our band", async () => {
  const { bands } = await readPublished();
  const { sha256 } = bands.bands.find(({ dataset }) => dataset.name === "mnist")!.dataset;
  for (const { configuration, claimed, measuredAgain } of CLAIMS) {
    const band = findBand(bands, sha256, parseCase(configuration));
    assert.ok(measuredAgain.length > 0 && band !== null, configuration);
    for (const accuracy of measuredAgain) {
      assert.ok(Math.abs(accuracy - claimed) < 0.02, `${configuration}: ${accuracy}`);
      assert.ok(band.lo <= accuracy && accuracy <= band.hi, `${configuration}: ${accuracy}`);
    }
  }
});

Deno.test("docs/original.md has the claims, what its code gave again, and in how many runs", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/original.md", import.meta.url));
  const rows = page.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()).slice(1, -1));
  for (const claim of CLAIMS) {
    const found = rows.filter((row) => row.length === 4 && row[0] === `\`${claim.configuration}\``);
    assert.deepEqual(found, [[
      `\`${claim.configuration}\``,
      formatClaim(claim),
      formatScoreSpan("accuracy", claim.measuredAgain),
      `${claim.measuredAgain.length}`,
    ]]);
  }
  const runs = CLAIMS.reduce((sum, { measuredAgain }) => sum + measuredAgain.length, 0);
  assert.match(page, new RegExp(`\\ball ${runs}\\s+runs lie within ours\\b`));
});
