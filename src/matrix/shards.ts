/**
 * Which cases a shard owns. It follows from the matrix alone: not from what is done already, nor from
 * how fast a machine is, so that shards on different machines agree.
 * @module
 */
import { type Case, dependencyOf, formatCase } from "./case.ts";

/** The `index`-th of `count` shards, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A case, and the arithmetic that it takes. */
export interface WeighedCase {
  readonly case: Case;
  readonly gigaflop: number;
}

/**
 * The cases of a shard, in their order. An encoder goes with its heads; the groups are dealt out, the
 * heaviest first, each to the shard that has least.
 *
 * Source: Graham, "Bounds on multiprocessing timing anomalies", 1969 (longest processing time first).
 */
export function casesOfShard(cases: readonly WeighedCase[], { index, count }: Shard): Case[] {
  const groups = Map.groupBy(cases, ({ case: c }) => formatCase(dependencyOf(c) ?? c));
  const weighed = [...groups].map(([name, members]) => ({
    name,
    members,
    gigaflop: members.reduce((sum, { gigaflop }) => sum + gigaflop, 0),
  })).sort((a, b) => b.gigaflop - a.gigaflop || (a.name < b.name ? -1 : 1));
  const loads: number[] = new Array(count).fill(0);
  const mine = new Set<WeighedCase>();
  for (const { members, gigaflop } of weighed) {
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest]! += gigaflop;
    if (lightest === index - 1) { for (const member of members) mine.add(member); }
  }
  return cases.filter((one) => mine.has(one)).map(({ case: c }) => c);
}
