import assert from "node:assert/strict";
import { bundleHeader } from "../../../../tools/build_report_script.ts";

for (const name of ["page", "worker"] as const) {
  const bundle = await Deno.readTextFile(new URL(`${name}.bundle.js`, import.meta.url));

  Deno.test(`the live page's ${name} script was built from today's sources`, async () => {
    assert.equal(bundle.split("\n", 1)[0], await bundleHeader(`src/report/play/client/${name}`));
  });

  Deno.test(`the live page's ${name} script uses the browser alone`, () => {
    // An attestation names the runtime of a record, which is Deno in a terminal: `Deno ${version}`.
    assert.doesNotMatch(bundle, /\bDeno\b(?! \$\{)|node:|npm:|\brequire\(|ZodType/);
    assert.doesNotMatch(bundle, /<\/script|<!--/i);
    assert.doesNotMatch(bundle, /\bfetch\(|XMLHttpRequest|WebSocket|importScripts|\beval\(/);
  });
}
