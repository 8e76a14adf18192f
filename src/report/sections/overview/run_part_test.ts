import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import type { ReportInput } from "../../input.ts";
import type { Section } from "../../section.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { interrupted, running } from "../../testdata/run_states.ts";
import { CASES } from "../cases/cases.tsx";
import { OVERVIEW } from "./overview.tsx";

const INPUT = plausibleInput();
const LARGE = ["fc@5000#0", "fc@10000#0", "fc@25000#0", "fc@55000#0"];

async function htmlOf(section: Section, input: ReportInput): Promise<string> {
  return renderToString((await section.render(input, true))!);
}

/** The part on the run as html; null where the page has none. */
async function runPartOf(input: ReportInput): Promise<string | null> {
  const overview = await htmlOf(OVERVIEW, input);
  const start = overview.indexOf('<div class="run">');
  return start < 0 ? null : overview.slice(start, overview.indexOf("<h2", start));
}

/** The same as text. */
async function textOf(input: ReportInput): Promise<string> {
  return (await runPartOf(input))!.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

Deno.test("the page of a run says how much is done and how long the rest takes, and when", async () => {
  const html = await runPartOf(running(INPUT, { left: LARGE }));
  assert.match(html!, /<strong>4 of 8 cases done<\/strong>, about 12 min left/);
  assert.match(
    html!,
    /Written at <time datetime="2026-03-01T21:43:12\.345Z">21:43:12 UTC on 2026-03-01<\/time>\. This page is written again while the run goes on: reload it\./,
  );
  const short = await textOf(running(INPUT, { left: LARGE }, { secondsLeft: 12 }));
  assert.match(short, /, less than a minute left /);
});

Deno.test("the page of a run shows each case under way: a bar, its epochs, its score so far", async () => {
  const underWay = { "fc@5000#0": null, "fc@10000#0": 7, "fc@25000#0": 23 };
  const html = (await runPartOf(running(INPUT, { underWay })))!;
  const [starting, training, late] = html.split("<li>").slice(1);
  assert.match(starting!, /<a href="#case-fc@5000-seed0">fc@5000#0<\/a>/);
  assert.match(starting!, /<progress max="1" value="0" aria-label="fc@5000#0[^>]*>0 %<\/progress>/);
  assert.match(starting!, />starting</);
  assert.match(
    training!,
    /<progress max="1" value="0.35" aria-label="fc@10000#0[^>]*>35 %<\/progress>/,
  );
  assert.match(training!, />epoch 7 of about 20, validation 81\.23 %</);
  assert.match(late!, /value="0.95".*>epoch 23, validation 81\.23 %</);
  assert.doesNotMatch(html, /Then:/);
});

Deno.test("the page of a run names the first cases that are left, and folds the rest", async () => {
  const few = (await runPartOf(running(INPUT, { left: LARGE })))!;
  assert.match(few, /Then: /);
  assert.deepEqual([...few.matchAll(/">(fc@\d+#0)<\/a>/g)].map(([, id]) => id), LARGE);
  assert.doesNotMatch(few, /<details|class="under-way"/);
  const ids = INPUT.cases.map((c) => c.id);
  const many = (await runPartOf(running(INPUT, { left: ids })))!;
  const [named, folded] = many.split("<details>");
  const idsIn = (html: string) => [...html.matchAll(/">(fc@\d+#0)<\/a>/g)].map(([, id]) => id);
  assert.deepEqual([idsIn(named!), idsIn(folded!)], [ids.slice(0, 6), ids.slice(6)]);
  assert.match(folded!, /^<summary>and 2 more<\/summary>/);
});

Deno.test("the page of a run calls what has not run 'to come', and nothing missing or failed", async () => {
  const input = running(INPUT, { underWay: { "fc@5000#0": 3 }, left: LARGE.slice(1) });
  // It failed in an earlier run, and runs again.
  const failed = { ...plant(INPUT, "fc@25000#0", "failed").cases[6]! };
  const cases = input.cases.map((c) => c.id === failed.id ? failed : c);
  const overview = await htmlOf(OVERVIEW, { ...input, cases });
  assert.match(overview, /Still running\. All 4 cases so far pass\./);
  assert.match(overview, />to come</);
  const table = await htmlOf(CASES, { ...input, cases });
  assert.equal([...table.matchAll(/>to come</g)].length, 4);
  for (const section of [overview, table]) {
    assert.doesNotMatch(section, /<\/span>(missing|failed)</);
  }
});

Deno.test("the page of a run still says what is missing though its turn has come", async () => {
  const input = plant(running(INPUT, { left: LARGE }), "fc@250#0", "missing");
  const overview = await htmlOf(OVERVIEW, input);
  assert.match(overview, /Still running\. 3 of 4 cases so far pass: 1 is missing\./);
  assert.match(overview, /<\/span>missing<\/span>.*fc@250#0/);
});

Deno.test("the page of an interrupted run says which cases have not run, and the command that goes on", async () => {
  const input = interrupted(INPUT, LARGE);
  const overview = await htmlOf(OVERVIEW, input);
  assert.match(
    overview,
    /<h1 class="sentence(?: long)?">.*Interrupted: 4 cases have not run\. All 4 cases so far pass\.<\/h1>/s,
  );
  assert.match(await textOf(input), /^ Not run: fc@5000#0 , fc@10000#0 , fc@25000#0 , fc@55000#0 /);
  assert.ok(
    (await runPartOf(input))!.replaceAll("&#39;", "'").includes(
      "<code class=\"command\">deno task reproduce --dataset strokes --profile quick --results 'my runs'</code>",
    ),
  );
  assert.doesNotMatch(overview, /Still running|<progress|Written at|<\/span>missing</);
});

Deno.test("the page of a run that has ended, or of no run, has no such part", async () => {
  assert.equal(await runPartOf(INPUT), null);
  assert.equal(await runPartOf(plant(INPUT, "fc@250#0", "missing")), null);
});
