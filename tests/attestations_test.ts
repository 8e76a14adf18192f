/** The published attestations: each is of published digests, and two are made again here. */
import assert from "node:assert/strict";
import { readPublished, REFERENCE } from "../src/checks/check_store.ts";
import { drawStrokes, STROKES_SHA256 } from "../src/data/strokes.ts";
import { compileKernels, readKernelBytes } from "../src/engines/exact/kernels.ts";
import { ExactEngine } from "../src/engines/exact/exact_engine.ts";
import { formatCase, parseCase } from "../src/matrix/case.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { runCase } from "../src/runner/run_case.ts";
import { attest } from "../src/store/attest.ts";

const ATTESTATIONS = await REFERENCE.readAttestations();
const { records, heads } = await readPublished();

/** The published digests, by dataset and case. */
const PUBLISHED = new Map([
  ...records.flatMap(({ record }) =>
    record.status === "ok" && record.engine === "exact"
      ? [[`${record.dataset.sha256} ${formatCase(record.case)}`, record.result.digests] as const]
      : []
  ),
  ...(heads?.heads ?? []).map((head) =>
    [`${heads!.dataset.sha256} ${formatCase(head.case)}`, head.digests] as const
  ),
]);

Deno.test("every attestation is of a published case, and of its digests", () => {
  assert.ok(ATTESTATIONS.length > 0);
  for (const { case: name, dataset, digests } of ATTESTATIONS) {
    const published = PUBLISHED.get(`${dataset.sha256} ${name}`);
    assert.ok(published, `${name} on ${dataset.name} is not published`);
    const { weights, outputs } = published;
    assert.deepEqual(digests, { weights, outputs }, name);
  }
});

Deno.test("attestations are from every build that the README names, by two compilers or more", () => {
  const builds = new Set(ATTESTATIONS.map(({ build }) => build));
  const expected = ["wasm", "wasm-emulated", "native-avx2", "native-avx512", "native-neon"];
  assert.deepEqual(expected.filter((build) => !builds.has(build)), []);
  const compilers = ATTESTATIONS.flatMap(({ build, compiler }) =>
    build === "native-avx512" ? [compiler] : []
  );
  assert.ok(new Set(compilers).size >= 2, [...new Set(compilers)].join());
});

for (const build of ["wasm", "wasm-emulated"] as const) {
  Deno.test(`fc@250#0 on strokes by ${build} is attested again`, async () => {
    const kernels = await compileKernels(build, await readKernelBytes());
    const dataset = { name: "strokes", sha256: STROKES_SHA256, splits: drawStrokes() } as const;
    const c = { ...parseCase("fc@250"), seed: 0 };
    assert.ok(kernels !== null);
    const engine = new ExactEngine(kernels, 1, 0);
    const { record } = await runCase(c, dataset, engine, await captureEnvironment());
    assert.ok(record.status === "ok");
    const mine = await attest(record);
    const theirs = ATTESTATIONS.filter((entry) =>
      entry.case === mine.case && entry.build === build && entry.dataset.name === "strokes"
    );
    assert.ok(theirs.length > 0, `nothing attests ${mine.case} by ${build}`);
    for (const entry of theirs) assert.deepEqual(entry.digests, mine.digests);
  });
}
