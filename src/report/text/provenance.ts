/** How a report says by what a record was made: machine, engine and versions. */
import { countOf } from "../../figures.ts";
import type { Provenance } from "../../store/record.ts";

export function formatMachine(
  { machine: { cpu, cores, os, arch } }: Pick<Provenance, "machine">,
): string {
  return `${cpu ?? "unknown processor"}, ${countOf(cores, "core")}, ${os} ${arch}`;
}

export function formatEngine(engine: string, { backend, threads }: Provenance): string {
  return `${engine}, ${backend}, ${countOf(threads, "thread")}`;
}

export function formatVersions({ versions }: Pick<Provenance, "versions">): string {
  return Object.entries(versions).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, version]) => `${name} ${version}`).join(", ");
}
