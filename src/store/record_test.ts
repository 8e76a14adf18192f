import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ORIGINAL } from "../matrix/case.ts";
import { namesIn } from "../data/test_files.ts";
import { recordSchema, toStored } from "./record_schema.ts";
import { parseRecord, recordFileName } from "./store.ts";

const FIXTURES = new URL("../../fixtures/records/", import.meta.url);

/** The fields of each version that is released. A change of them is a new version. */
const RELEASED_FIELDS = new URL("../../fixtures/record_fields.json", import.meta.url);

function fixture(name: string): string {
  return Deno.readTextFileSync(new URL(name, FIXTURES));
}

/** The file names of `fixtures/records/`, and what is wrong with those that are broken on purpose. */
const REASONS: { readonly [name: string]: RegExp | null } = {
  "ok.json": null,
  "failed.json": null,
  "ok_version_2.json": null,
  "encoder_version_2.json": null,
  "head_version_2.json": null,
  "cut_broken.json": /^it is not JSON \(.*\); move it away, or run its case with --fresh$/,
  "schema_version_3_broken.json":
    /^its schema version is 3, this program reads 1 and 2; use the release that wrote it, or another --results folder$/,
  "unknown_model_broken.json": /\(case\.model: /,
  "seed_too_large_broken.json": /\(case\.seed: .*4294967295/,
  "score_missing_broken.json": /\(result\.score: .*undefined/,
  "score_null_broken.json": /\(result\.score: .*null/,
  "digest_short_broken.json": /\(result\.digests\.weights: /,
  "curve_empty_broken.json": /\(result\.curve: /,
  "host_name_broken.json": /\(provenance\.machine: .*"host"/,
  "status_unknown_broken.json": /\(status: /,
  "failed_with_result_broken.json": /\(whole file: .*"result"/,
  "local_time_broken.json": /\(provenance\.startedAt: /,
};

Deno.test("every record in fixtures/records is read here, and broken ones are named so", () => {
  assert.deepEqual(namesIn(fileURLToPath(FIXTURES)), Object.keys(REASONS).sort());
  for (const [name, reason] of Object.entries(REASONS)) {
    assert.equal(name.endsWith("_broken.json"), reason !== null);
  }
});

for (const [name, reason] of Object.entries(REASONS)) {
  if (reason === null) {
    Deno.test(`parseRecord() reads ${name} and gives back all that it holds`, () => {
      const record = parseRecord(fixture(name), name);
      assert.deepEqual(toStored(record), JSON.parse(fixture(name)));
      assert.deepEqual(record, { ...toStored(record), case: { ...ORIGINAL, ...record.case } });
    });
  } else {
    Deno.test(`parseRecord() refuses ${name} with the reason`, () => {
      assert.throws(() => parseRecord(fixture(name), name), (error: Error) => {
        assert.equal(error.name, "StoreError");
        assert.ok(error.message.startsWith(`Cannot use the record ${name}: `));
        assert.match(error.message.slice(`Cannot use the record ${name}: `.length), reason);
        return true;
      });
    });
  }
}

/** What a record of version 2 must have, by the kind of its case. */
const REQUIRED: { readonly [name: string]: readonly string[] } = {
  "ok_version_2.json": [
    ...["case.unlabelled", "case.reading", "case.draw"],
    ...["result.digests.predictions", "result.digests.labels"],
    ...["provenance.sources", "provenance.trainingImages"],
  ],
  "encoder_version_2.json": ["result.measurements", "result.measurements.positiveShare"],
};

for (const [name, fields] of Object.entries(REQUIRED)) {
  for (const field of fields) {
    Deno.test(`parseRecord() refuses ${name} without ${field}`, () => {
      const value = JSON.parse(fixture(name));
      const path = field.split(".");
      const parent = at(value, path.slice(0, -1));
      assert.ok(path.at(-1)! in parent);
      delete parent[path.at(-1)!];
      assert.throws(() => parseRecord(JSON.stringify(value), name), { name: "StoreError" });
    });
  }
}

Deno.test("parseRecord() refuses what version 1 does not know, in a record of version 1", () => {
  const value = JSON.parse(fixture("ok.json"));
  for (
    const changes of [
      { case: { ...value.case, draw: 1 } },
      { case: { ...value.case, unlabelled: null } },
      { result: { ...value.result, predictions: "123" } },
      { provenance: { ...value.provenance, sources: null } },
    ]
  ) {
    assert.throws(
      () => parseRecord(JSON.stringify({ ...value, ...changes }), "here"),
      { name: "StoreError", message: /Unrecognized key/ },
    );
  }
});

Deno.test("the good record still has the file name that it was stored under", async () => {
  assert.equal(
    await recordFileName(parseRecord(fixture("ok.json"), "ok.json")),
    "e1c9b731fd86ed6232f88878f89c6127ddc0b4091f178137d8c4adebda4da94c.json",
  );
});

/** Every object in a value, by its path. */
function objectsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, part]) => objectsIn(part, [...path, key]));
  return Array.isArray(value) ? inner : [path, ...inner];
}

type Json = { [key: string]: Json };

function at(value: Json, path: readonly string[]): Json {
  return path.reduce((part, key) => part[key]!, value);
}

/** Names of versions are free: only their values are checked. */
const FREE = "provenance/versions";

for (const name of ["ok.json", "failed.json"]) {
  Deno.test(`parseRecord() refuses ${name} without any one of its fields`, () => {
    const paths = objectsIn(JSON.parse(fixture(name))).filter((path) => path.join("/") !== FREE);
    let tried = 0;
    for (const path of paths) {
      for (const key of Object.keys(at(JSON.parse(fixture(name)), path))) {
        const value = JSON.parse(fixture(name));
        delete at(value, path)[key];
        const where = [...path, key].join(".");
        assert.throws(
          () => parseRecord(JSON.stringify(value), name),
          { name: "StoreError" },
          where,
        );
        tried++;
      }
    }
    assert.ok(tried > 25, `${tried} fields were tried`);
  });

  Deno.test(`parseRecord() refuses ${name} with any one field more`, () => {
    const paths = objectsIn(JSON.parse(fixture(name))).filter((path) => path.join("/") !== FREE);
    for (const path of paths) {
      const value = JSON.parse(fixture(name));
      at(value, path)["more"] = {};
      assert.throws(
        () => parseRecord(JSON.stringify(value), name),
        { name: "StoreError", message: /Unrecognized key: "more"/ },
        path.join("."),
      );
    }
    assert.ok(paths.length >= 5);
  });
}

Deno.test("recordSchema takes no score that is not finite", () => {
  const value = JSON.parse(fixture("ok.json"));
  for (const score of [NaN, Infinity, -Infinity]) {
    assert.equal(
      recordSchema.safeParse({ ...value, result: { ...value.result, score } }).success,
      false,
    );
  }
});

Deno.test("recordSchema takes a loss, an encoder's artifacts and a head's encoder, in their forms only", () => {
  const value = JSON.parse(fixture("ok.json"));
  const takes = (changes: object, c = value.case) =>
    recordSchema.safeParse({ ...value, case: c, result: { ...value.result, ...changes } }).success;
  const encoder = { model: "vae", latents: 2, labels: null, seed: 0 };
  const artifact = { name: "test-embeddings", shape: [10_000, 2], sha256: "a".repeat(64) };
  assert.ok(takes({ metric: "loss", score: 58.8361, artifacts: [artifact] }, encoder));
  assert.equal(takes({ metric: "loss" }), false);
  for (const score of [90.5, -0.1, 1e308]) assert.equal(takes({ score }), false);
  assert.equal(takes({ metric: "accuracy" }, encoder), false);
  assert.ok(takes({ encoder: "b".repeat(64) }));
  assert.ok(takes({ artifacts: [] }));
  for (
    const changes of [
      { metric: "error" },
      { encoder: "b".repeat(63) },
      { encoder: null },
      { artifacts: [{ ...artifact, name: "../test" }] },
      { artifacts: [{ ...artifact, name: "" }] },
      { artifacts: [{ ...artifact, name: "a".repeat(41) }] },
      { artifacts: [{ ...artifact, shape: [] }] },
      { artifacts: [{ ...artifact, shape: [1, 2, 3, 4, 5] }] },
      { artifacts: [{ ...artifact, shape: [1.5] }] },
      { artifacts: [{ ...artifact, sha256: "A".repeat(64) }] },
      { artifacts: [{ ...artifact, path: "x" }] },
      { artifacts: Array(11).fill(artifact) },
    ]
  ) {
    assert.equal(takes(changes), false, JSON.stringify(changes).slice(0, 80));
  }
});

Deno.test("parseRecord() refuses a case that cannot be named", () => {
  const value = JSON.parse(fixture("failed.json"));
  const impossible = [
    { model: "fc", latents: 20, labels: 2000 },
    { model: "fc", latents: null, labels: null },
    { model: "vae", latents: null, labels: 2000 },
    { model: "vae", latents: 1025, labels: null },
    { model: "wide-vae", latents: 20, labels: null },
  ];
  for (const c of impossible) {
    assert.throws(
      () => parseRecord(JSON.stringify({ ...value, case: { ...c, seed: 0 } }), "here"),
      {
        name: "StoreError",
        message: /\(case: there is no such case\)/,
      },
    );
  }
});

interface JsonSchema {
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly const?: unknown;
}

/** The fields of a schema, from the outside in; `?` marks those that may be missing. */
function fieldsOf(schema: JsonSchema, path = ""): string[] {
  const { properties = {}, required = [], items, oneOf = [], anyOf = [] } = schema;
  return [
    ...[...oneOf, ...anyOf].flatMap((one) => fieldsOf(one, path)),
    ...items ? fieldsOf(items, `${path}[]`) : [],
    ...Object.entries(properties).flatMap(([name, field]) => {
      const here = `${path}${path && "."}${name}${required.includes(name) ? "" : "?"}`;
      return [here, ...fieldsOf(field, here)];
    }),
  ];
}

for (const version of [1, 2]) {
  Deno.test(`the fields of records of version ${version}, which is released, do not change`, () => {
    const { oneOf } = z.toJSONSchema(recordSchema) as JsonSchema;
    const [schema] = oneOf!.filter((one) =>
      one.oneOf!.every(({ properties }) => properties!.schemaVersion!.const === version)
    );
    const fields = JSON.parse(Deno.readTextFileSync(RELEASED_FIELDS));
    assert.deepEqual([...new Set(fieldsOf(schema!))], fields[version]);
  });
}
