/**
 * Times the matrix in small, on `strokes`: for each case and each engine that is here, a training
 * step, a pass of evaluation and, of an encoder, an embedding. What an engine computes is checked
 * against the exact engine before it is timed. Heads learn from drawn latents.
 *
 * Usage: deno task bench bench/matrix.bench.ts [--filter 'vae20@2000#0']
 * @module
 */
import assert from "node:assert/strict";
import { cacheOf } from "../src/cli/load_data.ts";
import { DENO_WORLD } from "../src/cli/world.ts";
import type { Splits } from "../src/data/dataset.ts";
import { drawStrokes } from "../src/data/strokes.ts";
import type { Engine, Session } from "../src/engines/engine.ts";
import { ENGINE_NAMES, type EngineName } from "../src/engines/engine_name.ts";
import { TfjsError } from "../src/engines/tfjs/tfjs_error.ts";
import { type Case, dependencyOf, formatCase, isEncoder } from "../src/matrix/case.ts";
import { modelOf } from "../src/matrix/model_of.ts";
import { selectCases, WHOLE_PROFILE } from "../src/matrix/select_cases.ts";
import { encoderOf } from "../src/models/autoencoder.ts";
import { initialParameters, selectParameters } from "../src/models/parameters.ts";
import type { ModelSpec } from "../src/models/spec.ts";
import { Stream } from "../src/random/stream.ts";
import { findEngine } from "../src/runner/find_engine.ts";
import { splitsOf } from "../src/runner/run_case.ts";

const STROKES = drawStrokes();
const SEED = 0;
/** Samples of an evaluation. */
const SCORED = 250;
/** Engines agree so far; a wrong model does not. */
const TOLERANCE = 0.01;

const CASES = selectCases({
  ...WHOLE_PROFILE,
  profile: "full",
  labels: [250, 2000],
  latents: [2, 20],
  seeds: 1,
  firstSeed: SEED,
}, STROKES.train.count);

/** An engine, by the name that it is listed under. */
interface Present {
  readonly name: string;
  readonly engine: Engine;
}

async function findEngines(): Promise<Present[]> {
  const cache = cacheOf(DENO_WORLD);
  const wanted = ENGINE_NAMES.flatMap((engine) =>
    (engine === "exact" ? ["wasm", "native"] as const : [null])
      .map((backend) => ({ engine, backend }))
  );
  const present: Present[] = [];
  for (const { engine: name, backend } of wanted) {
    try {
      const notices: string[] = [];
      const found = await findEngine(
        { engine: name, backend },
        cache,
        (line) => notices.push(line),
      );
      if (notices.length > 0) throw new TfjsError(notices.join("; "));
      const engine = await found.open(1);
      present.push({ name: backend === null ? name : `${name} ${backend}`, engine });
    } catch (error) {
      if (!(error instanceof TfjsError)) throw error;
      console.error(`Left out: ${error.message}`);
    }
  }
  return present;
}

/** Plain JavaScript, and a GPU in software, take seconds for a convolution. */
function isTooSlow({ name }: Engine, { layers }: ModelSpec): boolean {
  const slow: readonly EngineName[] = ["tfjs-cpu", "tfjs-webgpu"];
  return slow.includes(name) && layers.some(({ kind }) => kind.includes("conv"));
}

/** What a case sees; a head learns from drawn latents. */
function samplesOf(c: Case): Splits {
  if (dependencyOf(c) === null) return splitsOf(c, STROKES, null);
  const drawn = (role: string, count: number) =>
    new Stream(SEED, role).uniform(count * c.latents!, 2);
  const values = {
    train: drawn("bench/train", STROKES.train.count),
    validation: drawn("bench/validation", STROKES.validation.count),
    test: drawn("bench/test", STROKES.test.count),
  };
  return splitsOf(c, STROKES, { embeddings: { latents: c.latents!, values }, encoder: "" });
}

/** A session that has been checked; one is open at a time, for many would not fit into memory. */
let open: { readonly key: string; readonly session: Session } | null = null;

async function openChecked(
  { name, engine }: Present,
  exact: Engine,
  spec: ModelSpec,
  c: Case,
): Promise<Session> {
  const key = `${name} ${formatCase(c)} ${spec.loss}`;
  if (open?.key === key) return open.session;
  await open?.session.close();
  open = null;
  const splits = samplesOf(c);
  const expected = await tryOut(await exact.open(spec, splits, SEED), spec, c);
  await expected.session.close();
  const got = await tryOut(await engine.open(spec, splits, SEED), spec, c);
  for (const [i, value] of expected.values.entries()) {
    const error = Math.abs(got.values[i]! - value) / Math.max(1, Math.abs(value));
    assert.ok(error <= TOLERANCE, `${key}: ${got.values[i]}, not ${value}`);
  }
  open = { key, session: got.session };
  return open.session;
}

/** The loss of a step, and the first outputs and losses after it. */
async function tryOut(session: Session, spec: ModelSpec, c: Case) {
  if (spec.loss === null) {
    const whole = initialParameters(modelOf(c, STROKES.train.width), SEED);
    await session.setWeights(selectParameters(spec, whole));
  }
  const { outputs, losses } = await session.evaluate("test", 5, 1);
  const loss = spec.loss === null ? [] : [await session.step(batchOf(spec), 1e-5, 1)];
  return { session, values: [...loss, ...outputs, ...losses] };
}

function batchOf({ batchSize }: ModelSpec): Uint32Array {
  return Uint32Array.from({ length: batchSize }, (_, i) => i);
}

Deno.bench("nothing", () => {});

const engines = await findEngines();
const exact = engines[0]!.engine;
for (const c of CASES) {
  const spec = modelOf(c, STROKES.train.width);
  const add = (what: string, part: ModelSpec, run: (session: Session) => unknown) => {
    for (const [i, present] of engines.entries()) {
      if (isTooSlow(present.engine, spec)) continue;
      const group = `${formatCase(c)}: ${what}`;
      Deno.bench(`${group}, ${present.name}`, { group, baseline: i === 0 }, async (b) => {
        const session = await openChecked(present, exact, part, c);
        b.start();
        await run(session);
        b.end();
      });
    }
  };
  add(`a step of ${spec.batchSize}`, spec, (session) => session.step(batchOf(spec), 1e-5, 1));
  add(`scoring ${SCORED}`, spec, (session) => session.evaluate("test", SCORED, 1));
  if (!isEncoder(c)) continue;
  add(`embedding ${SCORED}`, encoderOf(spec), (session) => session.evaluate("test", SCORED, 1));
}
