/** A page of published records for tests, some of which independent runs have repeated. */
import type { CheckedCase } from "../../../../checks/verdict.ts";
import type { Attestation } from "../../../../store/attest.ts";
import type { ReportInput } from "../../../input.ts";
import { fakeDigest } from "../../../testdata/fake_record.ts";

type Run = Partial<Pick<Attestation, "build" | "compiler" | "platform" | "runtime" | "date">>;

/** The runs that repeated a case: every kind of build, a browser, and a long name of a compiler. */
export const RUNS: readonly Run[] = [
  { build: "wasm", date: "2026-11-27" },
  { build: "wasm-emulated" },
  { build: "native-avx2", compiler: "cc (Debian 12.2.0-14+deb12u1) 12.2.0" },
  { build: "native-avx2", compiler: "clang version 22.1.8" },
  {
    build: "native-neon",
    compiler: "clang version 22.1.8",
    platform: { os: "linux", arch: "aarch64" },
    runtime: "Deno 2.9.6, V8 15.0.245.2-rusty, under qemu-aarch64 7.2.22",
  },
  { build: "wasm", runtime: "Firefox 153" },
];

/** The input with all of its cases published, and the runs that repeated them by case id. */
export function published(
  input: ReportInput,
  repeatedBy: { readonly [id: string]: readonly Run[] },
): ReportInput {
  return {
    ...input,
    profile: null,
    selection: null,
    cases: input.cases.map((c) => ({
      ...c,
      reference: null,
      attested: {
        repeatedBy: (repeatedBy[c.id] ?? []).map((run) => entryOf(c, run)),
        contradictions: [],
      },
    })),
  };
}

function entryOf({ id, record }: CheckedCase, run: Run): Attestation {
  if (record?.status !== "ok") throw new Error(`Cannot attest ${id}: it has no result`);
  return {
    case: id,
    dataset: { name: "strokes", sha256: record.dataset.sha256 },
    engine: "exact",
    numericVersion: 1,
    digests: record.result.digests,
    build: "wasm",
    compiler: null,
    kernels: fakeDigest("kernels"),
    sources: null,
    platform: { os: "linux", arch: "x86_64" },
    runtime: "Deno 2.9.6, V8 15.0.245.2-rusty",
    date: "2026-11-28",
    seal: fakeDigest(JSON.stringify([id, run])),
    ...run,
  };
}
