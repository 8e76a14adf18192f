import type { SampledLatentLayer } from "../../../models/spec.ts";
import { padded } from "../kernel_table.ts";
import type { Pointer } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import { denseForward, denseInputGradient, denseParameterGradients } from "./dense.ts";
import type { ForwardLayer, Value } from "./layer.ts";

/**
 * z = mean + eps stddev: see kernels/sampled_latent.c, whose KL term has no weight. For a weight w the
 * gradient of z is divided by w, and what the kernel makes of it is multiplied by w. A power of two
 * makes both exact, unless a result is so small (below 2^-126) that it is rounded.
 */
export function sampledLatent(
  b: ProgramBuilder,
  layer: SampledLatentLayer,
  input: Value,
): ForwardLayer {
  const { name, units } = layer;
  const exponent = exponentOf(layer);
  const scale = (gradient: Pointer, by: number) => {
    if (by === 0) return;
    b.call("scale", { values: gradient, out: gradient }, { width: padded(units), exponent: by });
  };
  const buffer = (part: string) => b.buffer(`${name}/${part}`);
  const [mean, stddev] = [buffer("mean"), buffer("stddev")];
  for (const [part, output] of [["mean", mean], ["stddev", stddev]] as const) {
    denseForward(b, `${name}/${part}`, input, units, ACTIVATION.linear, output);
  }
  const [u, v] = [b.keptBuffer(`${name}/u`), b.keptBuffer(`${name}/v`)];
  const eps = buffer("eps");
  b.call("draw_normal", { u, v, eps }, { width: units });
  const z = buffer("z");
  const divergence = buffer("divergence");
  b.call("sampled_latent_forward", { mean, stddev, eps, z, divergence }, { width: units });
  const gradient = () => buffer("gradient");
  return {
    output: { pointer: z, width: units, activation: "linear", gradient },
    embedding: mean,
    sampling: {
      divergence,
      addDivergence: (losses) => {
        let term = divergence;
        if (exponent !== 0) {
          term = buffer("kl-term");
          b.call("scale", { values: divergence, out: term }, { width: 1, exponent });
        }
        b.call("add", { a: losses, b: term, out: losses }, { width: 1 });
      },
      noise: { u: u.buffer, v: v.buffer, width: units },
    },
    backward: () => {
      scale(gradient(), -exponent);
      const gradients = { mean: buffer("mean-gradient"), stddev: buffer("stddev-gradient") };
      b.call("sampled_latent_gradient", {
        mean,
        stddev,
        eps,
        dz: gradient(),
        dmean: gradients.mean,
        dstddev: gradients.stddev,
      }, { width: units });
      for (const part of ["mean", "stddev"] as const) {
        scale(gradients[part], exponent);
        denseParameterGradients(b, `${name}/${part}`, input, units, gradients[part]);
      }
      if (!input.gradient) return;
      const total = input.gradient();
      const second = buffer("second-gradient");
      denseInputGradient(b, `${name}/mean`, input, units, gradients.mean, total);
      denseInputGradient(b, `${name}/stddev`, input, units, gradients.stddev, second);
      b.call("add", { a: total, b: second, out: total }, { width: padded(input.width) });
    },
  };
}

/** k of a weight that is 2^k. */
function exponentOf({ name, klWeight = 1 }: SampledLatentLayer): number {
  const exponent = klWeight < 1 ? Math.clz32(1 / klWeight) - 31 : 31 - Math.clz32(klWeight);
  if (klWeight !== (exponent < 0 ? 1 / (1 << -exponent) : 1 << exponent)) {
    throw new TypeError(
      `Cannot compile the layer "${name}": the weight of its KL term is ${klWeight}, where the exact ` +
        "engine needs a power of two from 2^-30 to 2^30",
    );
  }
  return exponent;
}
