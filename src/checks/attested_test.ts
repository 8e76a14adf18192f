import assert from "node:assert/strict";
import { okCase } from "../../tests/scripted_world.ts";
import { attest, type Attestation, seal, UNKNOWN } from "../store/attest.ts";
import type { OkRecord, Provenance } from "../store/record.ts";
import { attestedBy, countAttested, isIndependent, isSameRun, sayAttested } from "./attested.ts";

const VERSIONS = { deno: "2.9.6", v8: "15.0.245.2-rusty" };
const RECORD = await ranOn({ versions: VERSIONS });
const OWN = await attest(RECORD);

async function ranOn(provenance: Partial<Provenance>): Promise<OkRecord> {
  const { record } = await okCase("fc@250#0");
  return { ...record, provenance: { ...record.provenance, ...provenance } };
}

async function other(changes: Partial<Attestation>): Promise<Attestation> {
  const { seal: _, ...entry } = { ...OWN, ...changes };
  return await seal(entry);
}

Deno.test("isIndependent() does not take a record's own run for another one", () => {
  assert.equal(isIndependent(OWN, RECORD.provenance), false);
});

Deno.test("isIndependent() wants another build, platform, runtime or day, and nothing else does", async () => {
  const elsewhere: readonly Partial<Attestation>[] = [
    { build: "wasm-emulated" },
    { kernels: "f".repeat(64) },
    { platform: { os: "darwin", arch: "x86_64" } },
    { platform: { os: "linux", arch: "aarch64" } },
    { runtime: "Firefox 153" },
    { runtime: `${OWN.runtime}, under qemu-aarch64 7.2.22` },
    { date: "2026-02-01" },
  ];
  for (const change of elsewhere) {
    const [[field]] = Object.entries(change) as [[string, unknown]];
    assert.equal(isIndependent(await other(change), RECORD.provenance), true, field);
  }
  const same = { compiler: "clang", sources: null, engine: "exact", case: "fc@250#0" } as const;
  assert.equal(isIndependent(await other(same), RECORD.provenance), false);
});

Deno.test("isIndependent() takes what is unknown for the same", async () => {
  const platform = { os: "linux", arch: null } as unknown as Attestation["platform"];
  assert.equal(isIndependent({ ...OWN, platform }, RECORD.provenance), false);
  const untold = { platform: { os: UNKNOWN, arch: UNKNOWN } };
  assert.equal(isIndependent(await other(untold), RECORD.provenance), false);
  const without = await ranOn({ versions: {}, kernels: null });
  assert.equal(isIndependent(OWN, without.provenance), false);
});

Deno.test("isIndependent() knows the browser that made a record", async () => {
  const record = await ranOn({ versions: { browser: "Firefox 153" } });
  assert.equal(isIndependent(await attest(record), record.provenance), false);
  assert.equal(isIndependent(await other({ runtime: "Firefox 154" }), record.provenance), true);
});

Deno.test("isSameRun() goes by the start, whatever else was edited", async () => {
  assert.equal(isSameRun(RECORD, await ranOn({ seconds: 99, backend: "other" })), true);
  assert.equal(isSameRun(RECORD, await ranOn({ startedAt: "2026-01-31T12:00:00.001Z" })), false);
});

Deno.test("attestedBy() counts independent runs once each, and never the record's own", async () => {
  const emulated = await other({ build: "wasm-emulated" });
  const entries = [OWN, emulated, emulated, await other({ date: "2026-02-01" })];
  const { repeatedBy, contradictions } = attestedBy(RECORD.result, RECORD.provenance, entries);
  assert.deepEqual(repeatedBy.map(({ build, date }) => [build, date]), [
    ["wasm-emulated", "2026-01-31"],
    ["wasm", "2026-02-01"],
  ]);
  assert.deepEqual(contradictions, []);
});

Deno.test("attestedBy() names the entry that contradicts, be it of the record's own run", async () => {
  for (const part of ["weights", "outputs"] as const) {
    const digests = { ...OWN.digests, [part]: "0".repeat(64) };
    const entries = [await other({ digests, platform: { os: "linux", arch: "x86_64" } })];
    assert.deepEqual(attestedBy(RECORD.result, RECORD.provenance, entries), {
      repeatedBy: [],
      contradictions: [
        "the attestation of wasm, linux x86_64, Deno 2.9.6, V8 15.0.245.2-rusty, 2026-01-31 " +
        `contradicts it: the ${part} have digest 000000000000, the record has ` +
        RECORD.result.digests[part].slice(0, 12),
      ],
    });
  }
  assert.match(
    attestedBy(null, null, [OWN]).contradictions.join(),
    /^the attestation of wasm, .* is of a case that is not published$/,
  );
});

Deno.test("countAttested() counts cases, builds, platforms and runtimes; sayAttested() says it", async () => {
  const of = (...entries: readonly Attestation[]) => ({
    attested: attestedBy(RECORD.result, RECORD.provenance, entries),
  });
  const gcc = await other({ build: "native-avx2", compiler: "gcc" });
  const clang = await other({ build: "native-avx2", compiler: "clang" });
  const firefox = await other({ runtime: "Firefox 153" });
  assert.equal(countAttested([{ attested: null }]), null);
  const count = countAttested([of(gcc, clang, OWN), of(OWN), of(firefox, gcc), { attested: null }]);
  assert.deepEqual(count, { published: 3, repeated: 2, builds: 3, platforms: 1, runtimes: 2 });
  assert.equal(
    sayAttested(count!),
    "2 of 3 published cases were repeated bit for bit by 3 builds",
  );
  const said = (...cases: { attested: ReturnType<typeof attestedBy> }[]) =>
    sayAttested(countAttested(cases)!);
  assert.equal(
    said(of(gcc), of(gcc)),
    "All 2 published cases were repeated bit for bit by 1 build",
  );
  assert.equal(said(of(OWN), of()), "No other run has repeated any of the 2 published cases yet");
  assert.equal(said(of(gcc)), "The one published case was repeated bit for bit by 1 build");
  assert.equal(said(of(OWN)), "No other run has repeated the one published case yet");
});
