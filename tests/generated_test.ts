import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { readPublished } from "../src/checks/check_store.ts";
import { sha256Hex } from "../src/sha256.ts";
import { testWith } from "./needs.ts";
import { PACKED_HEADS_FILE } from "../src/store/packed_heads.ts";
import { ScriptedWorld } from "./scripted_world.ts";

const EXACT = new URL("../src/engines/exact/", import.meta.url);

Deno.test("kernels.sha256 names the bytes of both committed builds", async () => {
  const manifest = await Deno.readTextFile(new URL("kernels.sha256", EXACT));
  const builds = [...manifest.matchAll(/^(\S+\.wasm) ([0-9a-f]{64})$/gm)];
  assert.deepEqual(builds.map(([, file]) => file), ["kernels.wasm", "kernels_emulated.wasm"]);
  for (const [, file, digest] of builds) {
    assert.equal(await sha256Hex(await Deno.readFile(new URL(file!, EXACT))), digest);
  }
});

async function runCheck(tool: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL(`../tools/${tool}`, import.meta.url).href, "--check"],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stdout) + decoder.decode(stderr));
}

testWith("zig", "the committed kernels are what their source builds", async () => {
  await runCheck("build_kernels.ts");
});

Deno.test("the committed header of the kernels is what their table says", async () => {
  await runCheck("build_kernel_header.ts");
});

Deno.test("the committed report script is what its source bundles to", async () => {
  await runCheck("build_report_script.ts");
});

Deno.test("the committed pages of the reference are what its records give", async () => {
  const reference = new URL("../reports/reference/", import.meta.url);
  const results = await Deno.makeTempDir({ prefix: "latentbench-reference-" });
  try {
    for (const folder of ["records", "artifacts"]) {
      await Deno.mkdir(`${results}/${folder}`);
      for (const { name } of Deno.readDirSync(new URL(`${folder}/`, reference))) {
        await Deno.copyFile(
          new URL(`${folder}/${name}`, reference),
          `${results}/${folder}/${name}`,
        );
      }
    }
    for (const name of ["peers.json", PACKED_HEADS_FILE]) {
      await Deno.copyFile(new URL(name, reference), `${results}/${name}`);
    }
    assert.equal(
      await new ScriptedWorld({ published: await readPublished() })
        .call("report", "--results", results),
      0,
    );
    for (const page of ["index.html", "strokes.html", "play.html"]) {
      const rendered = await Deno.readTextFile(`${results}/${page}`);
      const committed = await Deno.readTextFile(new URL(page, reference));
      assert.ok(rendered === committed, `${page}: run deno task report:reference`);
    }
  } finally {
    await Deno.remove(results, { recursive: true });
  }
});

Deno.test("the published JSON Schema is that of records, and takes the reference records", async () => {
  await runCheck("build_schema.ts");
  const schema = await Deno.readTextFile(new URL("../docs/record.schema.json", import.meta.url));
  const validate = new Ajv2020({ strict: true, validateFormats: false }).compile(
    JSON.parse(schema),
  );
  const records = new URL("../reports/reference/records/", import.meta.url);
  let checked = 0;
  for (const { name } of Deno.readDirSync(records)) {
    const record: object = JSON.parse(await Deno.readTextFile(new URL(name, records)));
    assert.ok(validate(record), `${name}: ${JSON.stringify(validate.errors)}`);
    assert.ok(!validate({ ...record, engine: "abacus" }));
    checked++;
  }
  assert.ok(checked > 50, `${checked}`);
});
