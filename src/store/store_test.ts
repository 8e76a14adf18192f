import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { identityOf, scriptedRecord } from "../../tests/scripted_world.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import type { Case } from "../matrix/case.ts";
import { type Identity, recordFileName, Store, type StoreDisk } from "./store.ts";

const IDENTITY: Identity = {
  case: caseOf("fc@2000"),
  dataset: { name: "strokes", sha256: "a".repeat(64) },
  engine: "exact",
  numericVersion: 1,
};

Deno.test("recordFileName() gives the names that stored records have: a golden one", async () => {
  // printf '["fc@2000#0","aaa...a","exact",1]' | sha256sum, with 64 times the letter a.
  assert.equal(
    await recordFileName(IDENTITY),
    "99fd5892001a8b241c58560fe15cc99bc684e36bbf47e7b4adf262f7782016f0.json",
  );
});

Deno.test("recordFileName() differs in every field that makes a result another one", async () => {
  const others: Identity[] = [
    IDENTITY,
    { ...IDENTITY, case: { ...IDENTITY.case, labels: 2001 } },
    { ...IDENTITY, case: { ...IDENTITY.case, seed: 1 } },
    { ...IDENTITY, dataset: { name: "strokes", sha256: "b".repeat(64) } },
    { ...IDENTITY, engine: "tfjs" as Identity["engine"] },
    { ...IDENTITY, numericVersion: 2 },
    { ...IDENTITY, case: { ...IDENTITY.case, model: "conv" as Case["model"] } },
    { ...IDENTITY, case: { ...IDENTITY.case, latents: 20 } },
    { ...IDENTITY, case: { ...IDENTITY.case, labels: null } },
  ];
  const names = await Promise.all(others.map(recordFileName));
  assert.equal(new Set(names).size, others.length);
});

Deno.test("recordFileName() does not depend on where, when and how fast a case ran", async () => {
  const record = await scriptedRecord(caseOf("fc@2000"), { score: 0.9 });
  const elsewhere = {
    ...record,
    provenance: { ...record.provenance, backend: "wasm-emulated", threads: 8, seconds: 99 },
  };
  assert.equal(await recordFileName(record), await recordFileName(elsewhere));
});

Deno.test("Store gives back what was written, in full digits", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(`${folder.path}/new/results`);
  const record = await scriptedRecord(caseOf("fc@2000"), { score: 0.1 + 0.2, curve: [1 / 3] });
  const { file } = await store.write(record);
  assert.deepEqual(await store.read(identityOf(record.case)), { file, record });
  assert.deepEqual(namesIn(`${store.directory}/records`), [file]);
});

Deno.test("Store.read() gives null for a case without a record, and where there is no folder", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(`${folder.path}/results`);
  assert.equal(await store.read(IDENTITY), null);
  await store.write(await scriptedRecord(caseOf("fc@250"), { score: 0.9 }));
  assert.equal(await store.read(identityOf(caseOf("fc@251"))), null);
});

Deno.test("Store.readAll() gives all records by file name, and none where there is no folder", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(`${folder.path}/results`);
  assert.deepEqual(await store.readAll(), []);
  const names = ["fc@100", "fc@200", "fc@300", "fc@400", "fc@500", "fc@600"];
  const files: string[] = [];
  for (const name of names) {
    files.push((await store.write(await scriptedRecord(caseOf(name), { score: 0.9 }))).file);
  }
  const sorted = [...files].sort();
  assert.notDeepEqual(files, sorted);
  assert.deepEqual((await store.readAll()).map(({ file }) => file), sorted);
});

Deno.test("Store.readAll() passes over temporary files of a run that was killed", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const { file } = await store.write(await scriptedRecord(caseOf("fc@100"), { score: 0.9 }));
  await Deno.writeTextFile(`${folder.path}/records/${file}.6f1f.tmp`, "{");
  assert.deepEqual((await store.readAll()).map((stored) => stored.file), [file]);
});

Deno.test("Store.readAll() passes over what a Mac leaves beside a record", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const { file } = await store.write(await scriptedRecord(caseOf("fc@100"), { score: 0.9 }));
  await Deno.writeFile(`${folder.path}/records/._${file}`, Uint8Array.of(0, 5, 22, 7, 0, 2));
  assert.deepEqual((await store.readAll()).map((stored) => stored.file), [file]);
});

Deno.test("Store.readAll() reads a record with a byte order mark", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const { file, record } = await store.write(
    await scriptedRecord(caseOf("fc@100"), { score: 0.9 }),
  );
  const path = `${folder.path}/records/${file}`;
  await Deno.writeTextFile(path, `\ufeff${await Deno.readTextFile(path)}`);
  assert.deepEqual(await store.readAll(), [{ file, record }]);
});

Deno.test({
  name: "Store.readAll() reads a record that is a link",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = await temporaryFolder();
    const store = new Store(folder.path);
    const { file } = await store.write(await scriptedRecord(caseOf("fc@100"), { score: 0.9 }));
    const path = `${folder.path}/records/${file}`;
    await Deno.rename(path, `${folder.path}/elsewhere`);
    await Deno.symlink(`${folder.path}/elsewhere`, path);
    assert.deepEqual((await store.readAll()).map((stored) => stored.file), [file]);
  },
});

/** A disk that fails at one step. */
function failingDisk(step: "mkdir" | "open" | "write" | "sync" | "rename"): StoreDisk {
  const fail = () => {
    throw new Error("No space left on device (os error 28)");
  };
  return {
    mkdir: step === "mkdir" ? fail : Deno.mkdir,
    rename: step === "rename" ? fail : Deno.rename,
    remove: Deno.remove,
    stat: Deno.stat,
    open: async (path, options) => {
      if (step === "open") fail();
      const file = await Deno.open(path, options);
      if (step === "write") file.write = fail;
      if (step === "sync") file.sync = fail;
      return file;
    },
  };
}

for (const step of ["mkdir", "open", "write", "sync", "rename"] as const) {
  Deno.test(`Store.write() keeps the old record and leaves no file behind when ${step} fails`, async () => {
    await using folder = await temporaryFolder();
    const c = caseOf("fc@250");
    const store = new Store(folder.path);
    const { file } = await store.write(await scriptedRecord(c, { score: 0.9 }));
    const full = new Store(folder.path, failingDisk(step));
    const better = await scriptedRecord(c, { score: 0.91 });
    await assert.rejects(full.write(better), {
      name: "StoreError",
      message:
        `Cannot write ${folder.path}/records/${file}: No space left on device (os error 28);` +
        " free the space, fix its permissions or name another --results folder",
    });
    assert.deepEqual(namesIn(`${folder.path}/records`), [file]);
    const kept = (await store.read(identityOf(c)))?.record;
    assert.ok(kept?.status === "ok");
    assert.equal(kept.result.score, 0.9);
  });
}

Deno.test("Store.write() goes on where the disk takes a few bytes at a time", async () => {
  await using folder = await temporaryFolder();
  const slow: StoreDisk = {
    mkdir: Deno.mkdir,
    rename: Deno.rename,
    remove: Deno.remove,
    stat: Deno.stat,
    open: async (path, options) => {
      const file = await Deno.open(path, options);
      const write = file.write.bind(file);
      file.write = (bytes) => write(bytes.subarray(0, 100));
      return file;
    },
  };
  const record = await scriptedRecord(caseOf("fc@250"), { score: 0.9 });
  await new Store(folder.path, slow).write(record);
  assert.deepEqual((await new Store(folder.path).read(identityOf(record.case)))?.record, record);
});

Deno.test("Store.write() puts the record in place with a rename, after it was synced", async () => {
  await using folder = await temporaryFolder();
  const steps: string[] = [];
  const watched: StoreDisk = {
    mkdir: Deno.mkdir,
    remove: Deno.remove,
    stat: Deno.stat,
    rename: (from, to) => {
      steps.push("rename");
      return Deno.rename(from, to);
    },
    open: async (path, options) => {
      assert.ok(`${path}`.endsWith(".tmp"));
      const file = await Deno.open(path, options);
      const sync = file.sync.bind(file);
      file.sync = () => {
        steps.push("sync");
        return sync();
      };
      return file;
    },
  };
  await new Store(folder.path, watched)
    .write(await scriptedRecord(caseOf("fc@250"), { score: 0.9 }));
  assert.deepEqual(steps, ["sync", "rename"]);
});

Deno.test("Store.removeUnusable() removes broken records of these cases, and no others", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const files: string[] = [];
  for (const name of ["fc@100", "fc@200", "fc@300"]) {
    files.push((await store.write(await scriptedRecord(caseOf(name), { score: 0.9 }))).file);
  }
  const [good, broken, notAsked] = files as [string, string, string];
  await Deno.writeTextFile(`${folder.path}/records/${broken}`, "{");
  await Deno.writeTextFile(`${folder.path}/records/${notAsked}`, "{");
  await store.removeUnusable([caseOf("fc@100"), caseOf("fc@200"), caseOf("fc@9")].map(identityOf));
  assert.deepEqual(namesIn(`${folder.path}/records`), [good, notAsked].sort());
});

/** A disk whose file system lacks what Linux then calls by these reasons. */
function poorDisk(reasons: { readonly sync?: string; readonly lock?: string }): StoreDisk {
  return {
    ...{ mkdir: Deno.mkdir, rename: Deno.rename, remove: Deno.remove, stat: Deno.stat },
    open: async (path, options) => {
      const file = await Deno.open(path, options);
      const { sync, lock } = reasons;
      if (sync !== undefined) file.sync = () => Promise.reject(new TypeError(sync));
      if (lock !== undefined) file.tryLock = () => Promise.reject(new Error(lock));
      return file;
    },
  };
}

Deno.test({
  name: "Store.tryOut() finds out what the file system can do, and leaves no file",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const needs = { records: 100, embeddings: 3 * 2 ** 20 + 5 };
    const noSync = "Invalid argument (os error 22)";
    const noLock = "Unknown error 524 (os error 524)";
    for (
      const [reasons, abilities] of [
        [{}, { sync: true, lock: true }],
        [{ sync: noSync }, { sync: false, lock: true }],
        [{ lock: noLock }, { sync: true, lock: false }],
      ] as const
    ) {
      assert.deepEqual(await new Store(folder.path, poorDisk(reasons)).tryOut(needs), abilities);
      assert.deepEqual(namesIn(folder.path), ["embeddings", "records"]);
      assert.deepEqual(namesIn(`${folder.path}/embeddings`), []);
      assert.deepEqual(namesIn(`${folder.path}/records`), []);
    }
  },
});

Deno.test("Store.tryOut() writes as much as is needed, and says if it cannot", async () => {
  await using folder = await temporaryFolder();
  let written = 0;
  const room = 5 * 2 ** 20;
  const disk = {
    ...poorDisk({}),
    open: async (path: string | URL, options?: Deno.OpenOptions) => {
      const file = await Deno.open(path, options);
      file.write = (bytes) => {
        written += bytes.length;
        return written <= room
          ? Promise.resolve(bytes.length)
          : Promise.reject(new Error("No space left on device (os error 28)"));
      };
      return file;
    },
  };
  const store = new Store(folder.path, disk);
  await store.tryOut({ records: room });
  assert.equal(written, room);
  written = 0;
  await assert.rejects(store.tryOut({ records: 10, embeddings: room }), {
    name: "StoreError",
    message:
      /^Cannot keep in .*\/embeddings what a case leaves, 5\.2 MB: No space left .*; free .* folder$/,
  });
  assert.deepEqual(namesIn(`${folder.path}/embeddings`), []);
});

Deno.test({
  name: "Store.write() keeps a record if the file system cannot sync",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const record = await scriptedRecord(caseOf("fc@250"), { score: 0.9 });
    const disk = poorDisk({ sync: "Invalid argument (os error 22)" });
    await new Store(folder.path, disk).write(record);
    assert.deepEqual((await new Store(folder.path).read(record))?.record, record);
  },
});

Deno.test({
  name: "Store.writePage() writes through a symbolic link, to a file that may not be there yet",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = await temporaryFolder();
    const [results, published] = [`${folder.path}/results`, `${folder.path}/published`];
    await Deno.mkdir(results);
    await Deno.mkdir(published);
    await Deno.symlink("../published/page.html", `${results}/index.html`);
    const store = new Store(results);
    for (const html of ["first", "second"]) {
      assert.equal(await store.writePage("index.html", html), `${results}/index.html`);
      assert.equal(await Deno.readTextFile(`${published}/page.html`), html);
      assert.ok((await Deno.lstat(`${results}/index.html`)).isSymlink);
    }
    assert.deepEqual([namesIn(results), namesIn(published)], [["index.html"], ["page.html"]]);
    // A link that leads to itself is no page, and nothing is lost in it.
    await Deno.symlink("loop.html", `${results}/loop.html`);
    await store.writePage("loop.html", "third");
    assert.equal(await Deno.readTextFile(`${results}/loop.html`), "third");
  },
});
