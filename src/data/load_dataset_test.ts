import assert from "node:assert/strict";
import { testOnMnist } from "../../tests/needs.ts";
import { combineDigests } from "./digest.ts";
import { type DatasetRequest, isCi, loadDataset } from "./load_dataset.ts";
import { STROKES_SHA256 } from "./strokes.ts";
import {
  imagesFile,
  labelsFile,
  type Mirror,
  namesIn,
  serveDataset,
  serveNothing,
  smallDataset,
  temporaryFolder,
  writeDataset,
} from "./test_files.ts";

const SMALL = smallDataset(5_003, 2);
const NAMES = SMALL.files.map(({ name }) => name);
const SMALL_SHA256 = combineDigests(SMALL.files.map(({ expected }) => expected!.sha256));

/** A request for the small dataset in MNIST's place, and the lines it was notified of. */
function request(
  mirror: Mirror,
  changes: Partial<DatasetRequest>,
): DatasetRequest & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    dataset: "auto",
    directory: null,
    environment: {},
    notify: (line) => lines.push(line),
    download: {
      files: SMALL.files,
      mirrors: [mirror.address],
      timeouts: { connect: 2_000, stall: 2_000 },
      attempts: 1,
      backoff: 1,
    },
    ...changes,
    lines,
  };
}

Deno.test("loadDataset() reads --data, before MNIST_DIR, and says where it is from", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveNothing();
  await writeDataset(folder.path, SMALL);
  for (const dataset of ["auto", "mnist"] as const) {
    const loading = request(mirror, {
      dataset,
      directory: folder.path,
      environment: { MNIST_DIR: "/nowhere", CI: "true" },
    });
    const loaded = await loadDataset(loading);
    assert.equal(loaded.name, "mnist");
    assert.equal(loaded.sha256, SMALL_SHA256);
    assert.equal(loaded.source, `folder ${folder.path}`);
    assert.deepEqual([loaded.splits.train.count, loaded.splits.validation.count], [3, 5_000]);
    assert.deepEqual(loading.lines, []);
  }
  assert.deepEqual(mirror.asked, []);
});

Deno.test("loadDataset() reads MNIST_DIR where --data is not given", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveNothing();
  await writeDataset(folder.path, SMALL);
  const loaded = await loadDataset(request(mirror, { environment: { MNIST_DIR: folder.path } }));
  assert.equal(loaded.source, `folder ${folder.path}`);
});

Deno.test("loadDataset() looks nowhere else when the folder that was named is wrong", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveDataset(SMALL);
  await Deno.mkdir(`${folder.path}/cache/latentbench`, { recursive: true });
  await writeDataset(`${folder.path}/cache/latentbench`, SMALL);
  const environment = { XDG_CACHE_HOME: `${folder.path}/cache` };
  const wrong: Partial<DatasetRequest>[] = [
    { directory: `${folder.path}/gone`, environment },
    { directory: folder.path, environment },
    { environment: { ...environment, MNIST_DIR: `${folder.path}/gone` } },
  ];
  for (const changes of wrong) {
    const loading = request(mirror, changes);
    await assert.rejects(loadDataset(loading), {
      name: "DataError",
      message: /^Cannot read the data folder .*(there is no such folder|it lacks train-images)/,
    });
    assert.deepEqual(loading.lines, []);
  }
  assert.deepEqual(mirror.asked, []);
});

Deno.test("loadDataset() refuses another dataset in MNIST's place", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveNothing();
  await writeDataset(folder.path, SMALL);
  await Deno.writeFile(`${folder.path}/${NAMES[3]}`, labelsFile(2).fill(5, 9));
  await assert.rejects(loadDataset(request(mirror, { directory: folder.path })), {
    name: "DataError",
    message: /^Cannot use .*t10k-labels-idx1-ubyte: .* SHA-256 .*--dataset idx --data/s,
  });
});

Deno.test("loadDataset() downloads into the cache once, and reads it from there then", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveDataset(SMALL);
  const environment = { XDG_CACHE_HOME: folder.path };
  const first = request(mirror, { environment });
  const downloaded = await loadDataset(first);
  assert.equal(downloaded.source, `download from ${mirror.host}`);
  assert.deepEqual(first.lines, [
    `Downloading 4 of MNIST's 4 files from ${mirror.host} into ${folder.path}/latentbench`,
  ]);
  const second = request(mirror, { environment, dataset: "mnist" });
  const cached = await loadDataset(second);
  assert.equal(cached.source, `cache ${folder.path}/latentbench`);
  assert.deepEqual(second.lines, []);
  assert.deepEqual(cached.splits, downloaded.splits);
  assert.equal(cached.sha256, SMALL_SHA256);
  assert.equal(mirror.asked.length, 4);
});

Deno.test("loadDataset() says that a cached file is broken and downloads only that one", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveDataset(SMALL);
  const cache = `${folder.path}/latentbench`;
  await Deno.mkdir(cache);
  await writeDataset(cache, SMALL);
  await Deno.truncate(`${cache}/${NAMES[1]}`, 100);
  const loading = request(mirror, { environment: { XDG_CACHE_HOME: folder.path } });
  const loaded = await loadDataset(loading);
  assert.equal(loaded.sha256, SMALL_SHA256);
  assert.deepEqual(mirror.asked, [`/${NAMES[1]}.gz`]);
  assert.equal(loading.lines.length, 2);
  assert.ok(
    loading.lines[0]!.startsWith(`Cannot use ${cache}/${NAMES[1]}: its 100 unpacked bytes`),
  );
  assert.match(loading.lines[0]!, /; removed from the cache, and to be downloaded again$/);
  assert.match(loading.lines[1]!, /^Downloading 1 of MNIST's 4 files from /);
  assert.ok(namesIn(cache).includes(`${NAMES[1]}.gz`));
  assert.ok(!namesIn(cache).includes(NAMES[1]!));
});

Deno.test("loadDataset() uses a download that it has no folder to keep in, and says so", async () => {
  await using mirror = serveDataset(SMALL);
  const loading = request(mirror, { environment: { HOME: "" } });
  assert.equal((await loadDataset(loading)).sha256, SMALL_SHA256);
  assert.match(loading.lines.join("\n"), /they are not kept, for neither XDG_CACHE_HOME nor HOME/);
});

Deno.test("loadDataset() goes on with strokes, and says so loudly, when nothing is reached", async () => {
  await using mirror = serveNothing();
  const loading = request(mirror, { environment: { CI: "false", MNIST_DIR: "" } });
  const loaded = await loadDataset(loading);
  assert.equal(loaded.name, "strokes");
  assert.equal(loaded.sha256, STROKES_SHA256);
  assert.equal(loaded.source, "drawn");
  const said = loading.lines.join("\n");
  assert.match(
    said,
    /WARNING: MNIST could not be had\. Cannot download train-images.*answered 404/s,
  );
  assert.match(said, /WARNING: going on with the embedded dataset, strokes\. It is not MNIST/);
  assert.match(said, /Give --data DIR, or set MNIST_DIR/);
});

Deno.test("loadDataset() does not replace MNIST with CI set, and says how to get it", async () => {
  await using mirror = serveNothing();
  const loading = request(mirror, { environment: { CI: "true" } });
  await assert.rejects(loadDataset(loading), (error: Error) => {
    assert.equal(error.name, "DataError");
    assert.match(error.message, /CI is set, so the embedded dataset does not take its place/);
    assert.match(error.message, /Give --data DIR, or set MNIST_DIR.*--dataset strokes/s);
    for (const name of NAMES) assert.ok(error.message.includes(name));
    return true;
  });
});

Deno.test("loadDataset() does not replace MNIST when it was asked for by name", async () => {
  await using mirror = serveNothing();
  await assert.rejects(loadDataset(request(mirror, { dataset: "mnist" })), {
    name: "DataError",
    message: /answered 404 Not Found\nGive --data DIR, or set MNIST_DIR, .* from https:\/\//s,
  });
});

Deno.test("loadDataset() takes a full cache for an error, not for a reason to draw", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveDataset(SMALL);
  await Deno.writeTextFile(`${folder.path}/latentbench`, "a file in place of the cache folder");
  await assert.rejects(
    loadDataset(request(mirror, { environment: { XDG_CACHE_HOME: folder.path } })),
    { name: "DataError", message: /^Cannot cache train-images-idx3-ubyte.gz in / },
  );
});

Deno.test("loadDataset() reads strokes whatever MNIST_DIR says", async () => {
  await using mirror = serveNothing();
  const loading = request(mirror, {
    dataset: "strokes",
    environment: { MNIST_DIR: "/nowhere", CI: "true" },
  });
  const loaded = await loadDataset(loading);
  assert.deepEqual([loaded.name, loaded.sha256, loaded.source], [
    "strokes",
    STROKES_SHA256,
    "drawn",
  ]);
  assert.deepEqual(loading.lines, []);
});

Deno.test("loadDataset() reads any IDX folder of the same shapes, and nothing but --data", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveNothing();
  const other = smallDataset(5_001, 3);
  await writeDataset(folder.path, other);
  const loaded = await loadDataset(
    request(mirror, { dataset: "idx", directory: folder.path, environment: { MNIST_DIR: "/x" } }),
  );
  assert.equal(loaded.name, "idx");
  assert.equal(loaded.sha256, combineDigests(other.files.map(({ expected }) => expected!.sha256)));
  assert.deepEqual([loaded.splits.train.count, loaded.splits.test.count], [1, 3]);
});

Deno.test("loadDataset() rejects an IDX folder with other shapes, labels or counts", async () => {
  const wrong: [name: string, bytes: Uint8Array<ArrayBuffer>, message: RegExp][] = [
    [NAMES[0]!, imagesFile(5_000), /Cannot pair .* 5000 images, but 5003 labels/],
    [NAMES[1]!, labelsFile(5_003).fill(17, 11, 12), /label 17 at index 3 is none of 0 to 9/],
    [NAMES[2]!, imagesFile(2).subarray(0, 800), /says 2 x 28 x 28 = 1568 values, but .* 784/],
    [NAMES[3]!, imagesFile(2), /Cannot read labels from .*: it is an IDX file of images/],
  ];
  await using mirror = serveNothing();
  for (const [name, bytes, message] of wrong) {
    await using folder = await temporaryFolder();
    await writeDataset(folder.path, SMALL);
    await Deno.writeFile(`${folder.path}/${name}`, bytes);
    await assert.rejects(
      loadDataset(request(mirror, { dataset: "idx", directory: folder.path })),
      { name: "DataError", message },
    );
  }
});

Deno.test("loadDataset() rejects requests that contradict themselves as usage", async () => {
  await using mirror = serveNothing();
  const wrong: [Partial<DatasetRequest>, RegExp][] = [
    [{ dataset: "strokes", directory: "/x" }, /^Cannot use --dataset strokes with --data \/x: /],
    [
      { dataset: "idx", environment: { MNIST_DIR: "/x" } },
      /^Cannot use --dataset idx without a folder/,
    ],
    [{ directory: "" }, /^Cannot read --data: the name of the folder is empty/],
  ];
  for (const [changes, message] of wrong) {
    await assert.rejects(loadDataset(request(mirror, changes)), { name: "RangeError", message });
  }
});

Deno.test("isCi() takes empty, 0 and false for not set", () => {
  for (const value of [undefined, "", "0", "false", "False"]) assert.equal(isCi(value), false);
  for (const value of ["true", "1", "yes", "woodpecker"]) assert.equal(isCi(value), true);
});

testOnMnist("loadDataset() reads the real MNIST from MNIST_DIR", async (directory) => {
  const { splits, sha256 } = await loadDataset({
    dataset: "mnist",
    directory: null,
    environment: { MNIST_DIR: directory },
    notify: assert.fail,
  });
  assert.deepEqual(
    [splits.train.count, splits.validation.count, splits.test.count],
    [55_000, 5_000, 10_000],
  );
  // The first labels of the two files, as MNIST's readers know them.
  assert.deepEqual([...splits.validation.labels.subarray(0, 8)], [5, 0, 4, 1, 9, 2, 1, 3]);
  assert.deepEqual([...splits.test.labels.subarray(0, 8)], [7, 2, 1, 0, 4, 1, 4, 9]);
  assert.equal(sha256, "e9914cff2ade526da2ab1ac60c072f9173cc53e35b9411692de8207cb1b9009d");
});
