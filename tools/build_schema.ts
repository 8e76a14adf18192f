/**
 * Writes the record's schema as JSON Schema, for programs in other languages.
 *
 * Usage: deno task build:schema [--check]: with `--check` fails where the committed file differs.
 * @module
 */
import { z } from "zod";
import { recordSchema } from "../src/store/record_schema.ts";

const FILE = new URL("../docs/record.schema.json", import.meta.url);

const schema = {
  title: "Latentbench record",
  description: "What reproduce leaves of one case; see src/store/record.ts.",
  ...z.toJSONSchema(recordSchema, { target: "draft-2020-12" }),
};
const text = JSON.stringify(schema, null, 2) + "\n";
if (!Deno.args.includes("--check")) {
  await Deno.writeTextFile(FILE, text);
} else if (await Deno.readTextFile(FILE) !== text) {
  console.error(
    "docs/record.schema.json is not what src/store/record_schema.ts says: run build:schema",
  );
  Deno.exit(1);
}
