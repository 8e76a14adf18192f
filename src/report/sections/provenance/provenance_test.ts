import assert from "node:assert/strict";
import { renderReport } from "../../report_page.tsx";
import { sectionOf } from "../../testdata/page_text.ts";
import { plausibleInput } from "../../testdata/plausible_input.ts";

Deno.test("what all records share is said once, and of several origins what differs", async () => {
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
  assert.match(html, /<h4>Origin 2: 4 records<\/h4>.*exact, native-avx2, 1 thread/);
});
