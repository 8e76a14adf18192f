import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Verdict } from "../checks/verdict.ts";
import type { ReportInput } from "./input.ts";
import { renderReport } from "./report_page.tsx";
import { headlineInput } from "./testdata/headline_input.ts";
import { sectionOf, withoutScript } from "./testdata/page_text.ts";
import { plant, plausibleInput, withHeads } from "./testdata/plausible_input.ts";

/** The part of a page that stands above the table. */
function topOf(html: string): string {
  return html.slice(html.indexOf('<section id="overview"'), html.indexOf("<table"));
}

const PLANTED: readonly Verdict[] = [
  "low",
  "high",
  "differs",
  "failed",
  "stale",
  "missing",
  "no-band",
];

for (const verdict of PLANTED) {
  Deno.test(`a case that is ${verdict} is named at the top of the page, with the reason`, async () => {
    const input = plant(plausibleInput(), "fc@1000#0", verdict);
    const { reason } = input.cases.find((c) => c.id === "fc@1000#0")!;
    const top = topOf(await renderReport(input)).replaceAll("\u00a0", " ");
    assert.ok(top.includes("fc@1000#0"), "the case is not named");
    assert.ok(top.includes(reason.slice(1)), "the reason is not given");
    assert.ok(!topOf(await renderReport(plausibleInput())).includes("fc@1000#0"));
  });
}

Deno.test("renderReport() gives the same bytes for the same input", async () => {
  const input = plausibleInput({ seeds: 2 });
  const first = await renderReport(input);
  assert.equal(await renderReport(structuredClone(input)), first);
  assert.notEqual(await renderReport({ ...input, profile: "quick" }), first);
});

Deno.test("renderReport() names MNIST for the dataset mnist only", async () => {
  const page = (name: ReportInput["dataset"]["name"]) =>
    renderReport(plausibleInput({ dataset: { name, sha256: "0".repeat(64) } }));
  assert.match(topOf(await page("mnist")), /Dataset <strong>MNIST<\/strong>/);
  for (const name of ["strokes", "idx"] as const) {
    const html = await page(name);
    assert.ok(topOf(html).includes(`Dataset <strong>${name}</strong>`));
    assert.ok(!/mnist/i.test(withoutScript(html)), `the page of ${name} names MNIST`);
  }
});

Deno.test("renderReport() speaks of no profile where records were taken as they are", async () => {
  const html = withoutScript(await renderReport(plausibleInput({ profile: null })));
  assert.match(topOf(html), /records as they were found/);
  assert.doesNotMatch(topOf(html), /null/);
  assert.ok(!html.includes("--profile"));
});

/** The row of a case in the table of cases, with plain spaces. */
function rowOf(html: string, name: string): string {
  const id = `case-${name.replace("#", "-seed")}`;
  const start = html.indexOf(`id="${id}"`);
  assert.ok(start > 0, id);
  return html.slice(start, html.indexOf("</tr>", start)).replaceAll("\u00a0", " ");
}

Deno.test("renderReport() writes losses of encoders with their unit, and accuracies in per cent", async () => {
  const html = await renderReport(withHeads());
  const encoder = rowOf(html, "vae20#0"), head = rowOf(html, "vae20@2000#0");
  assert.match(encoder, />94\.81 nats\/digit</);
  assert.match(encoder, />93\.81 to 95\.81 nats\/digit</);
  assert.ok(!encoder.includes("%"), encoder);
  assert.match(head, />94\.43 %</);
  assert.match(head, />93\.43 to 95\.43 %</);
  assert.ok(!withoutScript(html).includes("9481.00"), "no loss is in per cent");
});

Deno.test("renderReport() of several seeds has a row for each, and means of accuracies", async () => {
  const html = withoutScript(await renderReport(withHeads(3))).replaceAll("\u00a0", " ");
  for (const loss of ["94.81", "94.94", "95.06"]) {
    assert.ok(html.includes(`<td>${loss} nats/digit</td>`), loss);
  }
  assert.ok(html.includes(">Mean test accuracy</th>"));
});

Deno.test("a mean over seeds is the same figure in every table and text, ties rounded up", async () => {
  // The published seeds of fc@55000: 58,599 of 60,000 right.
  const scores = [0.9789, 0.9771, 0.9763, 0.9764, 0.9757, 0.9755];
  const input = headlineInput(6);
  const cases = input.cases.map((c) => {
    if (c.case.model !== "fc" || c.case.labels !== 55_000 || c.record?.status !== "ok") return c;
    const result = { ...c.record.result, score: scores[c.case.seed]! };
    return { ...c, record: { ...c.record, result } };
  });
  const html = withoutScript(await renderReport({ ...input, cases })).replaceAll("\u00a0", " ");
  for (
    const text of [
      ...["<strong>97.67 %</strong>", '<td class="number">97.67 %</td>'],
      ...["fc, 55,000 labels: mean 97.67 % over 6 seeds", "97.67 % with 55,000 labels"],
    ]
  ) assert.ok(html.includes(text), text);
  assert.doesNotMatch(html, /97\.66 %/);
});

Deno.test("renderReport() counts no encoder among the cases that the accuracy chart lacks", async () => {
  const lead = async (input: ReportInput) => {
    const html = (await renderReport(input)).replaceAll("\u00a0", " ");
    return html.slice(html.indexOf('<section id="labels"')).match(
      /<p class="lead">.*?<\/p>/s,
    )![0];
  };
  assert.doesNotMatch(await lead(withHeads()), /without a valid score/);
  const planted = plant(withHeads(), "vae20@2000#0", "missing");
  assert.match(await lead(planted), / 1 case without a valid score is not shown\./);
});

Deno.test("renderReport() escapes what records say, wherever it stands", async () => {
  const hostile = `</script><script>alert(1)</script><img src=x onerror="alert(2)">`;
  const input = plausibleInput({ profile: hostile });
  const cases = plant(input, "fc@500#0", "failed").cases.map((c, index) => {
    const { record, band } = c;
    if (record === null) return c;
    const provenance = {
      ...record.provenance,
      backend: hostile,
      versions: { [hostile]: hostile },
      machine: { ...record.provenance.machine, cpu: `${index} ${hostile}` },
    };
    return {
      ...c,
      id: `${c.id}${hostile}`,
      file: hostile,
      reason: hostile,
      band: band && { ...band, origin: hostile },
      record: record.status === "failed"
        ? { ...record, provenance, failure: { ...record.failure, message: hostile } }
        : { ...record, provenance },
    };
  });
  const html = await renderReport({ ...input, cases });
  const expected = (await renderReport(input)).match(/<script[\s>]/g)!.length;
  assert.equal(html.match(/<script[\s>]/g)!.length, expected);
  assert.ok(!html.includes("<img"));
  assert.ok(html.includes("&lt;/script>") || html.includes("&lt;/script&gt;"));
});

Deno.test("the page's policy names the hash of its one script and allows nothing else", async () => {
  const html = await renderReport(plausibleInput());
  const script = html.slice(html.lastIndexOf("<script>") + 8, html.lastIndexOf("</script>"));
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = html.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)![1]!;
  assert.equal(
    policy.replaceAll("&#39;", "'"),
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; ` +
      `img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

Deno.test("a page holds its chart as a picture, before any script runs", async () => {
  const html = withoutScript(await renderReport(plausibleInput()));
  const page = html.slice(
    html.indexOf('<section id="labels"'),
    html.indexOf('<section id="training"'),
  );
  assert.equal(page.match(/<svg /g)!.length, 2);
  assert.equal(page.match(/aria-label="fc@250#0: /g)!.length, 2);
});

Deno.test("renderReport() renders a report without cases, and one without scores", async () => {
  const empty = await renderReport(plausibleInput({ cases: [] }));
  assert.match(topOf(empty), /There is no case to check\./);
  const input = plausibleInput();
  const missing = input.cases.reduce((i, c) => plant(i, c.id, "missing"), input);
  assert.ok((await renderReport(missing)).includes("No case has a score yet."));
});

Deno.test("renderReport() gives sections in the order of reading, and a heading to each", async () => {
  const html = withoutScript(await renderReport(withHeads()));
  const ids = [...html.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);
  const known = [
    ...["overview", "answer", "labels", "training", "ae-or-vae", "engines", "cases", "provenance"],
  ];
  assert.deepEqual(ids.filter((id) => known.includes(id!)), known);
  assert.equal(html.match(/<h1[\s>]/g)!.length, 1);
  for (const id of ids.slice(1)) {
    assert.match(sectionOf(html, id!), new RegExp(`<h2 id="${id}-title"[ >]`));
    assert.ok(html.includes(`<section id="${id}" aria-labelledby="${id}-title">`), id);
  }
});

Deno.test("a page of 200 cases has a row for each and stays below 2 MB", async () => {
  const input = plausibleInput({ seeds: 25 });
  assert.equal(input.cases.length, 200);
  const html = await renderReport(input);
  assert.equal(html.match(/<tr id="case-/g)!.length, 200);
  const bytes = new TextEncoder().encode(html).length;
  assert.ok(bytes < 2_000_000, `${bytes} bytes`);
});
