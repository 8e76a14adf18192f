/** The examples of the documentation run as they stand. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

Deno.test("every example of docs/extending.md runs, with its types checked", async () => {
  const page = fileURLToPath(new URL("../docs/extending.md", import.meta.url));
  const examples = [...(await Deno.readTextFile(page)).matchAll(/^```ts$/gm)].length;
  assert.equal(examples, 3);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--doc", "--frozen", "--allow-read", page],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(success, `${text}\n${new TextDecoder().decode(stderr)}`);
  assert.match(text, new RegExp(`${examples} passed`));
});
