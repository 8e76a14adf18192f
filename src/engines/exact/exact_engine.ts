import { initialParameters } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { sha256HexOfText } from "../../sha256.ts";
import type { Splits } from "../../data/dataset.ts";
import type { Engine } from "../engine.ts";
import { compile } from "./compile.ts";
import { ExactSession } from "./exact_session.ts";
import type { Build, CompiledKernels } from "./kernels.ts";

/**
 * A step of a smaller plan takes a fraction of a millisecond: where threads share a core with others,
 * a single wait for one of them is longer than that.
 */
const SMALLEST_SHARED_PLAN = 1 << 21;

/** The engine whose results are the same bits on every machine. */
export class ExactEngine implements Engine {
  readonly name = "exact";

  /**
   * @param threads of each session, from 1 to `MAX_PARTS`: the bits are the same
   * @param smallest plan that is shared between threads, in floats
   */
  constructor(
    private readonly kernels: CompiledKernels,
    private readonly threads = 1,
    private readonly smallest = SMALLEST_SHARED_PLAN,
  ) {}

  /** The same engine with so many threads a session. */
  withThreads(threads: number): ExactEngine {
    return new ExactEngine(this.kernels, threads, this.smallest);
  }

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
      plan.floats < this.smallest ? 1 : this.threads,
    );
    await session.start();
    session.setWeights(initialParameters(spec, seed));
    return session;
  }
}
