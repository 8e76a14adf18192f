/** What reproduce prints and writes: a document, JUnit, GitHub's annotations, the page, models. */
import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import {
  reproduce,
  reproduceQuick,
  reproduceSmoke,
  resultOf,
} from "../../tests/helpers/commands.ts";
import {
  bandOf,
  bandsOf,
  identityOf,
  PUBLISHED,
  scriptedRecord,
  ScriptedWorld,
  storedAs,
} from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { formatCase } from "../matrix/case.ts";
import { recordFileName, Store } from "../store/store.ts";
import { readModel } from "../store/tensor_files.ts";

Deno.test("reproduce --quiet prints verdicts and no progress", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduceQuick(folder.path, "--quiet"));
  assert.equal(world.err, "");
  assert.match(world.out, /^strokes, 3 cases: 3 pass$/m);
});

Deno.test("reproduce --quiet still says why a case gave no record", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@250#0": { error: "out of memory" } } });
  await world.call(...reproduceQuick(folder.path, "--quiet"));
  assert.equal(world.err, "[1/3] fc@250#0  could not run: out of memory\n");
});

Deno.test("reproduce --json prints one document with every promised field, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const published = { ...PUBLISHED, bands: bandsOf(bandOf("fc@250")) };
  const world = new ScriptedWorld({
    published,
    script: {
      "fc@2000#0": { score: 0.93, curve: [0.9, 0.8] },
      "fc@6000#0": { error: "out of memory" },
    },
  });
  const exitCode = await world.call(...reproduceQuick(folder.path, "--json"));
  const { cases, ...document } = JSON.parse(world.out);
  assert.equal(exitCode, 3);
  assert.deepEqual(document, {
    schemaVersion: 1,
    profile: "quick",
    dataset: { name: "strokes", sha256: published.bands.bands[0]!.dataset.sha256 },
    exitCode: 3,
  });
  const FIELDS = "case model latents unlabelled labels reading draw seed engine backend score " +
    "metric band verdict reason attestedBy digests epochs bestEpoch seconds record";
  for (const c of cases) assert.deepEqual(Object.keys(c), FIELDS.split(" "));
  const [inBand, noBand, missing] = cases;
  const record = await scriptedRecord(caseOf("fc@250"), { score: 0.9 });
  assert.ok(record.status === "ok");
  assert.deepEqual(inBand, {
    case: "fc@250#0",
    model: "fc",
    latents: null,
    unlabelled: null,
    labels: 250,
    reading: null,
    draw: null,
    seed: 0,
    engine: "exact",
    backend: "wasm",
    score: 0.9,
    metric: "accuracy",
    band: { lo: 0.8, hi: 0.95, inSample: true },
    verdict: "pass",
    reason: "90.00 % against the band 80.00 to 95.00 %, whose sample holds this seed",
    attestedBy: null,
    digests: { ...record.result.digests, plan: record.provenance.plan },
    epochs: 6,
    bestEpoch: 3,
    seconds: 1.5,
    record: (await storedAs(record)).file,
  });
  assert.deepEqual(
    [noBand.verdict, noBand.band, noBand.score, noBand.epochs, noBand.bestEpoch],
    ["no-band", null, 0.93, 2, 1],
  );
  assert.deepEqual(
    [missing.verdict, missing.score, missing.digests, missing.record, missing.engine],
    ["missing", null, null, null, "exact"],
  );
});

Deno.test("reproduce --json, interrupted, still prints its document, and the notice elsewhere", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@250#0": "interrupt" } });
  const exitCode = await world.call(...reproduceSmoke(folder.path, "--json"));
  assert.equal(exitCode, 130);
  assert.equal(JSON.parse(world.out).exitCode, 130);
  assert.match(world.err, /^Interrupted: /m);
});

Deno.test("reproduce --junit writes its cases, and no others of the folder", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  const script = { "fc@2000#0": { score: 0.5 }, "fc@6000#0": { error: "out of memory" } };
  await new ScriptedWorld().call(...reproduce(folder.path, "--only", "fc@500#0"));
  const world = new ScriptedWorld({ script });
  const args = reproduceQuick(folder.path, "--junit", path);
  assert.equal(await world.call(...args), 1);
  const document = await Deno.readTextFile(path);
  assert.match(document, /<testsuite name="strokes" tests="3" failures="1" errors="1" skipped="0"/);
  assert.match(document, /name="fc@2000#0" time="1\.500">\n *<failure /);
  assert.match(document, /name="fc@6000#0">\n *<error message="[^"]+" type="missing"\/>/);
});

Deno.test("reproduce --junit says from the start what has not run, also of --fresh", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  await new ScriptedWorld().call(...reproduceSmoke(folder.path));
  const world = new ScriptedWorld();
  const runCases = world.runCases.bind(world);
  let atStart = "";
  world.runCases = async (...args) => {
    atStart = await Deno.readTextFile(path);
    await runCases(...args);
  };
  const args = reproduceSmoke(folder.path, "--junit", path);
  assert.equal(await world.call(...args), 0);
  assert.match(atStart, /tests="1" failures="0" errors="0"/);
  assert.equal(await world.call(...args, "--fresh"), 0);
  assert.match(atStart, /tests="1" failures="0" errors="1"/);
  assert.match(await Deno.readTextFile(path), /tests="1" failures="0" errors="0"/);
});

Deno.test("reproduce --junit, interrupted, passes nothing that did not run", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  const world = new ScriptedWorld({ script: { "fc@2000#0": "interrupt" } });
  const args = reproduceQuick(folder.path, "--junit", path);
  assert.equal(await world.call(...args), 130);
  assert.match(await Deno.readTextFile(path), /tests="3" failures="0" errors="2"/);
});

Deno.test("reproduce --junit to a path that cannot be written ends with 3 before any work", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const args = reproduceSmoke(folder.path, "--quiet", "--junit", folder.path);
  assert.equal(await world.call(...args), 3);
  assert.ok(world.err.startsWith(`error: Cannot write ${folder.path}: `), world.err);
  assert.match(world.err, /or name another file with --junit\n$/);
  assert.deepEqual(world.ran, []);
  assert.deepEqual(namesIn(folder.path), []);
});

for (
  const [what, args] of [
    ["its data are gone", ["--dataset", "idx", "--data", "not-there"]],
    ["its cases cannot be", ["--dataset", "strokes", "--labels", "60000"]],
    ["its command line makes no sense", ["--dataset", "strokes", "--jobs", "0"]],
  ] as const
) {
  Deno.test(`reproduce --junit leaves nothing of an earlier run if ${what}`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/junit.xml`;
    const world = new ScriptedWorld();
    const rest = ["--results", folder.path, "--junit", path];
    assert.equal(await world.call(...reproduceSmoke(folder.path, "--junit", path)), 0);
    assert.match(await Deno.readTextFile(path), /tests="1" failures="0" errors="0"/);
    assert.notEqual(await world.call("reproduce", ...args, ...rest), 0);
    assert.match(await Deno.readTextFile(path), /tests="1" failures="0" errors="1".*not-ended/s);
  });
}

Deno.test("reproduce prints its verdicts if the JUnit file cannot be written at the end", async () => {
  for (const [score, exitCode] of [[0.9, 3], [0.5, 1]] as const) {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/made/junit.xml`;
    const world = new ScriptedWorld({ script: { "*": { score } } });
    const runCases = world.runCases.bind(world);
    world.runCases = async (...args) => {
      await Deno.remove(path);
      await Deno.mkdir(path);
      await runCases(...args);
    };
    assert.equal(await world.call(...reproduceSmoke(folder.path, "--junit", path)), exitCode);
    assert.match(world.out, /^strokes, 1 case: 1 (pass|low)$/m);
    assert.match(world.out, /^Report: /m);
    assert.match(world.err, /^error: Cannot write .*junit\.xml: .*--junit$/m);
  }
});

Deno.test("reproduce says its verdicts if the page cannot be written, and warns once", async () => {
  await using folder = await temporaryFolder();
  const [results, junit] = [`${folder.path}/results`, `${folder.path}/junit.xml`];
  await Deno.mkdir(`${results}/strokes.html`, { recursive: true });
  const world = new ScriptedWorld({ script: { "fc@2000#0": { score: 0.5 } } });
  const clock = performance.now;
  const runCases = world.runCases.bind(world);
  world.runCases = (cases, options, events) =>
    runCases(cases, options, {
      ...events,
      onFinished: async (c, finished) => {
        performance.now = () => clock.call(performance) + 60_000;
        await events.onFinished(c, finished);
      },
    });
  try {
    assert.equal(await world.call(...reproduceQuick(results, "--junit", junit)), 1);
  } finally {
    performance.now = clock;
  }
  assert.match(world.out, /^strokes, 3 cases: 2 pass, 1 low$/m);
  assert.doesNotMatch(world.out, /Report:/);
  assert.equal([...world.err.matchAll(/^WARNING: Cannot write .*strokes\.html: /gm)].length, 1);
  assert.match(await Deno.readTextFile(junit), /tests="3" failures="1" errors="0"/);
});

Deno.test("reproduce tells GitHub Actions what does not pass, in annotations and a summary", async () => {
  await using folder = await temporaryFolder();
  const summary = `${folder.path}/summary.md`;
  const world = new ScriptedWorld({
    environment: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary },
    script: { "fc@250#0": { error: "out of memory" }, "fc@2000#0": { score: 0.5 } },
  });
  const args = reproduceQuick(folder.path, "--quiet");
  assert.equal(await world.call(...args), 1);
  assert.match(
    world.err,
    /^::error title=fc@2000#0 \(strokes\)%3A low::50\.00 %25 .*\n::warning title=fc@250#0 .*\n$/m,
  );
  const text = await Deno.readTextFile(summary);
  assert.match(text, /^### Latentbench: strokes, 3 cases: 1 missing, 1 low, 1 pass$/m);
  assert.match(text, /\| `fc@2000#0` .*\n\| `fc@250#0` .*\n\| `fc@6000#0` /);
});

Deno.test("reproduce writes the page of its dataset, and leaves the page of another alone", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/index.html`, "MNIST's page");
  const world = new ScriptedWorld();
  await world.call(...reproduceSmoke(folder.path));
  assert.deepEqual(namesIn(folder.path), ["index.html", "records", "strokes.html"]);
  assert.equal(await Deno.readTextFile(`${folder.path}/index.html`), "MNIST's page");
  assert.match(world.out, new RegExp(`^Report: ${folder.path}/strokes.html$`, "m"));
  const page = await Deno.readTextFile(`${folder.path}/strokes.html`);
  assert.match(page, /^<!doctype html>/i);
  assert.ok(page.includes("fc@250#0"));
});

/** The arguments of the command that a page gives for its cases; null if it gives none. */
async function commandOn(page: string): Promise<string[] | null> {
  const html = await Deno.readTextFile(page);
  const facts = html.slice(html.indexOf("<dt>Reproduce</dt>"));
  const command = /^<dt>Reproduce<\/dt><dd><code class="command">([^<]*)</.exec(facts)?.[1];
  if (command === undefined) return null;
  const words = command.match(/'[^']*'|\S+/g)!;
  assert.deepEqual(words.slice(0, 2), ["deno", "task"]);
  return words.slice(2).map((word) => word.replaceAll("'", ""));
}

for (
  const selection of [
    ["--profile", "smoke"],
    ["--profile", "quick", "--only", "fc@*"],
    ["--only", "fc@*", "--labels", "300,600", "--seeds", "2", "--seed", "7"],
    ["--only", "fc@777#41"],
    ["--profile", "full", "--only", "fc@*", "--draws", "2", "--shard", "2/3"],
    ["--only", "*ae2*", "--latents", "2", "--unlabelled", "3000", "--readings", "raw,even"],
  ]
) {
  Deno.test(`the page of reproduce ${selection.join(" ")} says how to run its cases again`, async () => {
    await using folder = await temporaryFolder();
    const [first, again] = [`${folder.path}/first`, `${folder.path}/again`];
    const world = new ScriptedWorld();
    await world.call(...reproduce(first, ...selection));
    const ran = world.ran.toSorted();
    assert.ok(ran.length > 0);
    const command = await commandOn(`${first}/strokes.html`);
    assert.ok(command !== null);
    await world.call(...command, "--results", again);
    assert.deepEqual(world.ran.toSorted(), ran);
  });
}

Deno.test("a page that holds other cases too gives no command that lacks them", async () => {
  await using folder = await temporaryFolder();
  const page = `${folder.path}/strokes.html`;
  const world = new ScriptedWorld();
  await world.call(...reproduceSmoke(folder.path));
  assert.ok(await commandOn(page) !== null);
  await world.call(...reproduce(folder.path, "--only", "fc@500#0"));
  assert.equal(await commandOn(page), null);
  // It holds no others than these.
  await world.call(...reproduce(folder.path, "--only", "fc@*", "--labels", "250,500"));
  assert.ok(await commandOn(page) !== null);
});

/**
 * Calls `reproduce` on a clock that is a minute later with each event of this kind. No case ends
 * before the page has been written once. Returns the pages that are written, in order.
 *
 * @param first takes the place of writing the first page
 */
async function pagesOf(
  world: ScriptedWorld,
  args: readonly string[],
  event: "onStart" | "onEpoch",
  first?: () => Promise<string>,
): Promise<string[]> {
  const { writePage } = Store.prototype;
  const clock = performance.now;
  const runCases = world.runCases.bind(world);
  const written = Promise.withResolvers<void>();
  const pages: string[] = [];
  let minutes = 0;
  performance.now = () => clock.call(performance) + 60_000 * minutes;
  Store.prototype.writePage = function (name, html) {
    pages.push(plain(html));
    written.resolve();
    return pages.length === 1 && first ? first() : writePage.call(this, name, html);
  };
  world.runCases = (cases, options, events) =>
    runCases(cases, options, {
      ...events,
      onStart: (c) => {
        if (event === "onStart") minutes++;
        events.onStart(c);
      },
      onEpoch: (c, result) => {
        if (event === "onEpoch") minutes++;
        events.onEpoch(c, result);
      },
      onFinished: async (c, finished) => {
        await written.promise;
        await events.onFinished(c, finished);
      },
    });
  try {
    await world.call(...args);
  } finally {
    performance.now = clock;
    Store.prototype.writePage = writePage;
    world.runCases = runCases;
  }
  return pages;
}

/** The page with plain spaces. */
function plain(html: string): string {
  return html.replaceAll("\u00a0", " ");
}

Deno.test("reproduce writes the page while a case trains, and says once where it is", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const pages = await pagesOf(world, reproduceQuick(folder.path), "onEpoch");
  const [during, after] = [pages[0]!, pages.at(-1)!];
  assert.match(during, /<h1[^>]*>.*Still running: no case has ended yet\.<\/h1>/);
  assert.match(during, /0 of 3 cases done/);
  assert.match(during, />epoch \d of about \d+, validation \d\d\.00 %</);
  assert.match(during, /Then: .*fc@2000#0.*fc@6000#0/);
  assert.match(after, /<h1[^>]*>.*All 3 cases pass\.<\/h1>/);
  assert.doesNotMatch(after, /Still running|class="run"/);
  assert.equal(plain(await Deno.readTextFile(`${folder.path}/strokes.html`)), after);
  const line = `Report so far: ${folder.path}/strokes.html, written again while cases run\n`;
  assert.equal(world.err.split(line).length, 2, world.err);
});

Deno.test("reproduce writes the page when a case starts, and with --quiet says nothing of it", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduceSmoke(folder.path));
  const [during] = await pagesOf(world, reproduceQuick(folder.path, "--quiet"), "onStart");
  assert.match(during!, /<h1[^>]*>.*Still running\. The one case so far passes\.<\/h1>/);
  assert.match(during!, /0 of 2 cases done/);
  assert.equal(world.err, "");
});

Deno.test("reproduce goes on if the page cannot be rendered while cases run, and warns", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const first = () => Promise.reject(new TypeError("x is undefined"));
  const pages = await pagesOf(world, reproduceQuick(folder.path), "onEpoch", first);
  assert.ok(pages.length >= 2, `${pages.length}`);
  assert.match(world.err, /^WARNING: Cannot render the report: x is undefined$/m);
  assert.match(world.out, /^strokes, 3 cases: 3 pass$/m);
  assert.match(world.out, /^Report: .*strokes\.html$/m);
});

Deno.test("reproduce, interrupted, leaves a page that says what has not run, and the command that goes on", async () => {
  await using folder = await temporaryFolder();
  const page = `${folder.path}/strokes.html`;
  const world = new ScriptedWorld({ script: { "fc@2000#0": "interrupt" } });
  assert.equal(await world.call(...reproduceQuick(folder.path)), 130);
  const html = plain(await Deno.readTextFile(page));
  assert.match(html, /Interrupted: 2 cases have not run\. The one case so far passes\./);
  assert.doesNotMatch(html, /Still running|<progress/);
  const run = html.slice(html.indexOf('class="run"'));
  assert.match(run, /^[^:]*: .*fc@2000#0.*fc@6000#0/);
  const command = /<code class="command">([^<]*)</.exec(run)![1]!;
  const words = command.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ""));
  const next = new ScriptedWorld();
  assert.equal(await next.call(...words.slice(2)), 0);
  assert.deepEqual(next.ran, ["fc@2000#0", "fc@6000#0"]);
  assert.doesNotMatch(await Deno.readTextFile(page), /Interrupted|class="run"/);
});

Deno.test("reproduce --save-models writes the weights of the cases that run, and says where", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({
    script: { "fc@2000#0": { fails: "it diverged", epoch: 1, step: 1 } },
  });
  await world.call(...reproduce(folder.path, "--only", "fc@6000#0"));
  assert.ok(!namesIn(folder.path).includes("models"));
  await world.call(...reproduceQuick(folder.path, "--save-models"));
  assert.deepEqual(world.ran, ["fc@250#0", "fc@2000#0"]);
  const record = await recordFileName(identityOf(caseOf("fc@250")));
  const path = `${folder.path}/models/fc@250#0-${record.slice(0, 12)}.safetensors`;
  assert.deepEqual(
    namesIn(`${folder.path}/models`).map((name) => `${folder.path}/models/${name}`),
    [path],
  );
  assert.ok(world.err.includes(`(best 3), 1.5 s  ✓ pass, saved as ${path}\n`), world.err);
  assert.match(world.err, /fc@2000#0 {2}✗ failed: it diverged\n/);
  const model = await readModel(path);
  assert.equal(formatCase(model.case), "fc@250#0");
  assert.equal(model.datasetSha256, STROKES_SHA256);
  assert.equal(model.weightsDigest, (await resultOf(folder.path, "fc@250#0")).digests.weights);
});
