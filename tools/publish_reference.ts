/**
 * Takes over into reports/reference what a folder of results holds of the exact engine: the records
 * of `mnist` and `strokes`, and of the encoders with the first seed what the report draws, packed.
 * A record that contradicts a published one ends it: a published digest never moves within a numeric
 * version. Bands are measured from the same records by measure:bands.
 *
 * Usage: deno task publish:reference DIR
 * @module
 */
import { fileURLToPath } from "node:url";
import { formatCase, isEncoder } from "../src/matrix/case.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import { Store } from "../src/store/store.ts";

const [directory] = Deno.args;
if (directory === undefined) {
  console.error("Cannot publish a reference: name the folder of results");
  Deno.exit(2);
}
const from = new Store(directory);
const to = new Store(fileURLToPath(new URL("../reports/reference", import.meta.url)));
const stored = (await from.readAll()).filter(({ record }) =>
  record.engine === "exact" && record.numericVersion === NUMERIC_VERSION &&
  record.dataset.name !== "idx"
);
let added = 0;
for (const { file, record } of stored) {
  if (record.status === "failed") continue;
  const there = (await to.read(record))?.record;
  if (there?.status === "ok") {
    const [published, now] = [there, record].map(({ result }) => JSON.stringify(result.digests));
    if (published !== now) {
      console.error(
        `Cannot publish ${formatCase(record.case)}: its digests are not the published ones`,
      );
      Deno.exit(1);
    }
  } else {
    // Where it ran is known; a commit of somebody's working copy says nothing to others.
    await to.write({ ...record, provenance: { ...record.provenance, commit: null } });
    added++;
  }
  if (!isEncoder(record.case) || record.case.seed !== 0) continue;
  const name = `artifacts/${file.replace(/\.json$/, ".safetensors")}`;
  const artifacts = await Deno.open(`${directory}/${name}`);
  await Deno.mkdir(`${to.directory}/artifacts`, { recursive: true });
  await Deno.writeFile(
    `${to.directory}/${name}.gz`,
    artifacts.readable.pipeThrough(new CompressionStream("gzip")),
  );
}
console.log(`${added} records added`);
