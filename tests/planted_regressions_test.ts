/**
 * Regressions planted in a copy of the sources, one in each kind of layer, and what finds them in a run
 * of the profile `quick`. `docs/other_engines.md` has the same ones in TensorFlow. It takes minutes of
 * native code: `deno task test:slow`.
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../src/data/test_files.ts";
import { testSlowly, testWith } from "./needs.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const COPIED = ["deno.json", "deno.lock", "src"];

/** One text of the sources in place of another, and the part of `quick` that runs, on `strokes`. */
interface Planted {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly only: string;
}

interface Regression extends Planted {
  readonly differ: readonly string[];
  readonly pass: readonly string[];
}

const AE_HEADS = ["ae20+1000@250#0", "even-ae20+1000@250#0"];
const VAE_HEADS = ["vae20+1000@250#0", "even-vae20+1000@250#0"];

const REGRESSIONS: { readonly [what: string]: Regression } = {
  "a bias gradient that leaves out the hundredth sample, which no self-test has": {
    file: "src/engines/exact/kernels/dense.c",
    from: "for (int i = 0; i < count; i++) sum =",
    to: "for (int i = 0; i < smaller(count, 99); i++) sum =",
    only: "*vae20+1000@250",
    differ: ["vae20+1000#0", ...VAE_HEADS],
    pass: [],
  },
  "embeddings without their last latent": {
    file: "src/training/encode.ts",
    from: "    return {\n      latents: train.width,",
    to: "    for (const { outputs, width } of [train, validation, test]) {\n" +
      "      for (let i = width - 1; i < outputs.length; i += width) outputs[i] = 0;\n" +
      "    }\n    return {\n      latents: train.width,",
    only: "*20+1000@250",
    differ: ["ae20+1000#0", "vae20+1000#0", ...AE_HEADS, ...VAE_HEADS],
    pass: [],
  },
  "heads that divide each latent by its own scale": {
    file: "src/data/embedded.ts",
    from: "(code - means[i % latents]!) / scale",
    to: "(code - means[i % latents]!) / Math.sqrt(variances[i % latents]!)",
    only: "*20+1000@250",
    differ: [AE_HEADS[1]!, VAE_HEADS[1]!],
    pass: ["ae20+1000#0", "vae20+1000#0", AE_HEADS[0]!, VAE_HEADS[0]!],
  },
};

/** Regressions that the self-test of every build sees, so that nothing is trained. */
const REFUSED: { readonly [what: string]: Planted } = {
  "noise that is the same in every epoch": {
    file: "src/engines/exact/noise.ts",
    from: "stream.words(epoch, sample, j / 2)",
    to: "stream.words(1, sample, j / 2)",
    only: "fc@250",
  },
  "a KL term of half its weight": {
    file: "src/models/autoencoder.ts",
    from: '{ kind: "sampled-latent", name: "latent", units: latents }',
    to: "weightedLatent(latents, 1 / 2)",
    only: "fc@250",
  },
};

/** Runs a part of `quick` natively, from sources with one text in place of another. */
async function runWith({ file, from, to, only }: Planted) {
  await using folder = await temporaryFolder();
  const { success } = await new Deno.Command("cp", {
    args: ["-r", ...COPIED.map((path) => `${ROOT}${path}`), folder.path],
  }).output();
  assert.ok(success);
  await Deno.symlink(`${ROOT}reports`, `${folder.path}/reports`);
  const source = await Deno.readTextFile(`${folder.path}/${file}`);
  assert.equal(source.split(from).length, 2, `${file} has the text once: ${from}`);
  await Deno.writeTextFile(`${folder.path}/${file}`, source.replace(from, () => to));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-all", "src/main.ts", "reproduce", "--backend", "native", "--json"],
      ...["--profile", "quick", "--dataset", "strokes", "--only", only, "--results", "results"],
    ],
    cwd: folder.path,
    env: { XDG_CACHE_HOME: `${folder.path}/cache` },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

/** The names of cases by their verdict, in order. */
function casesBy(verdict: string, out: string): string[] {
  const { cases } = JSON.parse(out) as { cases: { case: string; verdict: string }[] };
  return cases.filter((one) => one.verdict === verdict).map((one) => one.case).sort();
}

for (const [what, regression] of Object.entries(REGRESSIONS)) {
  testSlowly(`quick finds ${what}`, (name) =>
    testWith("cc", name, async () => {
      const { code, out, err } = await runWith(regression);
      assert.equal(code, 1, err);
      assert.deepEqual(casesBy("differs", out), [...regression.differ].sort());
      assert.deepEqual(casesBy("pass", out), [...regression.pass].sort());
    }));
}

for (const [what, regression] of Object.entries(REFUSED)) {
  testSlowly(`quick trains nothing with ${what}`, (name) =>
    testWith("cc", name, async () => {
      const { code, err } = await runWith(regression);
      assert.equal(code, 3, err);
      assert.match(err, /failed its self-test/);
      assert.match(err, /Cannot run the exact engine: no build of its kernels works on this host/);
    }));
}
