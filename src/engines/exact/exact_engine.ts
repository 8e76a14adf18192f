import { initialParameters } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { sha256HexOfText } from "../../sha256.ts";
import type { Splits } from "../../data/dataset.ts";
import type { Engine } from "../engine.ts";
import { compile } from "./compile.ts";
import { ExactSession } from "./exact_session.ts";
import type { Build, CompiledKernels } from "./kernels.ts";

/** The engine whose results are the same bits on every machine. */
export class ExactEngine implements Engine {
  readonly name = "exact";

  constructor(private readonly kernels: CompiledKernels) {}

  get build(): Build {
    return this.kernels.build;
  }

  async open(spec: ModelSpec, splits: Splits, seed: number): Promise<ExactSession> {
    const plan = compile(spec);
    const session = new ExactSession(
      plan,
      await sha256HexOfText(JSON.stringify(plan)),
      this.kernels,
      splits,
      seed,
    );
    session.setWeights(initialParameters(spec, seed));
    return session;
  }
}
