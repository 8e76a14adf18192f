/** `report`: the pages of every dataset in a folder of records. */
import { checkStore } from "../checks/check_store.ts";
import { Store } from "../store/store.ts";
import { datasetsOf } from "./check.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { ReportOptions } from "./options.ts";
import type { World } from "./world.ts";
import { writeReport } from "./write_report.ts";

export async function report(options: ReportOptions, world: World): Promise<ExitCode> {
  const store = new Store(options.results);
  const published = await world.readPublished();
  const stored = await store.readAll();
  for (const dataset of datasetsOf(stored, options)) {
    const checked = checkStore([], "exact", stored, dataset, published);
    const page = await writeReport(store, dataset, checked, null, false);
    world.stdout(`Report: ${page}\n`);
  }
  return EXIT.ok;
}
