import assert from "node:assert/strict";
import { temporaryFolder } from "../data/test_files.ts";
import { tryClaim } from "./claim.ts";

const HOLD = `
import { tryClaim } from "${new URL("claim.ts", import.meta.url)}";
const claim = await tryClaim(Deno.args[0]);
console.log(claim === null ? "taken" : "held");
if (claim !== null) setTimeout(() => {}, 60_000);
`;

/** Another process that tries to claim, and holds what it gets until it is killed. */
async function otherProcess(folder: string, path: string) {
  const script = `${folder}/hold.ts`;
  await Deno.writeTextFile(script, HOLD);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-read", "--allow-write", script, path],
    stdout: "piped",
    stdin: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  return {
    said: value?.trim(),
    kill: async () => {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

Deno.test("a claim excludes another process, and ends when its holder is killed", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/locks/case.lock`;
  const first = await otherProcess(folder.path, path);
  assert.equal(first.said, "held");
  assert.equal(await tryClaim(path), null);
  await first.kill();
  const claim = await tryClaim(path);
  assert.ok(claim);
  const second = await otherProcess(folder.path, path);
  assert.equal(second.said, "taken");
  await second.kill();
  await claim.release();
  await assert.rejects(Deno.stat(`${folder.path}/locks`), Deno.errors.NotFound);
});

/** A disk on which something else happens once, when a file is opened for the first time. */
function diskWith(
  { before, after }: { before?: () => Promise<void>; after?: () => Promise<void> },
) {
  const disk = {
    ...{ mkdir: Deno.mkdir, remove: Deno.remove, stat: Deno.stat },
    opened: 0,
    open: async (...args: Parameters<typeof Deno.open>) => {
      const isFirst = ++disk.opened === 1;
      if (isFirst) await before?.();
      const file = await Deno.open(...args);
      if (isFirst) await after?.();
      return file;
    },
  };
  return disk;
}

Deno.test("a lock on a file that its last holder has removed is no claim", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/locks/case.lock`;
  // The first file is gone by the time that it is locked.
  const disk = diskWith({ after: () => Deno.remove(path) });
  await using claim = await tryClaim(path, disk);
  assert.ok(claim);
  assert.equal(disk.opened, 2);
  assert.equal(await tryClaim(path), null);
});

Deno.test("a claim is made where another process removes the folder in between", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/locks/case.lock`;
  const disk = diskWith({ before: () => Deno.remove(`${folder.path}/locks`) });
  await using claim = await tryClaim(path, disk);
  assert.ok(claim);
  assert.equal(disk.opened, 2);
});
