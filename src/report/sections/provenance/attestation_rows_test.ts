import assert from "node:assert/strict";
import { plausibleInput } from "../../testdata/plausible_input.ts";
import { attestationRows } from "./attestation_rows.ts";
import { published, RUNS } from "./testdata/published_input.ts";

const [FIRST, SECOND, , , NEON, FIREFOX] = RUNS as Required<typeof RUNS>;

Deno.test("attestationRows() has a row per build, compiler, platform and runtime", () => {
  const { cases } = published(plausibleInput(), { "fc@250#0": RUNS });
  assert.deepEqual(
    attestationRows(cases).map((row) => [row.build, row.compiler, row.platform, row.runtime]),
    [
      [
        "native-avx2",
        "cc (Debian 12.2.0-14+deb12u1) 12.2.0",
        "linux x86_64",
        "Deno 2.9.6, V8 15.0.245.2-rusty",
      ],
      ["native-avx2", "clang version 22.1.8", "linux x86_64", "Deno 2.9.6, V8 15.0.245.2-rusty"],
      ["native-neon", "clang version 22.1.8", "linux aarch64", NEON!.runtime],
      ["wasm", null, "linux x86_64", "Deno 2.9.6, V8 15.0.245.2-rusty"],
      ["wasm", null, "linux x86_64", "Firefox 153"],
      ["wasm-emulated", null, "linux x86_64", "Deno 2.9.6, V8 15.0.245.2-rusty"],
    ],
  );
  assert.deepEqual(attestationRows(plausibleInput().cases), []);
});

Deno.test("attestationRows() counts a case once, and has the first and the last day", () => {
  const again = { ...FIRST, date: "2026-12-24" };
  const { cases } = published(plausibleInput(), {
    "fc@250#0": [again, FIRST!],
    "fc@500#0": [FIRST!, SECOND!],
    "fc@1000#0": [FIREFOX!],
  });
  const [wasm] = attestationRows(cases);
  assert.deepEqual([wasm!.cases, wasm!.first, wasm!.last], [
    ["fc@250#0", "fc@500#0"],
    "2026-11-27",
    "2026-12-24",
  ]);
});
