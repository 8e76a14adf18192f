import { cacheDirectory, type CacheEnvironment } from "../data/cache.ts";
import { inSharedMemory } from "../data/dataset.ts";
import type { LoadedDataset } from "../data/load_dataset.ts";
import { formatBytes } from "../figures.ts";
import { asUsage } from "./exit_codes.ts";
import { expandHome } from "./home.ts";
import type { DatasetOptions } from "./options.ts";
import type { World } from "./world.ts";

/** Where downloads and builds are kept, or null where no variable names a cache folder. */
export function cacheOf(world: World): string | null {
  return cacheDirectory(cacheEnvironment(world));
}

/** The variables that say where the user's caches are. */
function cacheEnvironment(world: World): CacheEnvironment {
  return {
    XDG_CACHE_HOME: world.env("XDG_CACHE_HOME"),
    HOME: world.env("HOME"),
    LOCALAPPDATA: world.env("LOCALAPPDATA"),
  };
}

/**
 * Loads the dataset that the options and the environment ask for, with notices on stderr, into
 * memory that all workers share.
 */
export async function loadData(
  { dataset, data, refresh }: DatasetOptions,
  world: World,
  quiet: boolean,
): Promise<LoadedDataset> {
  let shownTenth = -1;
  const loaded = await asUsage(() =>
    world.loadDataset({
      dataset,
      directory: data,
      refresh,
      environment: {
        MNIST_DIR: expandHome(world.env("MNIST_DIR") ?? "", world),
        CI: world.env("CI"),
        ...cacheEnvironment(world),
      },
      notify: (line) => world.stderr(`${line}\n`),
      onProgress: (file, received, total) => {
        const tenth = total === null ? -1 : Math.floor(received / total * 10);
        if (quiet || tenth <= shownTenth % 10) return;
        shownTenth = tenth === 10 ? -1 : tenth;
        world.stderr(`  ${file}: ${formatBytes(received)}\n`);
      },
    })
  );
  return { ...loaded, splits: inSharedMemory(loaded.splits) };
}
