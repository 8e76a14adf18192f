import assert from "node:assert/strict";
import { scriptedRecord, ScriptedWorld } from "../../tests/scripted_world.ts";
import { KINDS, PLAN } from "../checks/experiment/analysis.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { ORIGINAL } from "../matrix/case.ts";
import { formatPackedHeads, PACKED_HEADS_FILE, packHead } from "../store/packed_heads.ts";
import type { OkRecord } from "../store/record.ts";
import { Store } from "../store/store.ts";
import { EXIT } from "./exit_codes.ts";

/** What the VAE's even heads lose, and the AE's raw heads, beside deviations by seed. */
function scoreOf(kind: string, reading: string | null, seed: number, draw: number): number {
  const cost = kind === "vae" && reading === "even"
    ? 100
    : kind === "ae" && reading === null
    ? 250
    : 0;
  return (9500 - cost + (7 * seed + 3 * draw) % 11 + (seed * kind.length) % 5) / 10_000;
}

/** The primary heads of some seeds, as records. */
async function primaryHeads(seeds: number): Promise<OkRecord[]> {
  const records: OkRecord[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    for (const model of KINDS) {
      for (const reading of [null, "even"] as const) {
        for (let draw = 1; draw <= PLAN.draws; draw++) {
          const axes = { latents: 20, labels: 2000, reading, draw, seed };
          const record = await scriptedRecord(
            { ...ORIGINAL, model, ...axes },
            { score: scoreOf(model, reading, seed, draw) },
          );
          if (record.status === "ok") records.push(record);
        }
      }
    }
  }
  return records;
}

const HEADS = await primaryHeads(12);

async function answerOf(
  records: readonly OkRecord[],
  packed: readonly OkRecord[],
  ...args: string[]
) {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  for (const record of records) await store.write(record);
  if (packed.length > 0) {
    const { dataset } = packed[0]!;
    const text = formatPackedHeads({ dataset, heads: packed.map(packHead) });
    await store.writePage(PACKED_HEADS_FILE, text);
  }
  const world = new ScriptedWorld();
  const code = await world.call(
    "answer",
    "--dataset",
    "strokes",
    "--results",
    folder.path,
    ...args,
  );
  return { code, out: world.out, err: world.err };
}

Deno.test("answer says the same of records and of packed heads", async () => {
  const fromRecords = await answerOf(HEADS, []);
  const fromPacked = await answerOf([], HEADS);
  assert.equal(fromRecords.code, EXIT.ok, fromRecords.err);
  assert.equal(fromPacked.out, fromRecords.out);
  assert.match(fromRecords.out, /vae - lae, even +12 +-\d\.\d\d pp/);
  assert.match(fromRecords.out, /^H2 +supported/m);
  assert.match(
    fromRecords.out,
    /heads on the VAE's means score lower than heads on the linear AE's codes/,
  );
  assert.doesNotMatch(fromRecords.out, /interim/);
});

Deno.test("answer says that fewer than 12 triples are interim, and ends with 75 below 6", async () => {
  const six = await answerOf([], HEADS.filter(({ case: c }) => c.seed < 6));
  assert.equal(six.code, EXIT.ok);
  assert.match(six.out, /\(interim: 6 of 12 planned triples\)/);
  const five = await answerOf([], HEADS.filter(({ case: c }) => c.seed < 5));
  assert.equal(five.code, EXIT.incomplete);
  assert.match(
    five.out,
    /Nothing is concluded yet: 5 of 12 triples of encoders are whole, and 6 are/,
  );
  assert.doesNotMatch(five.out, /Primary contrasts, paired/);
});

Deno.test("answer --json holds every figure in full", async () => {
  const { out } = await answerOf([], HEADS, "--json");
  const { experiment, conclusions } = JSON.parse(out);
  assert.equal(experiment.primary.length, 3);
  assert.ok(Math.abs(experiment.primary[1].mean + 0.01) < 0.002);
  assert.equal(conclusions.hypotheses.length, 6);
});

Deno.test("answer says what was measured of VAEs with another weight of the KL term", async () => {
  const encoders = await Promise.all([0, 1].map((seed) =>
    scriptedRecord(
      { ...ORIGINAL, model: "mild-vae", latents: 20, labels: null, seed },
      { score: 90 },
    )
  ));
  const { out } = await answerOf(encoders.filter((record) => record.status === "ok"), []);
  assert.match(out, /^measurement +ae +vae +lae +mild-vae +strict-vae$/m);
  assert.match(out, /^share of positive codes +- +- +- +0\.5000 +-$/m);
  assert.match(out, /^3: mild-vae20 and strict-vae20, seeds 0 to 2 +0 +6$/m);
});
