import assert from "node:assert/strict";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { summarizeRun } from "./run_summary.ts";

Deno.test("summarizeRun() says what all cases share once, without a count", () => {
  const found = summarizeRun(plausibleInput().cases);
  assert.deepEqual(found.machines, [
    "Intel(R) Xeon(R) Processor @ 2.70GHz, 2 cores, linux x86_64",
  ]);
  assert.deepEqual(found.engines, ["exact, wasm, 1 thread"]);
});

Deno.test("summarizeRun() names each of two machines with its number of cases", () => {
  const [first, ...rest] = plausibleInput().cases;
  const { record } = first!;
  if (record === null) throw new Error("Cannot test: the case has no record");
  const { provenance } = record;
  const other = {
    ...first!,
    record: {
      ...record,
      provenance: {
        ...provenance,
        seconds: provenance.seconds + 10,
        machine: { os: "darwin", arch: "aarch64", cpu: null, cores: 8 },
      },
    },
  };
  const found = summarizeRun([other, ...rest]);
  assert.deepEqual(found.machines, [
    "unknown processor, 8 cores, darwin aarch64 (1 case)",
    "Intel(R) Xeon(R) Processor @ 2.70GHz, 2 cores, linux x86_64 (7 cases)",
  ]);
  const before = summarizeRun([first!, ...rest]).seconds;
  assert.ok(Math.abs(found.seconds - before - 10) < 1e-9);
});

Deno.test("summarizeRun() has no start where there is no record", () => {
  const input = plant(plausibleInput(), "fc@250#0", "missing");
  const { records, started } = summarizeRun(input.cases.slice(0, 1));
  assert.deepEqual([records, started], [0, null]);
});
