/** `data`: finds, downloads and verifies the dataset, and says where it is. */
import { formatCount } from "../figures.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { loadData } from "./load_data.ts";
import type { DataOptions } from "./options.ts";
import type { World } from "./world.ts";

export async function data(options: DataOptions, world: World): Promise<ExitCode> {
  const asked = { ...options, refresh: true };
  const { name, sha256, source, splits } = await loadData(asked, world, options.quiet);
  const counts = {
    train: splits.train.count,
    validation: splits.validation.count,
    test: splits.test.count,
  };
  if (options.json) {
    world.stdout(JSON.stringify({ name, sha256, source, splits: counts }, null, 2) + "\n");
  } else {
    world.stdout(
      `${name} (${source}), verified\nSHA-256 ${sha256}\n` +
        `${formatCount(counts.train)} training, ${formatCount(counts.validation)} validation and ` +
        `${formatCount(counts.test)} test images\n`,
    );
  }
  return EXIT.ok;
}
