/** Who takes part: our backends and the peers that were asked for, each with 1 and 2 threads. */
import { fileURLToPath } from "node:url";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Missing, Participant } from "./contest.ts";
import { type PeerName, PEERS } from "./options.ts";
import { type Backend, findKernels, openOurs } from "./ours.ts";
import { Peer } from "./peer.ts";
import { type Contestant, NoAnswer } from "./protocol.ts";
import { OURS } from "./summary.ts";

const THREADS = [2, 1] as const;

/** Runs a peer that is written in TypeScript. */
const DENO = [
  ...[Deno.execPath(), "run", "--quiet", "--no-check"],
  ...["--allow-read", "--allow-env", "--allow-ffi"],
];

/** A participant before it has started. */
export interface Candidate {
  readonly system: string;
  readonly threads: number;
  /** Starts it, leaving the first cores to others; throws a NoAnswer where something is missing. */
  readonly start: (skipCores: number) => Promise<Contestant>;
}

export function candidates(
  dataset: Dataset,
  peers: readonly PeerName[],
  python: string,
): Candidate[] {
  const ours = (["native", "wasm"] as const satisfies Backend[]).map((backend) => {
    const kernels = findKernels(backend);
    kernels.catch(() => {}); // reported when it is awaited
    return {
      system: OURS[backend],
      open: async (threads: number) => openOurs(await kernels, threads, dataset),
    };
  });
  const theirs = peers.map((name) => ({
    system: PEERS[name].system,
    open: (threads: number, skipCores: number) => {
      const script = fileURLToPath(new URL(PEERS[name].script, import.meta.url));
      const command = [...script.endsWith(".py") ? [python] : DENO, script];
      return Promise.resolve(Peer.start({ command, threads, skipCores }));
    },
  }));
  return THREADS.flatMap((threads) =>
    [...ours, ...theirs].map(({ system, open }) => ({
      system,
      threads,
      start: async (skipCores: number) => await open(threads, skipCores),
    }))
  );
}

/** Starts a candidate, or gives the reason why that cannot be. */
export async function join(
  { system, threads, start }: Candidate,
  skipCores: number,
): Promise<Participant | Missing> {
  let contestant: Contestant | null = null;
  try {
    contestant = await start(skipCores);
    const { version } = await contestant.ask<"hello">({ task: "hello" });
    return { system, threads, version, contestant };
  } catch (error) {
    await contestant?.close();
    if (!(error instanceof NoAnswer)) throw error;
    return { model: null, system, threads, variant: null, reason: error.message };
  }
}
