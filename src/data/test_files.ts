/** For tests: small data files, a folder that goes away, web servers that do as they are told. */
import { sha256 } from "./digest.ts";
import { type DataFile, MNIST_FILES } from "./mnist_files.ts";

/** An IDX file of unsigned bytes, its magic number made from the number of dimensions. */
export function idxBytes(
  dimensions: readonly number[],
  values: Iterable<number>,
): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  header.setUint32(0, 0x0800 + dimensions.length);
  dimensions.forEach((length, i) => header.setUint32(4 + 4 * i, length));
  return new Uint8Array([...new Uint8Array(header.buffer), ...values]);
}

/** `count` images; each pixel of image i is i mod 251, so that a shifted image shows. */
export function imagesFile(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + count * 784);
  bytes.set(idxBytes([count, 28, 28], []));
  for (let i = 0; i < count; i++) bytes.fill(i % 251, 16 + i * 784, 16 + (i + 1) * 784);
  return bytes;
}

/** `count` labels; label i is i mod 10. */
export function labelsFile(count: number): Uint8Array<ArrayBuffer> {
  return idxBytes([count], Array.from({ length: count }, (_, i) => i % 10));
}

export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** A dataset of MNIST's file names with other contents. */
export interface SmallDataset {
  readonly files: readonly DataFile[];
  /** Unpacked contents by name. */
  readonly contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

export function smallDataset(trainCount: number, testCount: number): SmallDataset {
  const contents = new Map(
    [imagesFile(trainCount), labelsFile(trainCount), imagesFile(testCount), labelsFile(testCount)]
      .map((bytes, i) => [MNIST_FILES[i]!.name, bytes]),
  );
  const files = [...contents].map(([name, bytes]) => ({
    name,
    expected: { bytes: bytes.length, sha256: sha256([bytes]) },
  }));
  return { files, contents };
}

/** Writes the dataset's files, unpacked. */
export async function writeDataset(directory: string, { contents }: SmallDataset): Promise<void> {
  for (const [name, bytes] of contents) await Deno.writeFile(`${directory}/${name}`, bytes);
}

/** A new folder, removed at the end of the scope. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "latentbench-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The names in a folder, sorted. */
export function namesIn(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
}

/** Where a local web server listens, and the paths of the files that it was asked for. */
export interface Mirror extends AsyncDisposable {
  readonly address: string;
  readonly host: string;
  readonly asked: string[];
}

/** A web server on this machine; `answer` is given the path asked for. */
export function serveMirror(answer: (path: string) => Response | Promise<Response>): Mirror {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (request.method === "HEAD") return new Response();
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return answer(pathname);
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    address: `http://${host}/`,
    host,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A web server that has nothing. */
export function serveNothing(): Mirror {
  return serveMirror(() => new Response("nothing here", { status: 404 }));
}

/** A server that sends `bytes` to whoever connects, then closes or, with `hold`, stays silent. */
export function serveRaw(bytes: string, hold: boolean): Mirror {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.Conn[] = [];
  const asked: string[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      const request = new Uint8Array(4096);
      const length = await connection.read(request) ?? 0;
      asked.push(new TextDecoder().decode(request.subarray(0, length)).split(" ")[1] ?? "");
      await connection.write(new TextEncoder().encode(bytes));
      if (hold) held.push(connection);
      else connection.close();
    }
  })();
  const host = `127.0.0.1:${listener.addr.port}`;
  return {
    address: `http://${host}/`,
    host,
    asked,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of held) connection.close();
      await serving;
    },
  };
}

/** A server that has each file of the dataset, packed. */
export function serveDataset({ contents }: SmallDataset): Mirror {
  return serveMirror(async (path) => {
    const bytes = contents.get(path.slice(1).replace(/\.gz$/, ""));
    return bytes && path.endsWith(".gz")
      ? new Response(await gzip(bytes))
      : new Response("nothing here", { status: 404 });
  });
}
