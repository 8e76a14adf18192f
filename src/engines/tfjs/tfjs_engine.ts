import { initialParameters } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import type { Splits } from "../../data/dataset.ts";
import type { Engine } from "../engine.ts";
import type { TfjsBackend } from "./tensorflow.ts";
import { TfjsSession } from "./tfjs_session.ts";

/**
 * A second opinion: the same models, initial weights, batches and noise, computed by TensorFlow.js.
 * Its results repeat on one machine at best, so bands apply to them and digests do not.
 */
export class TfjsEngine implements Engine {
  readonly name: TfjsBackend["name"];

  constructor(private readonly backend: TfjsBackend) {
    this.name = backend.name;
  }

  open(spec: ModelSpec, splits: Splits, seed: number): Promise<TfjsSession> {
    this.backend.use();
    const weights = initialParameters(spec, seed);
    return Promise.resolve(new TfjsSession(this.backend, spec, splits, seed, weights));
  }
}
