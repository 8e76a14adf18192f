/**
 * TensorFlow.js on libtensorflow as a peer: a process of its own, for the number of its threads holds
 * for a whole process. It answers as peer.py does, from our own TensorFlow.js engine, and draws the
 * same batches by itself.
 *
 * Usage: deno run ... tfjs_peer.ts --threads N --skip-cores N
 * (The cores are left to the operating system: a process of Deno cannot choose them.)
 * @module
 */
import { parseArgs } from "node:util";
import { TfjsError } from "../../src/engines/tfjs/tfjs_error.ts";
import { openEngine } from "../../src/runner/find_engine.ts";
import { findTfjs } from "../../src/runner/tfjs_packages.ts";
import { loadTimedDataset } from "./dataset.ts";
import { cacheOf } from "../../src/cli/load_data.ts";
import { DENO_WORLD } from "../../src/cli/world.ts";
import type { Request } from "./protocol.ts";
import { Stepper } from "./stepper.ts";
import type { ModelName } from "./workload.ts";

const { values } = parseArgs({
  options: { threads: { type: "string" }, "skip-cores": { type: "string" } },
});
let stepper: Stepper | undefined;

async function answer(request: Request): Promise<unknown> {
  try {
    stepper ??= await start(Number(values.threads));
    return await stepper.answer(
      request.task === "open" ? { task: "open", model: request.spec.name as ModelName } : request,
    );
  } catch (error) {
    if (error instanceof TfjsError) return { missing: error.message };
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function start(threads: number): Promise<Stepper> {
  const folder = await findTfjs("tfjs-node", cacheOf(DENO_WORLD));
  const engine = await openEngine({ name: "tfjs-node", folder }, threads);
  return new Stepper(engine, await loadTimedDataset(), "tfjs-node");
}

let rest = "";
const encoder = new TextEncoder();
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop()!;
  for (const line of lines) {
    const bytes = encoder.encode(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
  }
}
