/**
 * Has the published live page train cases in every browser that is found, and joins the files of
 * attestations that it saves.
 *
 * Usage: deno run --allow-all tools/attest_in_browsers.ts FILE [BROWSER:]CASE...
 *        for example: linux.json 'fc@250#0' 'firefox:conv@250#0'
 * @module
 */
import { type Attestation, formatAttestations } from "../src/store/attest.ts";
import { parseAttestations } from "../src/store/attestations.ts";
import { saveAttestations, textOf, trainInPage } from "../tests/helpers/browsers/live_page.ts";
import { BROWSERS, withTab } from "../tests/helpers/browsers/tab.ts";
import { findTool } from "../tests/needs.ts";

const PAGE = new URL("../reports/reference/play.html", import.meta.url).href;

const [file, ...cases] = Deno.args;
if (file === undefined || cases.length === 0) {
  throw new TypeError("Cannot attest: name a file, and cases such as fc@250#0");
}
const all: Attestation[] = [];
for (const browser of BROWSERS) {
  const command = findTool(browser);
  const chosen = cases.map((name) => name.split(":"))
    .flatMap((parts) => parts.length === 1 || parts[0] === browser ? [parts.at(-1)!] : []);
  if (command === null) console.log(`${browser} was not found`);
  if (command === null || chosen.length === 0) continue;
  await withTab(browser, command, PAGE, async (tab) => {
    for (const name of chosen) {
      const [verdict, trained] = (await trainInPage(tab, name)).split(/\n+/);
      console.log(`${browser}: ${await textOf(tab, "pace")} ${verdict}. ${trained}`);
    }
    // No page is told which WebKit this is.
    const note = browser === "webkit" ? `WebKitGTK ${tab.version}` : "";
    const { name, text } = await saveAttestations(tab, note);
    all.push(...await parseAttestations(text, name));
  });
}
await Deno.writeTextFile(file, formatAttestations(all));
console.log(`attested in ${file}, which holds ${all.length}`);
