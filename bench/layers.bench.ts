/**
 * Times every kernel call of a training step of conv, ae and vae, on the shapes that the models have,
 * one thread in WebAssembly. The step that they make up is checked first.
 *
 * Usage: deno task bench bench/layers.bench.ts [--filter 'conv:']
 * @module
 */
import assert from "node:assert/strict";
import { drawStrokes } from "../src/data/strokes.ts";
import { compile } from "../src/engines/exact/compile.ts";
import { ExactEngine } from "../src/engines/exact/exact_engine.ts";
import {
  type CompiledKernels,
  compileKernels,
  type Kernel,
  readKernelBytes,
} from "../src/engines/exact/kernels.ts";
import { ae, vae } from "../src/models/autoencoder.ts";
import { conv } from "../src/models/conv.ts";

const PIXELS = { kind: "pixels", width: 784 } as const;
const STROKES = drawStrokes();
const KERNELS = (await compileKernels("wasm", await readKernelBytes()))!;

Deno.bench("nothing", () => {});

interface Recorded {
  readonly kernel: Kernel;
  args: number[];
}

/** The same kernels, which also note, in the order in which calls were linked, what they were given. */
function recording(kernels: CompiledKernels, calls: Recorded[]): CompiledKernels {
  return {
    ...kernels,
    instantiate: (shared) => {
      const instance = kernels.instantiate(shared);
      const linked = instance.kernel.bind(instance);
      instance.kernel = (...wanted) => {
        const recorded: Recorded = { kernel: linked(...wanted), args: [] };
        calls.push(recorded);
        return (...args) => {
          recorded.args = args;
          recorded.kernel(...args);
        };
      };
      return instance;
    },
  };
}

for (const spec of [conv(PIXELS), ae(PIXELS, 20), vae(PIXELS, 20)]) {
  const batch = Uint32Array.from({ length: spec.batchSize }, (_, i) => i);
  const recorded: Recorded[] = [];
  const session = await new ExactEngine(recording(KERNELS, recorded)).open(spec, STROKES, 0);
  const usual = await new ExactEngine(KERNELS).open(spec, STROKES, 0);
  for (let i = 0; i < 2; i++) {
    assert.equal(session.step(batch, 1e-3, 1), usual.step(batch, 1e-3, 1), spec.name);
  }
  const { calls } = compile(spec).step!;
  // The step is linked last.
  for (const [i, { kernel, args }] of recorded.slice(-calls.length).entries()) {
    const { kernel: name, pointers } = calls[i]!;
    const sizes = args.slice(pointers.length, -2).join(", ");
    const number = `${i + 1}`.padStart(2, "0");
    Deno.bench(`${spec.name}: ${number} ${name} (${sizes})`, { group: spec.name }, () => {
      kernel(...args);
    });
  }
}
