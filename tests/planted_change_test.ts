/**
 * A record of which one field was changed turns check, merge, verify and the page red. Elsewhere that
 * holds for every field, since the published record has another value. In the published folder itself
 * there is nothing to compare with, so it holds for what bands, the record's other fields and
 * attestations can tell; the last tests say which fields those are.
 * @module
 */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { checkStore, readPublished } from "../src/checks/check_store.ts";
import { differencesOf } from "../src/checks/compare_results.ts";
import { temporaryFolder } from "../src/data/test_files.ts";
import { STROKES_SHA256 } from "../src/data/strokes.ts";
import { dependencyOf, formatCase } from "../src/matrix/case.ts";
import { attest, type Attestation, seal } from "../src/store/attest.ts";
import type { OkRecord } from "../src/store/record.ts";
import { recordSchema, toStored } from "../src/store/record_schema.ts";
import { recordFileName, Store } from "../src/store/store.ts";
import { caseOf } from "./helpers/case_of.ts";
import { changedAt, leavesOf, type Path, withValue } from "./helpers/planted_change.ts";
import { PUBLISHED, scriptedCase, ScriptedWorld } from "./scripted_world.ts";

/** The record that a run of the scripted world makes of a case. */
async function scripted(name: string): Promise<OkRecord> {
  const c = caseOf(name);
  const encoder = dependencyOf(c);
  const weights = encoder === null ? undefined : (await scripted(`${name.split("@")[0]}#0`))
    .result.digests.weights;
  const score = encoder === null ? 58.8361 : 0.9;
  const { record } = await scriptedCase(c, { score }, undefined, weights);
  assert.ok(record.status === "ok");
  return record;
}

const HEAD = await scripted("ae20@2000#0");
const ENCODER = await scripted("vae20#0");

/** The record of another run. */
function ofAnotherRun(record: OkRecord): OkRecord {
  return withValue(record, ["provenance", "startedAt"], "2026-03-01T08:00:00.000Z");
}

/** Writes a record under the name of another one, or its own, without a look at it. */
async function place(folder: string, record: OkRecord, name = record): Promise<string> {
  const path = `${folder}/records/${await recordFileName(name)}`;
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(toStored(record)));
  return path;
}

/** What each command makes of a planted record, where the published one is as it was. */
async function commandsOn(planted: OkRecord, published: OkRecord) {
  const folder = await temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  const path = await place(at("mine"), planted, published);
  await place(at("shard"), published);
  const records = [{ file: await recordFileName(published), record: published }];
  const world = new ScriptedWorld({ published: { bands: PUBLISHED.bands, records } });
  const said: { [command: string]: string } = {};
  for (
    const [command, ...args] of [
      ["check", "--results", at("mine")],
      ["merge", at("shard"), "--results", at("mine")],
      ["verify", path],
    ] as const
  ) {
    const code = await world.call(command, ...args);
    said[command] = `${code}: ${world.out}${world.err}`;
  }
  return { said, world, results: at("mine"), [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

/** A path with what tells apart only places in lists left out. */
function kindOf(path: Path): string {
  return path.filter((key) => !/^\d+$/.test(key)).join(".");
}

function isRecord(record: OkRecord): boolean {
  return recordSchema.safeParse(toStored(record)).success;
}

for (const published of [HEAD, ENCODER]) {
  const { result } = published;
  for (const [kind, paths] of Map.groupBy(leavesOf(result), kindOf)) {
    // The name of a tensor says which one is compared.
    if (kind === "artifacts.name") continue;
    Deno.test(`a change of ${kind} in a run of ${published.case.model} turns all red`, async () => {
      for (const path of paths) {
        const planted = ofAnotherRun(changedAt(published, ["result", ...path]));
        await using ran = await commandsOn(planted, published);
        if (!isRecord(planted)) {
          for (const [command, text] of Object.entries(ran.said)) {
            assert.match(text, /^3: .*Cannot use the record .*records\//s, command);
          }
          const { results } = ran;
          assert.equal(await ran.world.call("report", "--results", results), 3);
          await assert.rejects(Deno.stat(`${results}/strokes.html`), Deno.errors.NotFound);
          continue;
        }
        const [difference] = differencesOf(result, planted.result);
        const field = difference!.field.replace(/^digests\./, "");
        for (const [command, text] of Object.entries(ran.said)) {
          assert.ok(
            text.startsWith("1: ") && text.includes(field),
            `${command}, ${field}: ${text}`,
          );
        }
        // A page per kind of field is enough: it says what check says.
        if (path !== paths[0]) continue;
        const { results } = ran;
        assert.equal(await ran.world.call("report", "--results", results), 0);
        const html = await Deno.readTextFile(`${results}/strokes.html`);
        const top = html.slice(html.indexOf('<section id="overview"'), html.indexOf("</h1>"));
        assert.match(top, /class="verdict bad".*The one case differs from the published result\.$/);
        assert.match(html, new RegExp(`<ul class="attention">.*≠.*The ${field} `, "s"));
      }
    });
  }
}

Deno.test("a change of any field of the case turns all red", async () => {
  const changes = {
    model: "wide-ae",
    latents: 5,
    labels: 250,
    seed: 1,
    unlabelled: 5000,
    reading: "even",
    draw: 3,
  };
  assert.deepEqual(Object.keys(changes).sort(), Object.keys(HEAD.case).sort());
  for (const [field, value] of Object.entries(changes)) {
    const planted = ofAnotherRun(withValue(HEAD, ["case", field], value));
    assert.ok(isRecord(planted), field);
    await using ran = await commandsOn(planted, HEAD);
    const { verify, ...others } = ran.said;
    for (const [command, text] of Object.entries(others)) {
      assert.match(text, /^3: .*it holds \S+ and belongs into/s, `${command} ${field}`);
    }
    assert.match(verify!, /^1: .*DIFFERS from its record/s, field);
    assert.equal(await ran.world.call("report", "--results", ran.results), 3, field);
  }
});

Deno.test("a record that takes the name of another published case is compared with that one", async () => {
  await using folder = await temporaryFolder();
  const other = await scripted("ae20@250#0");
  const planted = ofAnotherRun({ ...HEAD, case: other.case });
  await place(folder.path, planted);
  const records = [{ file: await recordFileName(other), record: other }];
  const world = new ScriptedWorld({ published: { bands: PUBLISHED.bands, records } });
  assert.equal(await world.call("check", "--results", folder.path), 1);
  assert.match(world.out, /^ae20@250#0: the weights have digest /m);
});

const REAL = await readPublished();

/** The published record of a case of `strokes`. */
function realRecord(name: string): OkRecord {
  const found = REAL.records.map(({ record }) => record).find((record) =>
    record.dataset.sha256 === STROKES_SHA256 && record.engine === "exact" &&
    formatCase(record.case) === name
  );
  assert.ok(found?.status === "ok", name);
  return found;
}

/** An entry of a run by another build that came to a record's digests. */
async function byAnotherBuild(record: OkRecord): Promise<Attestation> {
  const { seal: _, ...entry } = await attest(record);
  return await seal({ ...entry, build: "wasm-emulated" });
}

/** The published folder after an edit: the verdict on the edited record, which is published as it is. */
async function verdictInPlace(edited: OkRecord, original: OkRecord): Promise<string> {
  if (!isRecord(edited)) return "refused";
  const stored = { file: await recordFileName(edited), record: edited };
  const others = REAL.records.filter(({ record }) => record !== original);
  const [checked] = checkStore([], "exact", [stored], { sha256: STROKES_SHA256 }, {
    ...REAL,
    records: [...others, stored],
    attestations: [await byAnotherBuild(original)],
  });
  return checked!.verdict;
}

/** Kinds of fields of which every change in place, or some change, goes unseen. */
async function unseenIn(name: string) {
  const original = realRecord(name);
  const seen = new Map<string, { readonly path: Path; readonly verdict: string }[]>();
  assert.equal(await verdictInPlace(original, original), "pass");
  for (const path of leavesOf(original.result)) {
    const verdict = await verdictInPlace(changedAt(original, ["result", ...path]), original);
    seen.set(kindOf(path), [...seen.get(kindOf(path)) ?? [], { path, verdict }]);
  }
  const isUnseen = ({ verdict }: { verdict: string }) => verdict === "pass";
  return {
    always: [...seen].filter(([, all]) => all.every(isUnseen)).map(([kind]) => kind).sort(),
    never: [...seen].filter(([, all]) => !all.some(isUnseen)).map(([kind]) => kind).sort(),
    bestEpoch:
      seen.get("curve.validationScore")!.find(({ path }) =>
        Number(path[1]) === original.result.bestEpoch - 1
      )!.verdict,
  };
}

Deno.test("in the published folder attestations and a record's own fields tell a classifier's edit", async () => {
  const { always, never, bestEpoch } = await unseenIn("fc@250#0");
  assert.deepEqual(never, [
    "bestEpoch",
    "curve.epoch",
    "digests.outputs",
    "digests.predictions",
    "digests.weights",
    "epochs",
    "metric",
    "predictions",
    "score",
    "validationScore",
  ]);
  assert.equal(bestEpoch, "differs");
  // Who runs the case again sees these: verify, and every run elsewhere.
  assert.deepEqual(always, ["curve.trainLoss", "digests.labels"]);
});

Deno.test("in the published folder a head's encoder is the published one", async () => {
  const { never } = await unseenIn("ae20@2000#0");
  assert.ok(never.includes("encoder"), never.join());
});

Deno.test("in the published folder bands tell a wrong loss of an encoder, not a small edit of it", async () => {
  const original = realRecord("ae20#0");
  const { always, never } = await unseenIn("ae20#0");
  for (const kind of ["digests.weights", "digests.outputs"]) assert.ok(never.includes(kind), kind);
  assert.ok(always.includes("score"));
  const worse = withValue(original, ["result", "score"], original.result.score * 1.1);
  assert.equal(await verdictInPlace(worse, original), "high");
});

Deno.test("an attestation of other digests turns check and the page of the published folder red", async () => {
  await using folder = await temporaryFolder();
  const record = realRecord("fc@250#0");
  const stored = await new Store(folder.path).write(record);
  const { seal: _, ...entry } = await byAnotherBuild(record);
  const digests = { ...entry.digests, weights: "0123456789ab".padEnd(64, "0") };
  const attestations = [await seal({ ...entry, digests })];
  const published = { bands: REAL.bands, records: [stored], attestations };
  const world = new ScriptedWorld({ published });
  assert.equal(await world.call("check", "--results", folder.path), 1);
  const says = "the attestation of wasm-emulated, linux x86_64, Deno 2\\.9\\.6, V8 .*, " +
    "\\d{4}-\\d\\d-\\d\\d contradicts it: the weights have digest 0123456789ab, the record has " +
    record.result.digests.weights.slice(0, 12);
  assert.match(world.out, new RegExp(`^fc@250#0: ${says}$`, "m"));
  assert.equal(await world.call("report", "--results", folder.path), 0);
  const html = await Deno.readTextFile(`${folder.path}/strokes.html`);
  assert.match(html, /class="verdict bad".*The one case is contradicted\./s);
  assert.match(html.replaceAll("\u00a0", " "), new RegExp(says.replace("the att", "The att")));
  // Without the edit the same folder is green, and says who repeated it.
  const right = { ...published, attestations: [await byAnotherBuild(record)] };
  const sound = new ScriptedWorld({ published: right });
  assert.equal(await sound.call("check", "--results", folder.path), 0);
  assert.match(sound.out, /^The one published case was repeated bit for bit by 1 build$/m);
});
