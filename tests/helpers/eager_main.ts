/** The program, but with a checkpoint after every epoch. */
import { DENO_WORLD } from "../../src/cli/world.ts";
import { main } from "../../src/cli/main.ts";

Deno.exit(await main(Deno.args, { ...DENO_WORLD, checkpointEveryMs: 0 }));
