import assert from "node:assert/strict";
import type { ReportInput } from "../../input.ts";
import { renderReport } from "../../report_page.tsx";
import { sectionOf } from "../../testdata/page_text.ts";
import { plausiblePeerTimes } from "../../testdata/peer_times.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";

async function engines(input: ReportInput): Promise<string> {
  return sectionOf(await renderReport(input), "engines");
}

function timed(changes: Parameters<typeof plausiblePeerTimes>[0] = {}): ReportInput {
  return plausibleInput({ peerTimes: plausiblePeerTimes(changes) });
}

Deno.test("without times of steps the section names the commands that make them", async () => {
  const html = await engines(plausibleInput());
  assert.ok(html.includes("deno task bench:peers --json reports/latest/peers.json</code>"));
  assert.ok(html.includes("deno task report</code>"));
  assert.ok(!html.includes("<svg"));
});

Deno.test("the table of steps has the fastest variants in the open, all folded, and ratios to ours", async () => {
  const html = await engines(timed());
  const [open, folded] = html.split("<summary>All 18 times, of every variant</summary>");
  assert.ok(open && folded);
  const row = /PyTorch <span class="note">compiled<\/span><\/th>(.*?)<\/tr>/s;
  const cells = [...open.match(row)![1]!.matchAll(/<td class="number">([^<]*)/g)].map(([, x]) => x);
  assert.deepEqual(cells, ["0.440", "4.00", "0.330", "2.73"]);
  assert.ok(!open.includes('>eager</span></th><td class="number">0.660'));
  assert.ok(folded.includes('>eager</span></th><td class="number">0.660'));
  assert.match(
    html,
    /takes this many times our time: 2\.50 for fc \(JAX\) and 2\.20 for conv \(PyTorch\)/,
  );
});

Deno.test("the section says whether times and records are of the same machine", async () => {
  assert.match(
    await engines(timed()),
    /Measured on Intel\(R\)[^.]*2\.70GHz, 2 cores, linux x86_64, as the records were\./,
  );
  const machine = { os: "linux", arch: "aarch64", cpu: null, cores: 80 };
  assert.match(
    await engines(timed({ machine })),
    /Measured on unknown processor, 80 cores, linux aarch64; the records were made on another machine, Intel/,
  );
});

Deno.test("the section says what was not timed, and that the machine was noisy where it was", async () => {
  const quiet = await engines(timed());
  assert.ok(!quiet.includes("Not timed") && !quiet.includes("noisy"));
  const times = plausiblePeerTimes();
  const [first, ...rest] = times.timings;
  const html = await engines(timed({
    timings: [{ ...first!, samplesMs: [0.1, 0.15, 0.2] }, ...rest],
    missing: [
      { model: null, system: "TensorFlow", variant: null, threads: 2, reason: "no module <x>" },
    ],
  }));
  assert.match(html, /Not timed: TensorFlow, 2 threads: no module &lt;x>/);
  assert.match(html, /our own medians of fc are up to 1\.50 times our least samples/);
});

Deno.test("no system's name gets out of the chart or the table", async () => {
  const hostile = `</script><img src=x onerror="alert(1)">`;
  const times = plausiblePeerTimes();
  const html = await engines(timed({
    timings: times.timings.map((t) => t.system === "JAX" ? { ...t, system: hostile } : t),
    peers: { ...times.peers, [hostile]: hostile },
  }));
  assert.ok(!html.includes("<img"));
});

Deno.test("digests of two engines stand side by side, and those of TensorFlow.js are compared with nothing", async () => {
  const input = plausibleInput();
  const [first, ...rest] = input.cases;
  const tfjs = { ...first!, id: `${first!.id} tfjs-node`, engine: "tfjs-node" as const };
  const html = await engines({ ...input, cases: [first!, tfjs, ...rest] });
  assert.match(html, /1 case was run by several engines/);
  assert.match(html, /<th scope="rowgroup" rowspan="2">fc@250#0<\/th>/i);
  assert.match(html, /#case-fc@250-seed0-tfjs-node">tfjs-node<\/a>.*with nothing/);
  assert.match(html, /its digests are shown, and compared with nothing/);
  assert.ok(!(await engines(input)).includes("TensorFlow.js"));
});

Deno.test("a digest that differs stands beside the published one, marked, and is counted", async () => {
  const html = await engines(plant(plausibleInput(), "fc@250#0", "differs"));
  assert.match(html, /holds 1 case of the exact engine: 1 differs from it/);
  assert.match(
    html,
    /<td>published<\/td>.*<td class="bad tone"><code>[0-9a-f]{12}<\/code> ≠.*≠ other bits/,
  );
  const input = plausibleInput();
  const cases = input.cases.map((c) => ({
    ...c,
    reference: c.record?.status === "ok" ? c.record.result.digests : null,
  }));
  const same = await engines({ ...input, cases });
  assert.match(
    same,
    /holds 8 cases of the exact engine: all have the published weights and test outputs/,
  );
  assert.ok(!same.includes("≠"));
});

Deno.test("a report without cases has no time and no digest to show, and says so", async () => {
  const html = await engines(plausibleInput({ cases: [] }));
  assert.match(html, /No case has ended yet\./);
  assert.match(html, /there is nothing to put side by side/);
});
