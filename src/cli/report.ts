/** `report`: the live page, and the pages of every dataset in a folder of records. */
import { checkStore } from "../checks/check_store.ts";
import { formatBytes } from "../figures.ts";
import { DATASET_LABELS } from "../report/text/datasets.ts";
import { Store } from "../store/store.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { ReportOptions } from "./options.ts";
import { datasetsOf } from "./scope.ts";
import type { World } from "./world.ts";
import { readPlayModel, writePlay } from "./write_play.ts";
import { NOTHING_ASKED, pageName, writeReport } from "./write_report.ts";

export async function report(options: ReportOptions, world: World): Promise<ExitCode> {
  const store = new Store(options.results);
  const published = await world.readPublished();
  const stored = await store.readAll();
  const datasets = datasetsOf(stored, options);
  const model = options.play === null
    ? null
    : await readPlayModel(options.play, [...stored, ...published.records]);
  // The live page comes first: a report links to it where it lies beside.
  const play = await writePlay(
    store,
    model,
    published,
    datasets.map((dataset) => ({
      href: pageName(dataset),
      title: `Report on ${DATASET_LABELS[dataset.name].title}`,
    })),
  );
  for (const dataset of datasets) {
    const checked = checkStore([], "exact", stored, dataset, published);
    const page = await writeReport(store, dataset, checked, NOTHING_ASKED);
    world.stdout(`Report: ${page}\n`);
  }
  const carries = model === null
    ? "without a latent plane: --play adds one"
    : `with the latent plane of ${model.name}`;
  world.stdout(`Play: ${play.path} (${formatBytes(play.bytes)}, ${carries})\n`);
  return EXIT.ok;
}
