import assert from "node:assert/strict";
import { checkStore } from "../../src/checks/check_store.ts";
import { verdictTable } from "../../src/cli/verdict_table.ts";
import { namesIn } from "../../src/data/test_files.ts";
import { formatCase, metricOf, parseCase } from "../../src/matrix/case.ts";
import { NUMERIC_VERSION } from "../../src/numeric_version.ts";
import { renderReport } from "../../src/report/report_page.tsx";
import { parseRecord, recordFileName, StoreError } from "../../src/store/store.ts";
import { PUBLISHED, scriptedRecord } from "../scripted_world.ts";
import { fuzz } from "./fuzz.ts";
import { damaged, textsLike } from "./texts.ts";

const FIXTURES = new URL("../../fixtures/records/", import.meta.url).pathname;
const WRITTEN = [
  await scriptedRecord(parsed("fc@250#0"), { score: 0.9 }),
  await scriptedRecord(parsed("vae2#0"), { score: 58.5 }),
  await scriptedRecord(parsed("wide-vae20@2000#7"), { fails: "a loss", epoch: 1, step: null }),
].map((record) => JSON.stringify(record, null, 1));
const FILES = [
  ...namesIn(FIXTURES).map((name) => Deno.readTextFileSync(FIXTURES + name)),
  ...WRITTEN,
];

function parsed(name: string) {
  const c = parseCase(name);
  return { ...c, seed: c.seed! };
}

/** The verdict on the record and what is printed of it. */
async function judge(text: string) {
  const record = parseRecord(text, "here");
  assert.equal(JSON.stringify(parseRecord(JSON.stringify(record), "here")), JSON.stringify(record));
  assert.equal(formatCase(parsed(formatCase(record.case))), formatCase(record.case));
  if (record.status === "ok") {
    const { metric, score, curve } = record.result;
    assert.equal(metric, metricOf(record.case));
    assert.ok([score, ...curve.map(({ trainLoss }) => trainLoss)].every(Number.isFinite));
    assert.ok(metric === "loss" || score >= 0 && score <= 1);
  }
  const stored = { file: await recordFileName(record), record };
  assert.match(stored.file, /^[0-9a-f]{64}\.json$/);
  const checked = checkStore([], "exact", [stored], record.dataset, PUBLISHED);
  assert.equal(checked.length, 1);
  assert.ok(verdictTable(checked, false).includes(formatCase(record.case)));
  return { record, checked };
}

fuzz("parseRecord() reads a record that can be checked or throws a StoreError", {
  inputs: textsLike(FILES),
  refusals: [StoreError],
  read: judge,
});

fuzz("parseRecord() reads a record that can be shown on a page or throws a StoreError", {
  inputs: damaged(WRITTEN),
  refusals: [StoreError],
  cost: 5,
  read: async (text) => {
    const { record: { dataset }, checked } = await judge(text);
    const html = await renderReport({
      dataset,
      profile: null,
      selection: null,
      run: null,
      numericVersion: NUMERIC_VERSION,
      cases: checked,
      artifacts: new Map(),
      peerTimes: null,
      experiment: null,
      playPage: null,
    });
    assert.match(html, /<\/html>\n$/);
  },
});
