import type { SampledLatentLayer } from "../../../models/spec.ts";
import { padded } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import { denseForward, denseInputGradient, denseParameterGradients } from "./dense.ts";
import type { ForwardLayer, Value } from "./layer.ts";

/** z = mean + eps stddev: see kernels/sampled_latent.c. */
export function sampledLatent(
  b: ProgramBuilder,
  layer: SampledLatentLayer,
  input: Value,
): ForwardLayer {
  const { name, units } = layer;
  const rows = (part: string) => b.rows(`${name}/${part}`, units);
  const [mean, stddev] = [rows("mean"), rows("stddev")];
  for (const [part, output] of [["mean", mean], ["stddev", stddev]] as const) {
    denseForward(b, `${name}/${part}`, input, units, ACTIVATION.linear, output);
  }
  const kept = (part: string) => b.keptBuffer(`${name}/${part}`, b.batchSize * padded(units));
  const [u, v] = [kept("u"), kept("v")];
  const eps = rows("eps");
  b.call("draw_normal", [u, v, eps], ["count", units]);
  const z = rows("z");
  const divergence = b.buffer(`${name}/divergence`, b.batchSize);
  b.call("sampled_latent_forward", [mean, stddev, eps, z, divergence], ["count", units]);
  const gradient = () => rows("gradient");
  return {
    output: { pointer: z, width: units, activation: "linear", gradient },
    embedding: mean,
    sampling: { divergence, noise: { u: u.buffer, v: v.buffer, width: units } },
    backward: () => {
      const gradients = { mean: rows("mean-gradient"), stddev: rows("stddev-gradient") };
      b.call("sampled_latent_gradient", [
        mean,
        stddev,
        eps,
        gradient(),
        gradients.mean,
        gradients.stddev,
      ], ["count", units]);
      for (const part of ["mean", "stddev"] as const) {
        denseParameterGradients(b, `${name}/${part}`, input, units, gradients[part]);
      }
      if (!input.gradient) return;
      const total = input.gradient();
      const second = b.rows(`${name}/second-gradient`, input.width);
      denseInputGradient(b, `${name}/mean`, input, units, gradients.mean, total);
      denseInputGradient(b, `${name}/stddev`, input, units, gradients.stddev, second);
      b.call("add", [total, second, total], ["count", padded(input.width)]);
    },
  };
}
