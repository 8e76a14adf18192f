/** The command line of `deno task bench:peers`. */
import { parseArgs } from "node:util";
import { MODEL_NAMES, type ModelName } from "./workload.ts";

/** The script of each peer, by the name that `--peers` takes. */
export const PEERS = {
  pytorch: { system: "PyTorch", script: "pytorch_peer.py" },
  tensorflow: { system: "TensorFlow", script: "tensorflow_peer.py" },
  "tfjs-node": { system: "TensorFlow.js", script: "tfjs_peer.ts" },
  jax: { system: "JAX", script: "jax_peer.py" },
} as const;
export type PeerName = keyof typeof PEERS;
const PEER_NAMES = Object.keys(PEERS) as PeerName[];

export const USAGE = `Usage: deno task bench:peers [options]

  --models LIST      of ${MODEL_NAMES.join(", ")} (default: all)
  --peers LIST       of ${PEER_NAMES.join(", ")}, or none (default: all)
  --rounds N         how often all take turns (default: 7)
  --skip-throughput  without the two processes side by side
  --json FILE        writes the samples and what was made of them
  --help             prints this

The Python of the peers (bench/peers/requirements.txt) is $LATENTBENCH_PEERS_PYTHON, or python3;
deno task engine:tfjs-node installs TensorFlow.js.`;

export interface Options {
  readonly models: readonly ModelName[];
  readonly peers: readonly PeerName[];
  readonly rounds: number;
  readonly throughput: boolean;
  readonly json: string | null;
}

/** A command line that makes no sense: one line says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The options, or null where help was asked for. Throws a UsageError. */
export function parseOptions(args: readonly string[]): Options | null {
  const values = parse(args);
  if (values.help) return null;
  const rounds = Number(values.rounds);
  if (!/^\d+$/.test(values.rounds) || rounds < 1 || rounds > 10_000) {
    throw new UsageError(
      `Cannot run "${values.rounds}" rounds: give a whole number from 1 to 10000`,
    );
  }
  if (values.json === "") throw new UsageError("Cannot write the JSON: --json needs a file name");
  return {
    models: chosen("models", values.models, MODEL_NAMES),
    peers: values.peers.trim() === "none" ? [] : chosen("peers", values.peers, PEER_NAMES),
    rounds,
    throughput: !values["skip-throughput"],
    json: values.json ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        models: { type: "string", default: MODEL_NAMES.join() },
        peers: { type: "string", default: PEER_NAMES.join() },
        rounds: { type: "string", default: "7" },
        "skip-throughput": { type: "boolean", default: false },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message.split("\n")[0]!);
  }
}

/** The names of a comma-separated list, in the order of `known`. */
function chosen<T extends string>(what: string, list: string, known: readonly T[]): T[] {
  const names = list.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!(known as readonly string[]).includes(name)) {
      throw new UsageError(`Cannot take "${name}" for --${what}: give some of ${known.join(", ")}`);
    }
  }
  return known.filter((name) => names.includes(name));
}
