import assert from "node:assert/strict";
import { renderReport } from "../../report_page.tsx";
import { fullMatrixInput } from "../../testdata/full_matrix_input.ts";
import { sectionOf } from "../../testdata/page_text.ts";
import { plant, plausibleInput, withHeads } from "../../testdata/plausible_input.ts";

Deno.test("renderReport() says of a head that its encoder has other weights, or is not there", async () => {
  const input = withHeads();
  const others = input.cases.map((c) =>
    c.id === "ae20#0" && c.record?.status === "ok"
      ? {
        ...c,
        record: {
          ...c.record,
          result: { ...c.record.result, digests: { weights: "0".repeat(64), outputs: "1" } },
        },
      }
      : c
  );
  const other = sectionOf(await renderReport({ ...input, cases: others }), "provenance");
  assert.match(
    other,
    /ae20#0<\/a>; not the weights of its record, but SHA-256 <code>[0-9a-f]{64}</,
  );
  assert.equal(other.split(", the weights of its record").length - 1, 1, "that of vae20");
  const alone = await renderReport(plant(input, "ae20#0", "missing"));
  assert.match(sectionOf(alone, "provenance"), /ae20#0, of which there is no result here; weights/);
});

Deno.test("a page of the full profile is below 10 MB, and has a row for each case", async () => {
  const input = fullMatrixInput();
  assert.equal(input.cases.length, 1248);
  const html = await renderReport(input);
  assert.equal(html.match(/ id="case-/g)!.length, 1248);
  const bytes = new TextEncoder().encode(html).length;
  assert.ok(bytes < 10_000_000, `${bytes} bytes`);
  const own = new TextEncoder().encode(sectionOf(html, "provenance")).length;
  assert.ok(own / 1248 < 1700, `${own / 1248} bytes a case`);
});

Deno.test("a page of the full profile folds quiet models, and opens what does not pass", async () => {
  const quiet = sectionOf(await renderReport(fullMatrixInput()), "provenance");
  assert.equal(quiet.match(/<details class="series"/g)!.length, 22);
  assert.ok(!/<details[^>]* open/.test(quiet));
  const planted = plant(fullMatrixInput(), "vae20@2000#3", "low");
  const html = sectionOf(await renderReport(planted), "provenance");
  const open = [...html.matchAll(/<details[^>]* open.*?<\/summary>/gs)].map(([text]) => text);
  assert.equal(open.length, 2, "its model and its configuration");
  assert.match(open[0]!, /<strong>vae20<\/strong> 10 configurations, 60 cases .*1 low.*59 pass/);
});

Deno.test("what all records share is said once, and of several origins what differs, by number", async () => {
  const input = plausibleInput();
  const alone = sectionOf(await renderReport(input), "provenance");
  const kernels = (html: string) => html.split("Kernels SHA-256").length - 1;
  assert.equal(kernels(alone), 1);
  assert.ok(!alone.includes("Origin 1"));
  const cases = input.cases.map((c, i) =>
    i % 2 === 0 || c.record === null ? c : {
      ...c,
      record: {
        ...c.record,
        provenance: { ...c.record.provenance, backend: "native-avx2", kernels: "f".repeat(64) },
      },
    }
  );
  const html = sectionOf(await renderReport({ ...input, cases }), "provenance");
  assert.equal(kernels(html), 2);
  assert.equal(html.split("2.70GHz").length - 1, 1, "the machine");
  assert.match(html, /id="origin-2"><h4>Origin 2: 4 records<\/h4>.*exact, native-avx2, 1 thread/);
  assert.equal(html.split('<a href="#origin-2">').length - 1, 4);
});

Deno.test("the records are counted, and those that lack are not taken for records", async () => {
  const title = async (input: Parameters<typeof renderReport>[0]) =>
    sectionOf(await renderReport(input), "provenance").match(/<h3>([^<]*record[^<]*)<\/h3><table/)
      ?.[1];
  assert.equal(await title(plausibleInput()), "8 records");
  assert.equal(await title(plant(plausibleInput(), "fc@250#0", "missing")), "7 records of 8 cases");
});
