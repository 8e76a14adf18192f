/** The live page, driven as a reader would drive it. */
import type { Tab } from "./tab.ts";

/** Trains a case, for example `fc@250#0`, to its end; what is returned is the text of its result. */
export async function trainInPage(tab: Tab, name: string): Promise<string> {
  const [configuration, seed] = name.split("#") as [string, string];
  await choose(tab, "configuration", configuration);
  await choose(tab, "seed", seed);
  await tab.evaluate(`${byId("train")}.click()`);
  await tab.waitFor(
    `${byId("result")}.childElementCount > 0 && ${byId("stop")}.disabled`,
    `${byId("status")}.textContent`,
  );
  return await textOf(tab, "result");
}

/** Adds what the browser cannot say, and saves the file. */
export async function saveAttestations(
  tab: Tab,
  note = "",
): Promise<{ readonly name: string; readonly text: string }> {
  await set(tab, "note", note, "input");
  await tab.evaluate(`${byId("attest")}.click()`);
  return await tab.saved();
}

export async function textOf(tab: Tab, id: string): Promise<string> {
  return `${await tab.evaluate(`${byId(id)}.innerText`)}`;
}

async function choose(tab: Tab, id: string, value: string): Promise<void> {
  await set(tab, id, value, "change");
  const chosen = await tab.evaluate(`${byId(id)}.value`);
  if (chosen !== value) throw new Error(`Cannot choose ${value}: the page offers ${chosen}`);
}

async function set(tab: Tab, id: string, value: string, event: string): Promise<void> {
  await tab.evaluate(
    `((e) => { e.value = ${JSON.stringify(value)}; e.dispatchEvent(new Event("${event}")); })` +
      `(${byId(id)})`,
  );
}

function byId(id: string): string {
  return `document.querySelector("#${id}")`;
}
