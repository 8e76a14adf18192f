import assert from "node:assert/strict";
import { decode } from "fast-png";
import { renderToString } from "preact-render-to-string";
import type { ReportInput } from "../../input.ts";
import { inputWithArtifacts, withoutTensors } from "../../testdata/plausible_artifacts.ts";
import { plausibleInput } from "../../testdata/plausible_input.ts";
import { describeSeeds, RECONSTRUCTIONS, SHOWN } from "./reconstructions.tsx";

async function render(input: ReportInput): Promise<string> {
  const section = await RECONSTRUCTIONS.render(input, false);
  return section === null ? "" : renderToString(section);
}

Deno.test("the section is not there where no encoder left reconstructions", async () => {
  assert.equal(await RECONSTRUCTIONS.render(plausibleInput(), false), null);
});

Deno.test("the section shows the originals and a strip of each encoder of one seed", async () => {
  const html = await render(inputWithArtifacts({ seeds: 2 }));
  assert.deepEqual([...html.matchAll(/alt="([^"]*)"/g)].map(([, alt]) => alt), [
    "The first 20 test digits: 0, 7, 4, 1, 8, 5, 2, 9, 6, 3, 0, 7, 4, 1, 8, 5, 2, 9, 6 and 3",
    ...["ae2#0", "vae2#0", "ae5#0", "vae5#0", "ae20#0", "vae20#0"].map((id) =>
      `The same digits as reconstructed by ${id}, from ${/\d+/.exec(id)![0]} latents`
    ),
  ]);
  assert.match(html, /All are of seed 0\./);
});

Deno.test("the section names encoders that did not run with the seed that it shows", async () => {
  const input = inputWithArtifacts({ latents: [2, 5], seeds: 2 });
  const cases = input.cases.filter(({ id }) => id !== "vae5#0" && id !== "ae2#1");
  const html = await render({ ...input, cases });
  assert.match(html, /All are of seed 0\. vae5 did not run with that seed\./);
  assert.ok(!(await render(input)).includes("did not run"));
});

Deno.test("a strip is a picture of the digits themselves", async () => {
  const input = inputWithArtifacts({ latents: [2] });
  const [, url] = /src="data:image\/png;base64,([^"]*)"/.exec(await render(input))!;
  const { width, height, data } = decode(Uint8Array.fromBase64(url!));
  assert.deepEqual([width, height], [SHOWN * 29 - 1, 28]);
  const originals = input.artifacts.get("ae2#0")!.get("originals")!.values;
  for (const [digit, y, x] of [[0, 3, 4], [7, 20, 13], [19, 27, 27]] as const) {
    assert.equal(data[y * width + digit * 29 + x], 255 * originals[digit * 784 + y * 28 + x]!);
  }
});

Deno.test("encoders of older runs have strips, but no digits above them and no error chart", async () => {
  const input = inputWithArtifacts();
  const older = await render(withoutTensors(input, ["test-errors", "test-labels"]));
  assert.equal(older.match(/<img /g)!.length, 7);
  assert.match(older, /alt="The first 20 test digits"/);
  assert.ok(!older.includes("Error per digit class"));
  assert.match(await render(input), /Error per digit class/);
});

Deno.test("the table gives the figure of every class and of all", async () => {
  const html = await render(inputWithArtifacts());
  const table = html.slice(html.indexOf("<table"), html.indexOf("</table>"));
  assert.equal(table.match(/<tr>/g)!.length, 7);
  assert.equal(table.match(/0\.\d{4}/g)!.length, 6 * 11);
});

Deno.test("describeSeeds() says of how many seeds a point is, by model where they differ", () => {
  const row = (model: string, latents: number, seeds: number) => ({
    model,
    latents,
    seeds,
    digit: 0,
    error: 0.1,
    digits: 5,
  });
  assert.equal(describeSeeds([row("AE", 2, 1), row("VAE", 2, 1)]), "Each point is of one seed.");
  assert.equal(describeSeeds([row("AE", 2, 6)]), "Each point is the mean of 6 seeds.");
  assert.equal(
    describeSeeds([row("AE", 2, 1), row("AE", 20, 6), row("VAE", 20, 6)]),
    "A point is the mean of 6 seeds for AE with 20 latents and VAE with 20 latents " +
      "and of one seed for AE with 2 latents.",
  );
});
