/** `engine`: installs TensorFlow.js, and for tfjs-node its native binding, into the cache folder. */
import { buildBinding } from "../runner/tfjs_binding.ts";
import { installPackages } from "../runner/tfjs_packages.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { cacheOf } from "./load_data.ts";
import type { EngineOptions } from "./options.ts";
import type { World } from "./world.ts";

export async function engine({ name }: EngineOptions, world: World): Promise<ExitCode> {
  const notify = (line: string) => world.stderr(`${line}\n`);
  const cache = cacheOf(world);
  if (cache === null) {
    throw new Error(
      "Cannot install TensorFlow.js: there is no cache folder; set XDG_CACHE_HOME to one",
    );
  }
  notify(`Installing TensorFlow.js in ${cache}, unless it is there`);
  const folder = await installPackages(cache);
  if (name === "tfjs-node") {
    const python = world.env("LATENTBENCH_TENSORFLOW_PYTHON") || null;
    await buildBinding(folder, { python, notify });
  }
  world.stdout(`The engine ${name} is ready: deno task reproduce:native --engine ${name}\n`);
  return EXIT.ok;
}
