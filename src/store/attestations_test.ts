import assert from "node:assert/strict";
import { okCase } from "../../tests/scripted_world.ts";
import { attest, type Attestation, formatAttestations } from "./attest.ts";
import { parseAttestations } from "./attestations.ts";

const { record } = await okCase("even-ae20@2000.1#0");
const ENTRY = await attest(record);
const NATIVE = await attest(
  { ...record, provenance: { ...record.provenance, backend: "native-avx2" } },
  { compiler: "gcc (Debian 14.2.0) 14.2.0", runtimeNote: "under qemu 7.2" },
);
const TEXT = formatAttestations([ENTRY, NATIVE]);

Deno.test("an attestation says what was repeated, by what, where and when", () => {
  const { seal: _, ...entry } = ENTRY;
  assert.deepEqual(entry, {
    case: "even-ae20@2000.1#0",
    dataset: record.dataset,
    engine: "exact",
    numericVersion: 1,
    digests: {
      weights: record.result.digests.weights,
      outputs: record.result.digests.outputs,
    },
    build: "wasm",
    compiler: null,
    kernels: record.provenance.kernels,
    sources: null,
    platform: { os: record.provenance.machine.os, arch: record.provenance.machine.arch },
    runtime: `Deno ${record.provenance.versions["deno"]}, V8 ${record.provenance.versions["v8"]}`,
    date: "2026-01-31",
  });
});

Deno.test("an attestation names the compiler, and what the runtime cannot see", () => {
  assert.equal(NATIVE.compiler, "gcc (Debian 14.2.0) 14.2.0");
  assert.equal(NATIVE.runtime, `${ENTRY.runtime}, under qemu 7.2`);
});

Deno.test("parseAttestations() reads what formatAttestations() wrote, one entry per line", async () => {
  assert.deepEqual(await parseAttestations(TEXT, "here"), [ENTRY, NATIVE]);
  assert.deepEqual(await parseAttestations(formatAttestations([]), "here"), []);
  assert.equal(TEXT.trim().split("\n").length, 4);
});

/** Other values of each field, all of the right form. */
const EDITS: { readonly [field in keyof Attestation]: unknown } = {
  case: "even-ae20@2000.1#1",
  dataset: { ...ENTRY.dataset, sha256: "0".repeat(64) },
  engine: "tfjs-node",
  numericVersion: 2,
  digests: { ...ENTRY.digests, outputs: "0".repeat(64) },
  build: "native-neon",
  compiler: "clang",
  kernels: "0".repeat(64),
  sources: "0".repeat(64),
  platform: { os: "darwin", arch: "aarch64" },
  runtime: "Safari 27",
  date: "2026-02-01",
  seal: "0".repeat(64),
};

for (const [field, value] of Object.entries(EDITS)) {
  Deno.test(`parseAttestations() refuses an entry whose ${field} was edited`, async () => {
    const edited = formatAttestations([NATIVE, { ...ENTRY, [field]: value }]);
    await assert.rejects(parseAttestations(edited, "a/file.json"), {
      name: "StoreError",
      message: /^Cannot use the attestations in a\/file\.json: the entry of .* was edited; /,
    });
  });
}

Deno.test("parseAttestations() refuses other files, and fields that it does not know", async () => {
  const texts = [
    "{",
    "null",
    TEXT.replace('"schemaVersion":1', '"schemaVersion":2'),
    formatAttestations([{ ...ENTRY, more: 1 } as Attestation]),
    formatAttestations([{ ...ENTRY, case: "fc@250" }]),
    formatAttestations([{ ...ENTRY, date: "yesterday" }]),
  ];
  for (const text of texts) {
    await assert.rejects(parseAttestations(text, "it"), { name: "StoreError" }, text.slice(0, 60));
  }
});

Deno.test("attest() refuses a run of other images, and one without kernels", async () => {
  const other = { ...record, dataset: { name: "idx" as const, sha256: "0".repeat(64) } };
  await assert.rejects(attest(other), { name: "TypeError" });
  const bare = { ...record, provenance: { ...record.provenance, kernels: null } };
  await assert.rejects(attest(bare), { name: "TypeError" });
});
