import assert from "node:assert/strict";
import { testInstalled, testSlowly } from "../../../tests/needs.ts";
import bands from "../../checks/bands.json" with { type: "json" };
import { sliceSamples } from "../../data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../../data/strokes.ts";
import { encoderOf, vae } from "../../models/autoencoder.ts";
import { conv } from "../../models/conv.ts";
import { fc } from "../../models/fc.ts";
import { initialParameters } from "../../models/parameters.ts";
import { limitLabels, train } from "../../training/train.ts";
import { readKernelBytes } from "../exact/kernels.ts";
import { loadExactEngine } from "../exact/load_exact_engine.ts";
import { loadBackend } from "./load_backend.ts";
import { TfjsEngine } from "./tfjs_engine.ts";

const PIXELS = { kind: "pixels", width: 784 } as const;
const SPEC = fc(PIXELS);
const STROKES = drawStrokes();
const BATCH = Uint32Array.from({ length: 32 }, (_, i) => i);

await testInstalled(
  "tfjs-cpu",
  "a session starts from the seed's weights and says what runs",
  async (folder) => {
    const backend = await loadBackend("tfjs-cpu", folder, 1);
    const session = await new TfjsEngine(backend).open(SPEC, STROKES, 5);
    assert.deepEqual(await session.weights(), initialParameters(SPEC, 5));
    const { firstMoments, secondMoments } = await session.state();
    for (const { values } of [...firstMoments, ...secondMoments]) {
      assert.ok(values.every((value) => value === 0));
    }
    assert.match(session.backend, /^tfjs \d+\.\d+\.\d+$/);
    assert.deepEqual([session.threads, session.digests], [1, null]);
    session.close();
  },
);

await testInstalled(
  "tfjs-cpu",
  "steps, evaluations and changes of state leave no tensor behind",
  async (folder) => {
    const backend = await loadBackend("tfjs-cpu", folder, 1);
    const before = backend.tf.memory().numTensors;
    const session = await new TfjsEngine(backend).open(SPEC, STROKES, 5);
    const open = backend.tf.memory().numTensors;
    for (let i = 0; i < 3; i++) await session.step(BATCH, 0.001, 1);
    await session.evaluate("test", 300, 1);
    await session.setState(await session.state());
    await session.setWeights(await session.weights());
    assert.equal(backend.tf.memory().numTensors, open);
    session.close();
    assert.equal(backend.tf.memory().numTensors, before);
  },
);

await testInstalled("tfjs-cpu", "the same state gives the same step", async (folder) => {
  const engine = new TfjsEngine(await loadBackend("tfjs-cpu", folder, 1));
  const session = await engine.open(SPEC, STROKES, 5);
  await session.step(BATCH, 0.001, 1);
  const state = await session.state();
  const loss = await session.step(BATCH, 0.001, 1);
  const after = await session.state();
  await session.step(BATCH, 0.001, 1);
  await session.setState(state);
  assert.equal(await session.step(BATCH, 0.001, 1), loss);
  assert.deepEqual(await session.state(), after);
  session.close();
});

await testInstalled(
  "tfjs-cpu",
  "a session refuses what the exact engine refuses",
  async (folder) => {
    const engine = new TfjsEngine(await loadBackend("tfjs-cpu", folder, 1));
    const few = { ...STROKES, test: sliceSamples(STROKES.test, 0, 5) };
    const session = await engine.open(SPEC, few, 5);
    for (const count of [0, 33]) {
      await assert.rejects(session.step(new Uint32Array(count), 0.001, 1), {
        name: "RangeError",
        message: `Cannot step on ${count} samples: the batch size is 32`,
      });
    }
    await assert.rejects(session.evaluate("test", 6, 1), {
      name: "RangeError",
      message: "Cannot evaluate 6 test samples: there are 5",
    });
    session.close();
    const part = await engine.open(encoderOf(vae(PIXELS, 2)), few, 5);
    await assert.rejects(part.step(BATCH, 0.001, 1), {
      name: "TypeError",
      message: "Cannot step: the model has no loss",
    });
    part.close();
  },
);

/** Whole cases of `strokes`, which each engine trains for itself. */
const WHOLE = {
  "tfjs-cpu": [{ configuration: "fc@250", spec: SPEC, labels: 250 }],
  "tfjs-node": [
    { configuration: "fc@2000", spec: SPEC, labels: 2000 },
    { configuration: "conv@6000", spec: conv(PIXELS), labels: 6000 },
  ],
} as const;

for (const name of ["tfjs-cpu", "tfjs-node"] as const) {
  for (const { configuration, spec, labels } of WHOLE[name]) {
    const define = (title: string) =>
      testInstalled(name, title, async (folder) => {
        const { scores } = bands.bands.find((band) =>
          band.dataset.sha256 === STROKES_SHA256 && band.configuration === configuration
        )!;
        const spread = Math.max(...scores) - Math.min(...scores);
        assert.ok(spread < 0.05, `${spread}`);
        const splits = limitLabels(STROKES, labels);
        const exact = await loadExactEngine(await readKernelBytes(), null, () => {});
        const tfjs = new TfjsEngine(await loadBackend(name, folder, 1));
        const found: number[] = [];
        for (const engine of [exact, tfjs]) {
          const session = await engine.open(spec, splits, 0);
          found.push((await train(spec, session, splits, 0)).score);
          await session.close();
        }
        assert.ok(Math.abs(found[1]! - found[0]!) <= spread, `${found}`);
      });
    const title = `${name} scores ${configuration} within the seeds' spread`;
    await (name === "tfjs-node" ? testSlowly(title, define) : define(title));
  }
}
