import assert from "node:assert/strict";
import { downloadMnist, type DownloadOptions } from "./download.ts";
import { MNIST_FILES, MNIST_MIRRORS } from "./mnist_files.ts";
import {
  gzip,
  type Mirror,
  namesIn,
  serveDataset,
  serveMirror,
  serveNothing,
  serveRaw,
  smallDataset,
  temporaryFolder,
} from "./test_files.ts";

const SMALL = smallDataset(3, 2);
const NAMES = SMALL.files.map(({ name }) => name);
const [LABELS_FILE] = SMALL.files.slice(3);
const LABELS = SMALL.contents.get(LABELS_FILE!.name)!;

function options(mirrors: readonly Mirror[]): DownloadOptions {
  return {
    files: SMALL.files,
    mirrors: mirrors.map(({ address }) => address),
    cacheDirectory: null,
    timeouts: { connect: 2_000, stall: 2_000 },
    attempts: 2,
    backoff: 1,
  };
}

/** Downloads the test labels only, with time-outs short enough to wait for. */
function impatient(mirrors: readonly Mirror[]): DownloadOptions {
  return { ...options(mirrors), files: [LABELS_FILE!], timeouts: { connect: 60, stall: 60 } };
}

Deno.test("the mirrors are folders on https, and the files are MNIST's four", () => {
  assert.ok(MNIST_MIRRORS.length >= 2);
  for (const mirror of MNIST_MIRRORS) assert.match(mirror, /^https:\/\/.+\/$/);
  assert.equal(new Set(MNIST_FILES.map(({ expected }) => expected!.sha256)).size, 4);
});

Deno.test("downloadMnist() returns verified files and caches them as they came", async () => {
  await using folder = await temporaryFolder();
  await using mirror = serveDataset(SMALL);
  const cacheDirectory = `${folder.path}/latentbench`;
  const { files, hosts } = await downloadMnist({ ...options([mirror]), cacheDirectory });
  assert.deepEqual(files.map(({ bytes }) => bytes), [...SMALL.contents.values()]);
  assert.deepEqual(hosts, Array(4).fill(mirror.host));
  assert.deepEqual(namesIn(cacheDirectory), NAMES.map((name) => `${name}.gz`).sort());
  assert.deepEqual(mirror.asked, NAMES.map((name) => `/${name}.gz`));
});

Deno.test("downloadMnist() reports progress up to the whole", async () => {
  await using mirror = serveDataset(SMALL);
  const last = new Map<string, [number, number | null]>();
  await downloadMnist({
    ...options([mirror]),
    onProgress: (file, received, total) => last.set(file, [received, total]),
  });
  assert.deepEqual([...last.keys()], NAMES);
  for (const [name, [received, total]] of last) {
    assert.equal(received, (await gzip(SMALL.contents.get(name)!)).length);
    assert.ok(total === received || total === null);
  }
});

Deno.test("downloadMnist() asks again after a 503, and then no other mirror", async () => {
  const packed = await gzip(LABELS);
  let asked = 0;
  await using busy = serveMirror(() =>
    ++asked === 1 ? new Response("busy", { status: 503 }) : new Response(packed)
  );
  await using other = serveDataset(SMALL);
  const { files } = await downloadMnist(impatient([busy, other]));
  assert.deepEqual(files[0]!.bytes, LABELS);
  assert.equal(asked, 2);
  assert.deepEqual(other.asked, []);
});

Deno.test("downloadMnist() does not ask again after a 404", async () => {
  await using empty = serveNothing();
  await using good = serveDataset(SMALL);
  assert.deepEqual((await downloadMnist(impatient([empty, good]))).hosts, [good.host]);
  assert.equal(empty.asked.length, 1);
});

Deno.test("downloadMnist() follows redirects", async () => {
  await using good = serveDataset(SMALL);
  await using moved = serveMirror((path) =>
    new Response(null, { status: 302, headers: { location: `${good.address}${path.slice(1)}` } })
  );
  assert.equal((await downloadMnist(options([moved]))).files.length, 4);
  assert.equal(good.asked.length, 4);
});

Deno.test("downloadMnist() leaves a mirror with wrong content at once for the next", async () => {
  await using wrong = serveMirror(async () => new Response(await gzip(LABELS.slice(1))));
  await using good = serveDataset(SMALL);
  assert.deepEqual((await downloadMnist(impatient([wrong, good]))).hosts, [good.host]);
  assert.equal(wrong.asked.length, 1);
});

Deno.test("downloadMnist() asks the mirror that worked first for the files that follow", async () => {
  await using wrong = serveMirror(() => new Response("<html>please log in</html>"));
  await using good = serveDataset(SMALL);
  await downloadMnist(options([wrong, good]));
  assert.deepEqual(wrong.asked, [`/${NAMES[0]}.gz`]);
});

Deno.test("downloadMnist() takes a file that the server sent unpacked", async () => {
  await using folder = await temporaryFolder();
  await using plain = serveMirror(() => new Response(LABELS));
  await downloadMnist({ ...impatient([plain]), cacheDirectory: folder.path });
  assert.deepEqual(namesIn(folder.path), [LABELS_FILE!.name]);
});

const CUT = "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nabc";

for (
  const [what, bytes, hold] of [
    ["never answers", "", true],
    ["cuts the connection within the file", CUT, false],
  ] as const
) {
  Deno.test(`downloadMnist() asks a server that ${what} twice, then another`, async () => {
    await using bad = serveRaw(bytes, hold);
    await using good = serveDataset(SMALL);
    assert.deepEqual((await downloadMnist(impatient([bad, good]))).hosts, [good.host]);
    assert.equal(bad.asked.length, 2);
  });
}

Deno.test("downloadMnist() gives up on a server that stalls within the file", async () => {
  await using stalling = serveRaw(CUT, true);
  await assert.rejects(downloadMnist(impatient([stalling])), {
    name: "DownloadError",
    message: `Cannot download t10k-labels-idx1-ubyte: no mirror gave it\n  ${stalling.address}` +
      "t10k-labels-idx1-ubyte.gz: no further bytes for 60 ms (2 attempts)",
  });
});

Deno.test("downloadMnist() refuses a file over the size limit, announced or not", async () => {
  const cancelled = Promise.withResolvers<void>();
  await using announced = serveRaw("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\nabc", true);
  await using endless = serveMirror(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(50_000)),
        cancel: () => cancelled.resolve(),
      }),
    )
  );
  await assert.rejects(
    downloadMnist({ ...options([announced, endless]), files: [LABELS_FILE!] }),
    (error: Error) => {
      assert.match(error.message, /sent 9999999 bytes or more, over the limit of 65546\n/);
      assert.match(error.message, /sent \d{5,6} bytes or more, over the limit of 65546$/);
      return true;
    },
  );
  assert.equal(announced.asked.length, 1);
  await cancelled.promise;
});

Deno.test("downloadMnist() says what each mirror did when all fail, and caches nothing", async () => {
  await using folder = await temporaryFolder();
  await using empty = serveNothing();
  await using wrong = serveMirror(() => new Response("<html>please log in</html>"));
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const gone = `http://127.0.0.1:${closed.addr.port}/mnist`;
  closed.close();
  await assert.rejects(
    downloadMnist({
      ...impatient([empty, wrong]),
      mirrors: [empty.address, wrong.address, gone],
      cacheDirectory: folder.path,
    }),
    (error: Error) => {
      assert.equal(error.name, "DownloadError");
      const [head, ...lines] = error.message.split("\n");
      assert.equal(head, "Cannot download t10k-labels-idx1-ubyte: no mirror gave it");
      assert.equal(lines.length, 3);
      assert.match(lines[0]!, /t10k-labels-idx1-ubyte\.gz: answered 404 Not Found$/);
      assert.match(lines[1]!, /its 26 unpacked bytes have the SHA-256 [0-9a-f]{64}, but/);
      assert.ok(lines[2]!.startsWith(`  ${gone}/t10k-labels-idx1-ubyte.gz: `), lines[2]);
      assert.match(lines[2]!, /\(2 attempts\)$/);
      return true;
    },
  );
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("downloadMnist() stops at once when it is aborted, with the reason", async () => {
  await using silent = serveRaw("", true);
  const abort = new AbortController();
  const waiting = downloadMnist({ ...options([silent]), signal: abort.signal });
  setTimeout(() => abort.abort(new Error("interrupted")), 20);
  await assert.rejects(waiting, { name: "Error", message: "interrupted" });
  assert.ok(silent.asked.length <= 1);
});

Deno.test("downloadMnist() reports a full disk as such, not as a failed mirror", async () => {
  await using good = serveDataset(SMALL);
  const full = Object.assign(new Error("No space left on device (os error 28)"), {
    code: "ENOSPC",
  });
  await assert.rejects(
    downloadMnist({
      ...options([good]),
      cacheDirectory: "/cache/latentbench",
      disk: {
        ...Deno,
        mkdir: () => Promise.resolve(),
        open: () => Promise.reject(full),
        remove: () => Promise.resolve(),
      },
    }),
    {
      name: "DataError",
      message: /^Cannot cache train-images.* in \/cache\/latentbench: No space/,
    },
  );
  assert.equal(good.asked.length, 1);
});
