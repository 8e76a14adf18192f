import assert from "node:assert/strict";
import { type FileWriter, writeAtomically } from "../write_atomically.ts";
import { cacheDirectory, readCached, writeCached } from "./cache.ts";
import { gzip, namesIn, smallDataset, temporaryFolder } from "./test_files.ts";

const SMALL = smallDataset(3, 2);
const FILE = SMALL.files[3]!;
const BYTES = SMALL.contents.get(FILE.name)!;

/** A disk that takes some bytes, then is full, as Deno reports it. */
function fullDisk(): FileWriter {
  return {
    ...Deno,
    open: async (path, options) => {
      const handle = await Deno.open(path, options);
      let room = 4;
      const write = handle.write.bind(handle);
      handle.write = (bytes) => {
        if (room === 0) {
          const full = new Error("No space left on device (os error 28)");
          return Promise.reject(Object.assign(full, { code: "ENOSPC" }));
        }
        const taken = bytes.subarray(0, room);
        room -= taken.length;
        return write(taken);
      };
      return handle;
    },
  };
}

Deno.test("cacheDirectory() follows XDG_CACHE_HOME, then HOME", () => {
  assert.equal(cacheDirectory({ XDG_CACHE_HOME: "/c", HOME: "/h" }, "linux"), "/c/latentbench");
  assert.equal(cacheDirectory({ HOME: "/h" }, "linux"), "/h/.cache/latentbench");
  assert.equal(
    cacheDirectory({ XDG_CACHE_HOME: "", HOME: "/h" }, "darwin"),
    "/h/.cache/latentbench",
  );
});

Deno.test("cacheDirectory() ignores a relative XDG_CACHE_HOME", () => {
  assert.equal(
    cacheDirectory({ XDG_CACHE_HOME: "c", HOME: "/h" }, "linux"),
    "/h/.cache/latentbench",
  );
});

Deno.test("cacheDirectory() uses LOCALAPPDATA on Windows", () => {
  const environment = { LOCALAPPDATA: "/local", HOME: "/h" };
  assert.equal(cacheDirectory(environment, "windows"), "/local/latentbench");
  assert.equal(cacheDirectory({ HOME: "/h" }, "windows"), null);
});

Deno.test("cacheDirectory() is null where no variable says where it would be", () => {
  assert.equal(cacheDirectory({}, "linux"), null);
  assert.equal(cacheDirectory({ HOME: "", LOCALAPPDATA: "/local" }, "linux"), null);
});

Deno.test("writeCached() makes the folder and leaves only the whole file", async () => {
  await using folder = await temporaryFolder();
  const cache = `${folder.path}/deep/latentbench`;
  await writeCached(cache, `${FILE.name}.gz`, await gzip(BYTES));
  assert.deepEqual(namesIn(cache), [`${FILE.name}.gz`]);
  assert.deepEqual((await readCached(cache, FILE)).file?.bytes, BYTES);
});

Deno.test("writeCached() on a full disk says so, what to do, and leaves nothing behind", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(writeCached(folder.path, FILE.name, BYTES, fullDisk()), {
    name: "DataError",
    message:
      `Cannot cache ${FILE.name} in ${folder.path}: No space left on device (os error 28). ` +
      "It was downloaded but not kept; free space there, set XDG_CACHE_HOME to another folder, or " +
      "give --data DIR",
  });
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("writeAtomically() leaves the old file when the new one cannot be finished", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/digits`;
  await Deno.writeTextFile(path, "old");
  const failing: FileWriter[] = [
    fullDisk(),
    { ...Deno, rename: () => Promise.reject(new Error("rename failed")) },
  ];
  for (const disk of failing) {
    await assert.rejects(writeAtomically(path, [BYTES], disk), /No space left|rename failed/);
    assert.equal(await Deno.readTextFile(path), "old");
    assert.deepEqual(namesIn(folder.path), ["digits"]);
  }
});

Deno.test("writeCached() reports a file in place of the cache folder", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await assert.rejects(writeCached(`${folder.path}/file`, FILE.name, BYTES), {
    name: "DataError",
    message: /^Cannot cache t10k-labels-idx1-ubyte in .*\/file: .*It was downloaded but not kept/,
  });
});

Deno.test("readCached() tells an absent file from a broken one", async () => {
  await using folder = await temporaryFolder();
  assert.deepEqual(await readCached(folder.path, FILE), { file: null, broken: [] });
  assert.deepEqual(await readCached(`${folder.path}/gone`, FILE), { file: null, broken: [] });
  const path = `${folder.path}/${FILE.name}`;
  await Deno.writeFile(path, BYTES.subarray(0, 5));
  const { file, broken } = await readCached(folder.path, FILE);
  assert.equal(file, null);
  assert.equal(broken.length, 1);
  assert.equal(broken[0]!.path, path);
  assert.match(broken[0]!.reason, /its 5 unpacked bytes have the SHA-256/);
});

Deno.test("readCached() finds the good copy beside a broken one", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/${FILE.name}`, BYTES.subarray(0, 5));
  await Deno.writeFile(`${folder.path}/${FILE.name}.gz`, await gzip(BYTES));
  const { file, broken } = await readCached(folder.path, FILE);
  assert.deepEqual(file?.bytes, BYTES);
  assert.equal(broken.length, 1);
});
