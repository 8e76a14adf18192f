/** What records say is text on a page, never markup and never a script. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { temporaryFolder } from "../../src/data/test_files.ts";
import { type Case, parseCase } from "../../src/matrix/case.ts";
import { fromStored, recordSchema } from "../../src/store/record_schema.ts";
import { renderReport } from "../../src/report/report_page.tsx";
import { plant, plausibleInput } from "../../src/report/testdata/plausible_input.ts";
import { Store } from "../../src/store/store.ts";
import { SLOW } from "../needs.ts";
import { scriptedRecord, ScriptedWorld } from "../scripted_world.ts";

/** Short enough for any field of a record, the shortest of which takes 40 characters. */
const FRAGMENTS = [
  "</script><script>alert(1)</script>",
  "<script src=//x.test/x></script>",
  '"><img src=x onerror="alert(1)">',
  "'><svg onload='alert(1)'>",
  '" onmouseover="alert(1)" x="',
  "' autofocus onfocus='alert(1)",
  "--></style></title><b>",
  "<!--<script>",
  "]]>&lt;b&gt;&#60;b&#62;",
  "javascript:alert(1)",
  "</textarea><iframe srcdoc=x>",
  "${alert(1)}{{alert(1)}}",
  "\ud800<b>\udc00\0<i\0>",
  "datum.value;alert(1)//",
];

const CASES: readonly Case[] = ["fc@250#0", "fc@2000#0", "fc@2000#1", "vae2#0", "fc@500#0"]
  .map((name) => {
    const c = parseCase(name);
    return { ...c, seed: c.seed! };
  });

/** The page of a store of which every free text is `text`. */
async function pageOf(text: string): Promise<string> {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  for (const [i, c] of CASES.entries()) {
    const record = await scriptedRecord(
      c,
      c.labels === 500
        ? { fails: text, epoch: 1, step: 2 }
        : { score: c.labels === null ? 58.5 : 0.9 },
    );
    const machine = { os: text, arch: text, cpu: `${i}${text}`, cores: 2 };
    const versions = { [text]: text, deno: `${i}${text}` };
    const provenance = { ...record.provenance, backend: text, machine, versions };
    await store.write(fromStored(recordSchema.parse({ ...record, provenance })));
  }
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path), 0, world.err);
  return await Deno.readTextFile(`${folder.path}/strokes.html`);
}

interface Element {
  readonly tag: string;
  readonly attributes: readonly string[];
}

/** What a browser makes elements of; scripts and styles end at their end tag alone. */
function elementsOf(html: string): Element[] {
  const elements: Element[] = [];
  const tag = /<(!--|[/!]?[a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
  for (let match = tag.exec(html); match !== null; match = tag.exec(html)) {
    const name = match[1]!.toLowerCase();
    const attributes = [
      ...match[2]!.matchAll(/([^\s=/"'>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g),
    ];
    elements.push({ tag: name, attributes: attributes.map(([, key]) => key!.toLowerCase()) });
    if (name !== "script" && name !== "style") continue;
    const end = html.toLowerCase().indexOf(`</${name}`, tag.lastIndex);
    assert.ok(end > 0, `<${name}> does not end`);
    tag.lastIndex = end;
  }
  return elements;
}

function assertHarmless(html: string, harmless: string): void {
  assert.deepEqual(elementsOf(html), elementsOf(harmless));
  for (const { attributes } of elementsOf(html)) {
    assert.ok(!attributes.some((name) => name.startsWith("on")), attributes.join());
  }
  for (const [, address] of html.matchAll(/\s(?:href|src|action|srcdoc)="([^"]*)"/g)) {
    assert.match(address!, /^(#|data:|play\.html$)/);
  }
  const scripts = (page: string) => [...page.matchAll(/<script>.*?<\/script>/gs)].join();
  assert.equal(scripts(html), scripts(harmless), "the page's script is another");
  const policy = (page: string) =>
    page.match(/<meta http-equiv="Content-Security-Policy"[^>]*>/)?.[0];
  assert.match(
    policy(html) ?? "",
    /content="default-src 'none'; script-src 'sha256-[\w+/=]{44}'; /,
  );
  assert.equal(policy(html), policy(harmless));
}

const HARMLESS = await pageOf("harmless");

Deno.test("a page that says <b> for an element is told from one that has it", () => {
  assert.throws(() => assertHarmless(HARMLESS.replace("harmless", "<b>"), HARMLESS));
  assert.throws(() => assertHarmless(HARMLESS.replace("<main", '<main onclick="x"'), HARMLESS));
});

Deno.test("hostile texts of records are texts on the page that report writes", async () => {
  for (const text of FRAGMENTS) {
    const html = await pageOf(text);
    assertHarmless(html, HARMLESS);
    assert.ok(!html.includes(text) || !/[<"]/.test(text), `${text} is not escaped`);
  }
});

Deno.test("joined hostile texts are texts, in names of cases, files and profiles too", async () => {
  const inputOf = (text: string) => {
    const input = plant(plausibleInput({ profile: text }), "fc@500#0", "failed");
    return {
      ...input,
      cases: input.cases.map((c) => ({
        ...c,
        id: `${c.id}${text}`,
        file: text,
        reason: text,
        band: c.band && { ...c.band, origin: text },
        record: c.record && {
          ...c.record,
          provenance: { ...c.record.provenance, startedAt: text, backend: text },
        },
      })),
    };
  };
  const harmless = await renderReport(inputOf("harmless"));
  const text = fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: "binary" })), {
    minLength: 1,
    maxLength: 4,
  }).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(text, async (text) => {
      assertHarmless(await renderReport(inputOf(text)), harmless);
    }),
    { seed: 7, numRuns: SLOW ? 300 : 10 },
  );
});

Deno.test("a record whose model, dataset or engine is markup makes no page", async () => {
  const record = await scriptedRecord(CASES[0]!, { score: 0.9 });
  const changes = [
    { case: { ...record.case, model: FRAGMENTS[0] } },
    { dataset: { ...record.dataset, name: FRAGMENTS[0] } },
    { dataset: { ...record.dataset, sha256: FRAGMENTS[0] } },
    { engine: FRAGMENTS[0] },
    { provenance: { ...record.provenance, commit: FRAGMENTS[0] } },
    { provenance: { ...record.provenance, startedAt: FRAGMENTS[0] } },
  ];
  for (const change of changes) {
    await using folder = await temporaryFolder();
    const { file } = await new Store(folder.path).write(record);
    const path = `${folder.path}/records/${file}`;
    await Deno.writeTextFile(path, JSON.stringify({ ...record, ...change }));
    const world = new ScriptedWorld();
    assert.equal(await world.call("report", "--results", folder.path), 3);
    assert.match(world.err, /^error: Cannot use the record /);
    assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["records"]);
  }
});
