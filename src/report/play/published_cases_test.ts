import assert from "node:assert/strict";
import { readPublished } from "../../checks/check_store.ts";
import { STROKES_SHA256 } from "../../data/strokes.ts";
import { formatCase } from "../../matrix/case.ts";
import { NUMERIC_VERSION } from "../../numeric_version.ts";
import type { OkRecord } from "../../store/record.ts";
import type { StoredRecord } from "../../store/store.ts";
import { publishedCases } from "./published_cases.ts";

const { records } = await readPublished();

function find(name: string): StoredRecord & { record: OkRecord } {
  const found = records.find(({ record }) =>
    formatCase(record.case) === name && record.dataset.sha256 === STROKES_SHA256
  );
  assert.ok(found?.record.status === "ok", name);
  return { ...found, record: found.record };
}

Deno.test("publishedCases() offers the reference's cases on strokes but for heads, in the matrix's order", () => {
  const names = publishedCases(records).map(({ case: c }) => formatCase(c));
  assert.ok(names.includes("fc@250#0") && names.includes("conv@6000#0"), names.join());
  assert.ok(names.indexOf("fc@250#0") < names.indexOf("fc@2000#0"));
  assert.ok(names.indexOf("fc@2000#0") < names.indexOf("conv@6000#0"));
  assert.ok(names.indexOf("conv@6000#0") < names.indexOf("vae20#0"));
  assert.ok(names.includes("ae20#0") && names.includes("vae20+1000#0"), names.join());
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(names.filter((name) => !/^((fc|conv)@|v?ae20[#+][^@]*$)/.test(name)), []);
});

Deno.test("publishedCases() leaves out what the page cannot train", () => {
  const { file, record } = find("fc@250#0");
  const changed: { readonly [what: string]: StoredRecord } = {
    "another dataset": { file, record: { ...record, dataset: { name: "idx", sha256: "0" } } },
    "another engine": { file, record: { ...record, engine: "tfjs-cpu" } },
    "another version": { file, record: { ...record, numericVersion: NUMERIC_VERSION + 1 } },
    "a head": find("ae20@2000#0"),
  };
  assert.equal(publishedCases([{ file, record }]).length, 1);
  for (const [what, stored] of Object.entries(changed)) {
    assert.deepEqual(publishedCases([stored]), [], what);
  }
});

Deno.test("publishedCases() gives a record's own digests and curve", () => {
  const { record: { result } } = find("fc@250#0");
  const [published] = publishedCases([find("fc@250#0")]);
  assert.deepEqual(published!.digests, result.digests);
  assert.deepEqual(published!.curve, result.curve);
});
