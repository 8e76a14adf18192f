import assert from "node:assert/strict";
import { ae, decoderOf, encoderOf, vae } from "./autoencoder.ts";
import { conv } from "./conv.ts";
import { fc } from "./fc.ts";
import { initialParameters, placeLayers, selectParameters } from "./parameters.ts";
import { wideDeep } from "./wide_deep.ts";

const PIXELS = fc({ kind: "pixels", width: 784 });

Deno.test("fc is inputs-100 relu-10 in batches of 32, with biases of 0.1", () => {
  for (const width of [784, 20]) {
    const spec = fc({ kind: "features", width });
    assert.deepEqual(placeLayers(spec).flatMap(({ parameters }) => parameters), [
      {
        name: "dense1",
        weights: [width, 100],
        outputs: 100,
        initialBias: 0.1,
        fanIn: width,
        fanOut: 100,
      },
      {
        name: "dense2",
        weights: [100, 10],
        outputs: 10,
        initialBias: 0.1,
        fanIn: 100,
        fanOut: 10,
      },
    ]);
    assert.deepEqual(
      spec.layers.map((layer) => layer.kind === "dense" && layer.activation),
      ["relu", "linear"],
    );
    assert.equal(spec.batchSize, 32);
  }
});

Deno.test("initialParameters() are Glorot-uniform weights and constant biases, layer by layer", () => {
  const parameters = initialParameters(PIXELS, 0);
  assert.deepEqual(parameters.map(({ name, shape }) => ({ name, shape })), [
    { name: "dense1/weights", shape: [784, 100] },
    { name: "dense1/bias", shape: [100] },
    { name: "dense2/weights", shape: [100, 10] },
    { name: "dense2/bias", shape: [10] },
  ]);
  for (const { values, shape } of parameters) {
    assert.equal(values.length, shape.reduce((a, b) => a * b));
    if (shape.length === 1) {
      assert.ok(values.every((value) => value === Math.fround(0.1)));
      continue;
    }
    const limit = Math.sqrt(6 / (shape[0]! + shape[1]!)), n = values.length;
    const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    // The largest of n draws is within 20 / n of the limit but for a chance of e^-20.
    assert.ok(largest <= Math.fround(limit) && largest > limit * (1 - 20 / n), `${largest}`);
    const mean = values.reduce((a, b) => a + b) / n;
    const variance = values.reduce((a, b) => a + b * b, 0) / n;
    assert.ok(Math.abs(mean) < 5 * limit / Math.sqrt(3 * n), `mean ${mean}`);
    // The variance is limit^2 / 3, and that of a square 4 / 45 limit^4.
    const deviation = limit ** 2 * Math.sqrt(4 / 45 / n);
    assert.ok(Math.abs(variance - limit ** 2 / 3) < 5 * deviation, `variance ${variance}`);
  }
});

Deno.test("initialParameters() follow from the seed and the layer's name alone", () => {
  const first = initialParameters(PIXELS, 3);
  assert.deepEqual(initialParameters(PIXELS, 3), first);
  assert.notDeepEqual(initialParameters(PIXELS, 4)[0]!.values, first[0]!.values);
  // dense2 is 100 x 10 on any input: models with the same seed share it.
  const onFeatures = initialParameters(fc({ kind: "features", width: 20 }), 3);
  assert.deepEqual(onFeatures[2], first[2]);
  assert.notDeepEqual(onFeatures[0]!.values, first[0]!.values.subarray(0, 2_000));
});

Deno.test("a kernel's fans are 25 times its channels, and shapes follow from layer to layer", () => {
  const input = { kind: "pixels", width: 784 } as const;
  const pairs = placeLayers(vae(input, 20)).flatMap(({ parameters }) => parameters);
  assert.deepEqual(pairs.map(({ name, weights }) => [name, ...weights]), [
    ["conv1", 5, 5, 1, 32],
    ["conv2", 5, 5, 32, 64],
    ["dense1", 3136, 1024],
    ["latent/mean", 1024, 20],
    ["latent/stddev", 1024, 20],
    ["dense2", 20, 1024],
    ["dense3", 1024, 3136],
    ["deconv1", 5, 5, 64, 32],
    ["deconv2", 5, 5, 32, 1],
  ]);
  const [conv1, conv2] = pairs;
  assert.deepEqual([conv1!.fanIn, conv1!.fanOut], [25, 800]);
  assert.deepEqual([conv2!.fanIn, conv2!.fanOut], [800, 1600]);
  assert.throws(
    () =>
      placeLayers({
        ...fc(input),
        input: { kind: "features", width: 20 },
        layers: conv(input).layers,
      }),
    {
      name: "TypeError",
      message: 'Cannot place the layer "conv1": it needs an image, not 20 values',
    },
  );
});

Deno.test("wide-deep is pixels-100 relu, joined with the latents, then 10, with biases of 0.1", () => {
  const spec = wideDeep(784, 20);
  assert.deepEqual(spec.input, { kind: "features", width: 804 });
  const placed = placeLayers(spec);
  assert.deepEqual(placed.map(({ input, output }) => [input.width, output.width]), [
    [804, 120],
    [120, 10],
  ]);
  assert.deepEqual(placed.flatMap(({ parameters }) => parameters), [
    {
      name: "dense1",
      weights: [784, 100],
      outputs: 100,
      initialBias: 0.1,
      fanIn: 784,
      fanOut: 100,
    },
    {
      name: "dense2",
      weights: [120, 10],
      outputs: 10,
      initialBias: 0.1,
      fanIn: 120,
      fanOut: 10,
    },
  ]);
  assert.deepEqual([spec.batchSize, spec.output], [32, "dense2"]);
  // The layer on pixels has the same first weights as fc's, of the same seed.
  assert.deepEqual(initialParameters(spec, 7)[0], initialParameters(PIXELS, 7)[0]);
});

Deno.test("placeLayers() refuses a partial layer that reads more values than there are", () => {
  const [first, ...others] = wideDeep(784, 20).layers;
  const spec = { ...wideDeep(784, 20), layers: [{ ...first!, inputs: 805 } as never, ...others] };
  assert.throws(() => placeLayers(spec), {
    name: "TypeError",
    message: 'Cannot place the layer "dense1": it reads 805 of 804 values',
  });
});

const IMAGES = { kind: "pixels", width: 784 } as const;

for (const spec of [ae(IMAGES, 3), vae(IMAGES, 3)]) {
  Deno.test(`encoderOf() and decoderOf() share the parameters of a ${spec.name} between them`, () => {
    const tensors = initialParameters(spec, 1);
    const [encoder, decoder] = [encoderOf(spec), decoderOf(spec, 3)];
    assert.deepEqual([encoder.loss, decoder.loss], [null, null]);
    assert.deepEqual([encoder.output, decoder.output], ["latent", "probabilities"]);
    assert.deepEqual(encoder.input, IMAGES);
    assert.deepEqual(decoder.input, { kind: "features", width: 3 });
    assert.equal(placeLayers(decoder).at(-1)!.output.width, 784);
    const parts = [encoder, decoder].flatMap((part) => selectParameters(part, tensors));
    assert.deepEqual(parts.map(({ name }) => name), tensors.map(({ name }) => name));
    for (const [i, tensor] of parts.entries()) assert.equal(tensor, tensors[i]);
  });
}

Deno.test("selectParameters() finds a part's tensors in any order, and names one that is missing", () => {
  const tensors = initialParameters(PIXELS, 0);
  assert.deepEqual(selectParameters(PIXELS, tensors.toReversed()), tensors);
  assert.throws(() => selectParameters(PIXELS, tensors.slice(0, 3)), {
    name: "TypeError",
    message: 'the tensor "dense2/bias" of fc, [10], is missing',
  });
  const [first, ...others] = tensors;
  const turned = { ...first!, shape: first!.shape.toReversed() };
  assert.throws(() => selectParameters(PIXELS, [turned, ...others]), {
    name: "TypeError",
    message: `the tensor "${turned.name}" of fc, [784, 100], has the shape [100, 784]`,
  });
});
