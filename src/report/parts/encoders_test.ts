import assert from "node:assert/strict";
import { inputWithArtifacts, withoutTensors } from "../testdata/plausible_artifacts.ts";
import { encodersWith, sharedSeed, tensorOf } from "./encoders.ts";

const TENSORS = ["originals", "reconstructions"];

Deno.test("encodersWith() gives encoders by latents, AE before VAE, then by seed", () => {
  const input = inputWithArtifacts({ latents: [20, 2], seeds: 2 });
  assert.deepEqual(
    encodersWith(input, TENSORS).map(({ id }) => id),
    ["ae2#0", "ae2#1", "vae2#0", "vae2#1", "ae20#0", "ae20#1", "vae20#0", "vae20#1"],
  );
});

Deno.test("encodersWith() leaves out an encoder that lacks a tensor, or whose files are gone", () => {
  const input = inputWithArtifacts({ latents: [2, 20] });
  const planes = encodersWith(input, ["digit-map"]).map(({ id }) => id);
  assert.deepEqual(planes, ["ae2#0", "vae2#0"]);
  assert.deepEqual(encodersWith({ ...input, artifacts: new Map() }, []), []);
  assert.deepEqual(encodersWith(withoutTensors(input, ["originals"]), TENSORS), []);
});

Deno.test("encodersWith() takes our engine's encoders, and another's only where ours has none", () => {
  const input = inputWithArtifacts({ latents: [2], models: ["ae"] });
  const cases = input.cases.map((c) => ({
    ...c,
    engine: "tfjs-node" as const,
    id: `${c.id} tfjs-node`,
  }));
  const artifacts = new Map([...input.artifacts].map(([id, a]) => [`${id} tfjs-node`, a]));
  const other = { ...input, cases, artifacts };
  assert.deepEqual(encodersWith(other, TENSORS).map(({ id }) => id), ["ae2#0 tfjs-node"]);
  const both = {
    ...input,
    cases: [...cases, ...input.cases],
    artifacts: new Map([...artifacts, ...input.artifacts]),
  };
  assert.deepEqual(encodersWith(both, TENSORS).map(({ id }) => id), ["ae2#0"]);
});

Deno.test("sharedSeed() is the lowest seed that most encoders have", () => {
  const encoders = encodersWith(inputWithArtifacts({ latents: [2, 20], seeds: 3 }), TENSORS);
  const without = (id: string) => encoders.filter((encoder) => encoder.id !== id);
  assert.equal(sharedSeed(encoders), 0);
  assert.equal(sharedSeed(without("vae2#0")), 1);
  assert.equal(sharedSeed([]), null);
});

Deno.test("tensorOf() names the encoder and the tensor that it lacks", () => {
  const [encoder] = encodersWith(inputWithArtifacts({ latents: [5] }), TENSORS);
  assert.throws(() => tensorOf(encoder!, "digit-map"), {
    name: "TypeError",
    message: "Cannot draw ae5#0: it left no digit-map",
  });
});
