import assert from "node:assert/strict";
import type { ReportInput } from "../../input.ts";
import { renderReport } from "../../report_page.tsx";
import { sectionOf } from "../../testdata/page_text.ts";
import { plant, withHeads } from "../../testdata/plausible_input.ts";

function mnist(overrides: Partial<ReportInput> = {}): ReportInput {
  return { ...withHeads(3), dataset: { name: "mnist", sha256: "e".repeat(64) }, ...overrides };
}

/** The row of a claim. */
async function claimOf(input: ReportInput, name: string): Promise<string> {
  const overview = sectionOf(await renderReport(input), "overview");
  const rows = overview.slice(overview.indexOf('<table class="results"')).split("<tr>");
  const row = rows.find((row) =>
    row.includes(`>${name}<`) || row.includes(`>${name}</a>`) || row.includes(`scope="row">${name}`)
  );
  assert.ok(row !== undefined, name);
  return row;
}

Deno.test("a claim's row has claim, score with its interval over seeds, band, verdict and digest", async () => {
  const row = await claimOf(mnist(), "fc@2000");
  for (
    const text of [
      "~90 %",
      "its code again: 90.13 to 90.91 %, 5 runs",
      ">3 seeds<",
      "from 20 seeds",
      "3 pass",
    ]
  ) {
    assert.ok(row.includes(text), `${text}: ${row}`);
  }
  assert.match(row, /<strong>90\.\d\d %<\/strong>/);
  assert.match(row, />(\+|-)?\d pp</, "a claim without decimals: a difference without");
  assert.match(row, /<code title="[0-9a-f]{64}, of seed 0">[0-9a-f]{12}<\/code> #0/);
  assert.match(row, /3 not published/);
});

for (const verdict of ["low", "high", "differs"] as const) {
  Deno.test(`a claim of which one seed is ${verdict} does not read as reproduced`, async () => {
    const input = plant(mnist(), "fc@2000#1", verdict);
    const row = await claimOf(input, "fc@2000");
    assert.match(row, new RegExp(`chip bad.*1 ${verdict}.*2 pass`));
    const overview = sectionOf(await renderReport(input), "overview");
    assert.match(
      overview,
      /Of our 15 cases behind them 14 score within their bands\..* Out of band, or contradicted: fc@2000\. Not run: conv@55000\./,
    );
    if (verdict === "differs") assert.match(row, /bad tone">1 differs<.*2 not published/);
  });
}

for (const verdict of ["missing", "failed", "stale"] as const) {
  Deno.test(`a claim of which one seed is ${verdict} counts its seeds, and is not complete`, async () => {
    const input = plant(mnist(), "fc@2000#1", verdict);
    const row = await claimOf(input, "fc@2000");
    assert.match(row, /2 of 3 seeds/);
    assert.match(row, new RegExp(`chip open.*1 ${verdict}.*2 pass`));
    assert.match(sectionOf(await renderReport(input), "overview"), /Not complete: fc@2000\./);
  });
}

Deno.test("a claim without a band is not judged, and one that was not run says so", async () => {
  const ids = ["fc@250#0", "fc@250#1", "fc@250#2"];
  const input = ids.reduce((input, id) => plant(input, id, "no-band"), mnist());
  assert.match(await claimOf(input, "fc@250"), /3 no band/);
  assert.match(await claimOf(input, "conv@55000"), />not run</);
  assert.match(
    sectionOf(await renderReport(input), "overview"),
    /Not judged, for want of a band: fc@250\. Not run: conv@55000\./,
  );
});

Deno.test("a claim whose bits are the published ones says so", async () => {
  const input = mnist();
  const cases = input.cases.map((c) => ({
    ...c,
    reference: c.record?.status === "ok" ? c.record.result.digests : null,
  }));
  assert.match(await claimOf({ ...input, cases }, "ae20@2000"), /3 as published/);
});

Deno.test("no claim stands on the page of another dataset", async () => {
  for (const name of ["strokes", "idx"] as const) {
    const html = await renderReport(mnist({ dataset: { name, sha256: "0".repeat(64) } }));
    const overview = sectionOf(html, "overview");
    assert.ok(overview.includes("Main results"));
    assert.ok(overview.includes(">fc@2000</a>"));
    assert.ok(!/claim|~90/i.test(overview), "it names a claim");
  }
});
