/** Records for tests: what every case that ran leaves, with made-up digests. */
import { type Case, dependencyOf, formatCase, isEncoder, metricOf } from "../../matrix/case.ts";
import type { OkRecord } from "../../store/record.ts";

type Result = OkRecord["result"];
type Provenance = OkRecord["provenance"];

/** The record of a case, of its results and of where it ran what is not the same for every case. */
export function fakeRecord(
  c: Case,
  dataset: OkRecord["dataset"],
  result: Pick<Result, "score" | "validationScore" | "bestEpoch" | "curve">,
  provenance: Pick<Provenance, "backend" | "machine" | "startedAt" | "seconds">,
): OkRecord {
  const id = formatCase(c);
  const encoder = dependencyOf(c);
  return {
    schemaVersion: 1,
    case: c,
    dataset,
    engine: "exact",
    numericVersion: 1,
    status: "ok",
    result: {
      metric: metricOf(c),
      ...result,
      epochs: result.curve.length,
      digests: { weights: fakeDigest(`${id} weights`), outputs: fakeDigest(`${id} outputs`) },
      ...encoder !== null && { encoder: fakeDigest(`${formatCase(encoder)} weights`) },
      ...isEncoder(c) && {
        artifacts: [{
          name: "test-embeddings",
          shape: [10_000, c.latents!],
          sha256: fakeDigest(`${id} embeddings`),
        }],
      },
    },
    provenance: {
      plan: fakeDigest("plan"),
      kernels: fakeDigest("kernels"),
      commit: fakeDigest("commit").slice(0, 40),
      versions: { deno: "2.9.6", v8: "15.0.245.2", latentbench: "0.1.0" },
      threads: 1,
      ...provenance,
    },
  };
}

/** A 64-digit hexadecimal string that looks like a digest and repeats for the same text. */
export function fakeDigest(text: string): string {
  let digits = "";
  for (let block = 0; block < 8; block++) {
    let hash = 0x811c9dc5 ^ block;
    for (const char of `${block}/${text}`) {
      hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
      hash ^= hash >>> 15;
    }
    digits += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return digits;
}
