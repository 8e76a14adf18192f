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
  assert.equal(claim?.isExclusive, true);
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

Deno.test("a claim is made, and says what it is worth, if no file has the number of an open one", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/locks/case.lock`;
  let opened = 0;
  const disk = {
    ...{ mkdir: Deno.mkdir, remove: Deno.remove },
    open: (...args: Parameters<typeof Deno.open>) => {
      opened++;
      return Deno.open(...args);
    },
    stat: async (path: string | URL) => ({ ...await Deno.stat(path), ino: 1e9 + opened }),
  };
  await using claim = await tryClaim(path, disk);
  assert.equal(claim?.isExclusive, false);
  assert.ok(opened < 20, `${opened} tries`);
  // Who can trust the numbers is kept out all the same.
  assert.equal(await tryClaim(path), null);
});

Deno.test("a folder that cannot be seen after it was made is an error, not an endless loop", async () => {
  await using folder = await temporaryFolder();
  let opened = 0;
  const disk = {
    ...{ mkdir: Deno.mkdir, remove: Deno.remove, stat: Deno.stat },
    open: () => {
      opened++;
      return Promise.reject(new Deno.errors.NotFound("No such file or directory (os error 2)"));
    },
  };
  await assert.rejects(tryClaim(`${folder.path}/locks/case.lock`, disk), Deno.errors.NotFound);
  assert.ok(opened < 20, `${opened} tries`);
});

/** A disk whose files cannot be locked, for a reason. */
function withoutLocks(reason: string) {
  return {
    ...{ mkdir: Deno.mkdir, remove: Deno.remove, stat: Deno.stat },
    open: async (...args: Parameters<typeof Deno.open>) => {
      const file = await Deno.open(...args);
      file.tryLock = () => Promise.reject(new Error(reason));
      return file;
    },
  };
}

Deno.test({
  name: "a claim is made, and says that it is not exclusive, if the file system has no locks",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/locks/case.lock`;
    const disk = withoutLocks("Function not implemented (os error 38)");
    const claim = await tryClaim(path, disk);
    assert.equal(claim?.isExclusive, false);
    assert.equal((await tryClaim(path, disk))?.isExclusive, false);
    await claim.release();
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    const broken = withoutLocks("Input/output error (os error 5)");
    await assert.rejects(tryClaim(path, broken), /Input\/output error/);
  },
});
