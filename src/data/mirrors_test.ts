import assert from "node:assert/strict";
import { join } from "node:path";
import { fastestFirst } from "./mirrors.ts";
import { temporaryFolder } from "./test_files.ts";

const MIRRORS = ["https://a.example/mnist/", "https://b.example/mnist/"];

/** A `fetch` that does for each host what it is told, and counts. */
function network(hosts: Record<string, (signal: AbortSignal) => Promise<Response>>) {
  const asked: string[] = [];
  const fetch = (input: URL | RequestInfo, init?: RequestInit) => {
    const { host } = new URL(String(input));
    asked.push(`${init!.method} ${host}`);
    return hosts[host]!(init!.signal!);
  };
  return { fetch: fetch as typeof globalThis.fetch, asked };
}

const answers = () => Promise.resolve(new Response(null, { status: 404 }));
const refuses = () => Promise.reject(new TypeError("fetch failed"));
/** Says nothing until the request is given up. */
const isSilent = (signal: AbortSignal) =>
  new Promise<Response>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

function ask(
  { fetch }: { readonly fetch: typeof globalThis.fetch },
  memory: string | null = null,
  refresh = false,
) {
  const lines: string[] = [];
  const options = { fetch, connect: 100, patience: 10, notify: (line: string) => lines.push(line) };
  return { lines, order: fastestFirst(MIRRORS, memory, refresh, options) };
}

Deno.test("fastestFirst() asks all mirrors at once and puts the first that answers in front", async () => {
  const there = network({ "a.example": isSilent, "b.example": answers });
  const { order, lines } = ask(there);
  assert.deepEqual(await order, [MIRRORS[1], MIRRORS[0]]);
  assert.deepEqual(there.asked, ["HEAD a.example", "HEAD b.example"]);
  assert.deepEqual(lines, []);
});

Deno.test("fastestFirst() says soon that nobody answers yet, and names each mirror's reason in the end", async () => {
  const { order, lines } = ask(network({ "a.example": refuses, "b.example": isSilent }));
  await assert.rejects(order, {
    name: "DownloadError",
    message: "Cannot download MNIST: no mirror answers\n" +
      "  a.example: fetch failed\n  b.example: no answer for 100 ms",
  });
  assert.deepEqual(lines, [
    "No answer yet from a.example or b.example: waiting 1 s more (--dataset strokes needs no network)",
  ]);
});

Deno.test("fastestFirst() does not ask again within an hour, unless told to refresh", async () => {
  await using folder = await temporaryFolder();
  const memory = join(folder.path, "cache");
  const gone = network({ "a.example": refuses, "b.example": refuses });
  await assert.rejects(ask(gone, memory).order, /no mirror answers/);
  assert.equal(gone.asked.length, 2);
  await assert.rejects(ask(gone, memory).order, {
    name: "DownloadError",
    message: "Cannot download MNIST: no mirror answered less than a minute ago, and they are " +
      "asked once an hour. --refresh asks them now",
  });
  assert.equal(gone.asked.length, 2);
  await assert.rejects(ask(gone, memory, true).order, /no mirror answers/);
  assert.equal(gone.asked.length, 4);
  const back = network({ "a.example": answers, "b.example": answers });
  assert.deepEqual(await ask(back, memory, true).order, MIRRORS);
  assert.deepEqual(await ask(back, memory).order, MIRRORS);
});

Deno.test("fastestFirst() asks again after an hour, and if the date lies in the future", async () => {
  await using folder = await temporaryFolder();
  const gone = network({ "a.example": refuses, "b.example": refuses });
  await assert.rejects(ask(gone, folder.path).order);
  const [file] = [...Deno.readDirSync(folder.path)];
  const path = join(folder.path, file!.name);
  const setAge = (minutes: number) => {
    const date = new Date(Date.now() - minutes * 60_000);
    return Deno.utime(path, date, date);
  };
  await setAge(59);
  await assert.rejects(ask(gone, folder.path).order, /no mirror answered 59 minutes ago/);
  for (const minutes of [61, -5]) {
    await setAge(minutes);
    await assert.rejects(ask(gone, folder.path).order, /no mirror answers/);
  }
  assert.equal(gone.asked.length, 6);
});

Deno.test("fastestFirst() does not remember that the network may not be used", async () => {
  await using folder = await temporaryFolder();
  const denied = () => Promise.reject(new Deno.errors.NotCapable("Requires net access"));
  const gone = network({ "a.example": denied, "b.example": denied });
  for (const times of [2, 4]) {
    await assert.rejects(ask(gone, folder.path).order, /Requires net access/);
    assert.equal(gone.asked.length, times);
  }
});

Deno.test("fastestFirst() ends with the signal's reason", async () => {
  const { fetch } = network({ "a.example": isSilent, "b.example": isSilent });
  const signal = AbortSignal.timeout(5);
  await assert.rejects(
    fastestFirst(MIRRORS, null, false, { fetch, notify: () => {}, signal }),
    { name: "TimeoutError" },
  );
});
