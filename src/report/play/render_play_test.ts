import assert from "node:assert/strict";
import { readPublished } from "../../checks/check_store.ts";
import type { PlayInput } from "./input.ts";
import { publishedCases } from "./published_cases.ts";
import { renderPlay } from "./render_play.tsx";

const INPUT: PlayInput = {
  numericVersion: 1,
  sources: null,
  cases: publishedCases((await readPublished()).records),
  model: null,
  reports: [{ href: "strokes.html", title: "Report on strokes" }],
};

Deno.test("the live page without a model is smaller than 1.5 MB", async () => {
  const { length } = new TextEncoder().encode(await renderPlay(INPUT));
  assert.ok(length < 1_500_000 && length > 200_000, `${length} bytes`);
});

Deno.test("the live page is the same bytes for the same input", async () => {
  assert.equal(await renderPlay(INPUT), await renderPlay(INPUT));
});

Deno.test("the live page's policy lets it run its script, WebAssembly and its own workers only", async () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(
    await renderPlay(INPUT),
  )![1]!.replaceAll("&#39;", "'");
  assert.match(
    policy,
    /^default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}' 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'$/,
  );
});

Deno.test("the live page links the reports beside it, and shows no plane without a model", async () => {
  const html = await renderPlay(INPUT);
  assert.match(html, /<a href="strokes.html">Report on strokes<\/a>/);
  assert.doesNotMatch(html, /id="latent-plane"|id="play-model"/);
});

Deno.test("the live page says so where no run is published, and offers none", async () => {
  const html = await renderPlay({ ...INPUT, cases: [] });
  assert.match(html, /No run of this numeric version is published yet/);
  const main = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
  assert.ok(main.length > 100);
  assert.doesNotMatch(main, /<button/);
});

Deno.test("what the live page is given cannot end its blocks of data, or become a tag", async () => {
  const html = await renderPlay({
    ...INPUT,
    model: {
      name: "</script><b>vae2#0",
      dataset: "<i>data",
      weightsDigest: "0".repeat(64),
      bytes: new TextEncoder().encode("</script>"),
    },
    reports: [{ href: "a.html", title: "<u>report" }],
  });
  assert.doesNotMatch(html, /<b>|<i>|<u>/);
  const opened = html.match(/<script/g)!.length;
  assert.equal(html.match(/<\/script>/g)!.length, opened);
  assert.equal(opened, 5);
});
