import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { testWith } from "../../tests/needs.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { fc as fullyConnected } from "../models/fc.ts";
import { initialParameters, type Tensor } from "../models/parameters.ts";
import { decodeSafetensors, encodeSafetensors, type Metadata } from "./safetensors.ts";

const MODEL = fullyConnected({ kind: "pixels", width: 784 });

function tensor(name: string, shape: readonly number[], values: Iterable<number>): Tensor {
  return { name, shape, values: Float32Array.from(values) };
}

/** A file of any header: a text, or a value as JSON; without padding. */
function fileOf(header: unknown, dataLength: number): Uint8Array<ArrayBuffer> {
  return fileOfBytes(
    new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header)),
    dataLength,
  );
}

function fileOfBytes(header: Uint8Array, dataLength: number, claimed = BigInt(header.length)) {
  const bytes = new Uint8Array(8 + header.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, claimed, true);
  bytes.set(header, 8);
  return bytes;
}

function headerOf(bytes: Uint8Array): string {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return new TextDecoder().decode(bytes.subarray(8, 8 + length));
}

/** The bits of all values: -0 is not 0, and one NaN is not another. */
function bitsOf(tensors: readonly Tensor[]) {
  return tensors.map(({ name, shape, values }) => ({
    name,
    shape,
    bits: [...new Uint32Array(values.buffer, values.byteOffset, values.length)],
  }));
}

function assertSame(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  assert.deepEqual(bitsOf(actual), bitsOf(expected));
}

Deno.test("encodeSafetensors() writes these very bytes: a golden file", () => {
  const bytes = encodeSafetensors([tensor("attn.0", [1, 2, 3], [0, 1, 2, 3, 4, 5])], {});
  const header = '{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}';
  assert.deepEqual(
    bytes,
    new Uint8Array([
      ...[64, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(header),
      ...[0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40],
      ...[0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40, 0, 0, 0xa0, 0x40],
    ]),
  );
});

Deno.test("encodeSafetensors() puts metadata first, and all names in one order", () => {
  const bytes = encodeSafetensors(
    [tensor("b", [], [1]), tensor("10", [2], [2, 3]), tensor("9", [0], [])],
    { z: "last", "2": "two", "10": "ten" },
  );
  assert.equal(
    headerOf(bytes).trimEnd(),
    '{"__metadata__":{"10":"ten","2":"two","z":"last"},' +
      '"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
      '"10":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},' +
      '"9":{"dtype":"F32","shape":[0],"data_offsets":[12,12]}}',
  );
  assert.equal(headerOf(encodeSafetensors([], {})), "{}      ");
});

Deno.test("encodeSafetensors() starts the data at a multiple of 8, after spaces", () => {
  const lengths = Array.from({ length: 17 }, (_, i) => {
    const bytes = encodeSafetensors([tensor("n".repeat(i), [1], [7])], {});
    const header = headerOf(bytes);
    assert.equal(header.length % 8, 0);
    assert.match(header, /\} {0,7}$/);
    assert.equal(bytes.length, 8 + header.length + 4);
    return header.length - header.trimEnd().length;
  });
  assert.deepEqual(new Set(lengths), new Set([0, 1, 2, 3, 4, 5, 6, 7]));
});

Deno.test("encodeSafetensors() gives the same bytes for the same metadata in another order", () => {
  const tensors = [tensor("x", [2], [1, 2])];
  assert.deepEqual(
    encodeSafetensors(tensors, { b: "2", a: "1" }),
    encodeSafetensors(tensors, { a: "1", b: "2" }),
  );
});

Deno.test("a model's parameters come back, names, shapes and values", () => {
  const tensors = initialParameters(MODEL, 0);
  const metadata = { case: "fc@2000#0", note: "größer \u{1f522}\n\"'\\\u0000" };
  const read = decodeSafetensors(encodeSafetensors(tensors, metadata), "fc.safetensors");
  assertSame(read.tensors, tensors);
  assert.deepEqual(read.metadata, metadata);
});

Deno.test("values keep every bit: signed zeros, subnormals, infinities and NaNs", () => {
  const words = [0, 0x80000000, 1, 0x807fffff, 0x7f800000, 0xff800000];
  words.push(0x7fc00000, 0x7fa00001, 0xffc12345, 0x7f7fffff);
  const values = new Float32Array(new Uint32Array(words).buffer);
  const written = encodeSafetensors([{ name: "x", shape: [words.length], values }], {});
  assert.deepEqual(bitsOf(decodeSafetensors(written, "x").tensors)[0]!.bits, words);
});

Deno.test("views on larger memory, aligned or not, are written and read", () => {
  const around = Float32Array.from({ length: 8 }, (_, i) => i);
  const values = around.subarray(3, 5);
  const bytes = encodeSafetensors([{ name: "x", shape: [2], values }], {});
  for (const shift of [0, 1, 2, 3]) {
    const memory = new Uint8Array(bytes.length + shift + 5);
    memory.set(bytes, shift);
    const { tensors } = decodeSafetensors(memory.subarray(shift, shift + bytes.length), "x");
    assertSame(tensors, [tensor("x", [2], [3, 4])]);
  }
});

/** Any text that is Unicode, now and then a name that objects treat in their own way. */
const texts = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "0", "10", "9", "") },
);

const anyTensors: fc.Arbitrary<Tensor[]> = fc.uniqueArray(
  fc.tuple(
    texts.filter((name) => name !== "__metadata__"),
    fc.array(fc.nat(3), { maxLength: 4 }),
    fc.array(fc.nat(0xffffffff), { minLength: 81, maxLength: 81 }),
  ).map(([name, shape, words]) => {
    const count = shape.reduce((product, length) => product * length, 1);
    return {
      name,
      shape,
      values: new Float32Array(Uint32Array.from(words.slice(0, count)).buffer),
    };
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);

const anyMetadata: fc.Arbitrary<Metadata> = fc.uniqueArray(fc.tuple(texts, texts), {
  selector: ([key]) => key,
  maxLength: 4,
}).map((entries) => Object.fromEntries(entries));

Deno.test("any tensors and metadata come back in their order, and are written the same again", () => {
  fc.assert(
    fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
      const bytes = encodeSafetensors(tensors, metadata);
      const read = decodeSafetensors(bytes, "any");
      assert.deepEqual(Object.entries(read.metadata).sort(), Object.entries(metadata).sort());
      assert.deepEqual(encodeSafetensors(read.tensors, read.metadata), bytes);
      assertSame(read.tensors, tensors);
    }),
    { seed: 1, numRuns: 300 },
  );
});

const UNWRITABLE: readonly [what: string, Tensor[], Metadata, RegExp][] = [
  [
    "a name twice",
    [tensor("x", [1], [1]), tensor("x", [], [1])],
    {},
    /: the name "x" is taken; give each tensor one of its own$/,
  ],
  [
    "a tensor by the name of the metadata",
    [tensor("__metadata__", [1], [1])],
    {},
    /: the name "__metadata__" is taken; /,
  ],
  [
    "a shape of other values",
    [tensor("x", [2, 3], [1, 2, 3, 4, 5])],
    {},
    /: the tensor "x" has 5 values, which are not of the shape \[2, 3\]; give its shape$/,
  ],
  ["a shape with a fraction", [tensor("x", [2.5, 2], [1, 2, 3, 4, 5])], {}, /shape \[2\.5, 2\]/],
  ["a negative shape", [tensor("x", [-1, -1], [1])], {}, /shape \[-1, -1\]/],
  [
    "half a surrogate pair in a name",
    [tensor("\ud800", [1], [1])],
    {},
    /: "\\ud800" is no Unicode/,
  ],
  ["half a surrogate pair in a text", [], { note: "a\udc00" }, /: "a\\udc00" is no Unicode text/],
  [
    "a header beyond the limit",
    [],
    { note: "x".repeat(100_000_000) },
    /: the header of names and metadata takes 100000028 bytes, more than 100000000; write less metadata$/,
  ],
];

for (const [what, tensors, metadata, message] of UNWRITABLE) {
  Deno.test(`encodeSafetensors() refuses ${what}`, () => {
    assert.throws(() => encodeSafetensors(tensors, metadata), (error: Error) => {
      assert.equal(error.name, "SafetensorsError");
      assert.match(error.message, /^Cannot write safetensors: /);
      assert.match(error.message, message);
      return true;
    });
  });
}

const AGAIN = "take another copy of the file, or write it again";

/** A header of one tensor, with changes. */
function one(changes: { readonly [key: string]: unknown } = {}) {
  return { x: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...changes } };
}

function place(begin: number, end: number) {
  return { dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] };
}

const X = JSON.stringify(one());

const UNREADABLE: readonly [what: string, bytes: Uint8Array, problem: string | RegExp][] = [
  ["an empty file", new Uint8Array(), "it has 0 bytes, too few for the 8 of the header's length"],
  ["a file cut in the header's length", new Uint8Array(7), /^it has 7 bytes, too few/],
  [
    "a header of a terabyte",
    fileOfBytes(new Uint8Array(9), 0, 1n << 40n),
    "it claims a header of 1099511627776 bytes, more than the 100000000 that the format allows",
  ],
  [
    "the longest header that can be claimed",
    fileOfBytes(new Uint8Array(9), 0, (1n << 64n) - 1n),
    /^it claims a header of 18446744073709551615 bytes, more than/,
  ],
  [
    "a file cut in its header",
    fileOfBytes(new Uint8Array(9), 0, 100_000_000n),
    "it claims a header of 100000000 bytes, but only 9 follow",
  ],
  ["a header of nothing", fileOf("", 0), /^its header is not JSON \(.+\)$/],
  ["a header that is no JSON", fileOf('{"x":', 0), /^its header is not JSON \(.+\)$/],
  ["a header that is no UTF-8", fileOfBytes(Uint8Array.of(0x7b, 0xff, 0x7d), 0), /is not JSON/],
  ["a header that is a list", fileOf("[]", 0), 'its header does not start with "{"'],
  ["a header that starts with a space", fileOf(" {}", 0), /does not start with "\{"/],
  ["a header that starts with a mark", fileOf("\ufeff{}", 0), /does not start with "\{"/],
  [
    "a name twice",
    fileOf(`${X.slice(0, -1)},${X.slice(1)}`, 8),
    'its header has the name "x" twice in one object',
  ],
  ["a name twice, in other letters", fileOf(`{"x":0,"\\u0078" :0}`, 0), /the name "x" twice/],
  [
    "a dtype twice",
    fileOf(X.replace('"dtype"', '"dtype":"F32","dtype"'), 8),
    /the name "dtype" twice/,
  ],
  ["metadata twice", fileOf('{"__metadata__":{},"__metadata__":{}}', 0), /"__metadata__" twice/],
  ["a key of metadata twice", fileOf('{"__metadata__":{"a":"","a":""}}', 0), /the name "a" twice/],
  ["half a surrogate pair", fileOf('{"\\ud800":0}', 0), 'its header names "\\ud800", no Unicode'],
  ["a tensor that is a number", fileOf({ x: 1 }, 0), /^its tensor "x" is not described by dtype/],
  ["a tensor that is a list", fileOf({ x: [] }, 0), /^its tensor "x" is not described by dtype/],
  [
    "a tensor of no shape",
    fileOf({ x: { dtype: "F32", data_offsets: [0, 4] } }, 4),
    'its tensor "x" is not described by dtype, shape and data_offsets alone',
  ],
  ["a tensor with one field more", fileOf(one({ more: 1 }), 8), /data_offsets alone$/],
  [
    "an object in a tensor",
    fileOf(one({ shape: {} }), 8),
    "its header nests objects deeper than the format does",
  ],
  ["a dtype that is a number", fileOf(one({ dtype: 5 }), 8), /^its tensor "x" is of the dtype 5, /],
  ["a shape that is a text", fileOf(one({ shape: "2" }), 8), /has the shape "2", which is no list/],
  ["a shape of texts", fileOf(one({ shape: ["2"] }), 8), /has the shape \["2"\], which is no list/],
  ["a shape of lists", fileOf(one({ shape: [[2]] }), 8), /has the shape \[\[...\]\], which is no/],
  [
    "a length beyond 2^53",
    fileOf(X.replace("[2]", "[9007199254740993]"), 8),
    /has the shape \[9007199254740992\], which is no list of lengths$/,
  ],
  [
    "a length below 0",
    fileOf(one({ shape: [-2] }), 8),
    'its header has "-" at character 29, where only texts and whole numbers belong',
  ],
  ["a length with a fraction", fileOf(one({ shape: [2.5] }), 8), /^its header has "\." at/],
  ["a length with a point", fileOf(X.replace("[2]", "[2.0]"), 8), /^its header has "\." at/],
  ["a length with an exponent", fileOf(X.replace("[2]", "[2e0]"), 8), /^its header has "e" at/],
  ["a length of minus 0", fileOf(X.replace("[2]", "[-0]"), 8), /^its header has "-" at/],
  ["null", fileOf('{"__metadata__":null}', 0), /^its header has "n" at character 16, where/],
  [
    "one offset",
    fileOf(one({ data_offsets: [8] }), 8),
    'its tensor "x" has the data_offsets [8], which are no two places',
  ],
  ["three offsets", fileOf(one({ data_offsets: [0, 4, 8] }), 8), /\[0, 4, 8\], which are no two/],
  [
    "a hole before the first tensor",
    fileOf(one({ data_offsets: [4, 12] }), 12),
    'its tensor "x" starts at 4, so that the bytes from 0 to 4 of the data belong to no tensor',
  ],
  [
    "a hole between tensors",
    fileOf({ b: place(12, 16), a: place(0, 8) }, 16),
    'its tensor "b" starts at 12, so that the bytes from 8 to 12 of the data belong to no tensor',
  ],
  [
    "tensors that overlap",
    fileOf({ b: place(4, 12), a: place(0, 8) }, 12),
    'its tensor "b" starts at 4, so that the bytes from 4 to 8 of the data belong to the tensor ' +
    "before it too",
  ],
  ["two tensors in one place", fileOf({ a: place(0, 8), b: place(0, 8) }, 8), /before it too$/],
  [
    "a tensor that ends before it starts",
    fileOf({ a: place(0, 8), b: { ...place(0, 0), data_offsets: [8, 0] } }, 8),
    'its tensor "b" has the shape [0], which takes 0 bytes, but is given -8',
  ],
  [
    "a shape of other bytes",
    fileOf(one({ shape: [3] }), 8),
    'its tensor "x" has the shape [3], which takes 12 bytes, but is given 8',
  ],
  [
    "a shape of no dimension with two values",
    fileOf(one({ shape: [] }), 8),
    /shape \[\], which takes 4/,
  ],
  [
    "a shape of more values than numbers can count",
    fileOf(one({ shape: [2 ** 52, 2 ** 52, 2 ** 52] }), 8),
    /, which takes 3.+e\+47 bytes, but is given 8$/,
  ],
  [
    "an endless shape that ends in 0",
    fileOf(
      { x: { dtype: "F32", shape: [...Array(40).fill(2 ** 52), 0], data_offsets: [0, 0] } },
      0,
    ),
    /^its tensor "x" has the shape \[(4503599627370496, ){8}\.\.\.\], which takes NaN bytes/,
  ],
  [
    "a tensor of a terabyte",
    fileOf({ x: place(0, 2 ** 40) }, 8),
    "its tensors take 1099511627776 bytes, but 8 follow the header",
  ],
  ["a file cut by a byte", fileOf(one(), 7), "its tensors take 8 bytes, but 7 follow the header"],
  ["a byte after the last value", fileOf(one(), 9), /^its tensors take 8 bytes, but 9 follow/],
  ["data without a tensor", fileOf({}, 4), "its tensors take 0 bytes, but 4 follow the header"],
  [
    "metadata that is a list",
    fileOf({ __metadata__: [1] }, 0),
    "its __metadata__ is [1], not texts by name",
  ],
  [
    "metadata that is a number",
    fileOf({ __metadata__: { a: "1", b: 2 } }, 0),
    'its __metadata__ has 2 for "b", no Unicode text',
  ],
  [
    "metadata with half a surrogate pair",
    fileOf('{"__metadata__":{"a":"\\udc00"}}', 0),
    /has "\\udc00" for "a"/,
  ],
  [
    "a name of a million letters, in few words",
    fileOf({ ["n".repeat(1e6)]: 1 }, 0),
    `its tensor "${"n".repeat(60)}..." is not described by dtype, shape and data_offsets alone`,
  ],
];

function assertRefused(bytes: Uint8Array, problem: string | RegExp): void {
  assert.throws(() => decodeSafetensors(bytes, "m.safetensors"), (error: Error) => {
    assert.equal(error.name, "SafetensorsError");
    const [start, end] = ["Cannot read m.safetensors: ", `; ${AGAIN}`];
    if (/ dtype .* only/.test(error.message)) {
      assert.ok(error.message.endsWith("; convert it to float32"), error.message);
      assert.match(error.message.slice(start.length), problem as RegExp);
      return true;
    }
    assert.ok(error.message.startsWith(start) && error.message.endsWith(end), error.message);
    const middle = error.message.slice(start.length, -end.length);
    if (typeof problem === "string") assert.equal(middle, problem);
    else assert.match(middle, problem);
    return true;
  });
}

for (const [what, bytes, problem] of UNREADABLE) {
  Deno.test(`decodeSafetensors() refuses ${what}`, () => assertRefused(bytes, problem));
}

Deno.test("decodeSafetensors() refuses every other dtype by its name", () => {
  for (const dtype of ["BOOL", "U8", "I8", "I16", "F16", "BF16", "I32", "F64", "I64", "f32", ""]) {
    assert.throws(() => decodeSafetensors(fileOf(one({ dtype }), 8), "m.safetensors"), {
      name: "SafetensorsError",
      message: `Cannot read m.safetensors: its tensor "x" is of the dtype "${dtype}", and this ` +
        'program reads "F32" only; convert it to float32',
    });
  }
});

Deno.test("decodeSafetensors() refuses headers nested a million deep", () => {
  const deep = 1_000_000;
  const lists = `{"x":{"dtype":"F32","shape":${"[".repeat(deep)}${"]".repeat(deep)}`;
  assertRefused(fileOf(`${lists},"data_offsets":[0,0]}}`, 0), /has the shape \[\[...\]\], which/);
  assertRefused(fileOf(`${'{"x":'.repeat(deep)}{}${"}".repeat(deep)}`, 0), /nests objects deeper/);
  assertRefused(fileOf(`{"x":${"[".repeat(deep)}`, 0), /is not JSON/);
});

Deno.test("decodeSafetensors() reads what others may write: no padding, spaces, any order", () => {
  const header = '{ "b" : {"shape":[1],"data_offsets":[4,8],"dtype":"F32"},\r\n\t' +
    '"a":{"dtype":"F32","shape":[ 1 ],"data_offsets":[0 , 4]}, "__metadata__":{"k":"{\\"v\\":1}"}}\n ';
  const bytes = fileOf(header, 8);
  assert.notEqual(bytes.length % 8, 0);
  new DataView(bytes.buffer).setFloat32(bytes.length - 8, 1.5, true);
  new DataView(bytes.buffer).setFloat32(bytes.length - 4, 2.5, true);
  const { tensors, metadata } = decodeSafetensors(bytes, "m");
  assertSame(tensors, [tensor("a", [1], [1.5]), tensor("b", [1], [2.5])]);
  assert.deepEqual(metadata, { k: '{"v":1}' });
});

/** Files with a few bytes changed, taken out or put in, and the length put right for some. */
const damagedFiles = fc.tuple(
  anyTensors,
  anyMetadata,
  fc.array(
    fc.record({
      at: fc.nat(400),
      remove: fc.nat(6),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc.constantFrom(...'{ } [ ] , : 0 1 4 - . e \\ " null [0] F16 []'.split(" "))
          .map((text) => new TextEncoder().encode(text)),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  fc.boolean(),
).map(([tensors, metadata, changes, fitLength]) => {
  let bytes: Uint8Array<ArrayBuffer> = encodeSafetensors(tensors, metadata);
  let length = headerOf(bytes).length;
  for (const { at, remove, insert } of changes) {
    const from = Math.min(at, bytes.length);
    bytes = new Uint8Array([
      ...bytes.subarray(0, from),
      ...insert,
      ...bytes.subarray(from + remove),
    ]);
    length += insert.length - remove;
  }
  if (fitLength && bytes.length >= 8) {
    new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.max(0, length)), true);
  }
  return bytes;
});

/** Headers that are nearly right, over as much data as they may ask for. */
const oddHeaders = fc.tuple(
  fc.dictionary(
    fc.oneof(fc.constantFrom("a", "b", "__metadata__", "__proto__"), fc.string({ maxLength: 3 })),
    fc.oneof(
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
      { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }) },
      {
        weight: 4,
        arbitrary: fc.record({
          dtype: fc.oneof({ weight: 9, arbitrary: fc.constant("F32") }, fc.jsonValue()),
          shape: fc.oneof(
            { weight: 9, arbitrary: fc.array(fc.nat(2), { maxLength: 2 }) },
            fc.jsonValue({ maxDepth: 1 }),
          ),
          data_offsets: fc.oneof(
            { weight: 9, arbitrary: fc.tuple(fc.constantFrom(0, 4, 8), fc.constantFrom(0, 4, 8)) },
            fc.jsonValue({ maxDepth: 1 }),
          ),
        }),
      },
    ),
    { maxKeys: 3 },
  ),
  fc.constantFrom(0, 0, 4, 8, 16),
).map(([header, dataLength]) => fileOf(header, dataLength));

/** Whether a file is read; what is read must take all its bytes, and come back the same. */
function isRead(bytes: Uint8Array): boolean {
  let read;
  try {
    read = decodeSafetensors(bytes, "any.safetensors");
  } catch (error) {
    assert.equal((error as Error).name, "SafetensorsError", String(error));
    assert.match((error as Error).message, /^Cannot read any\.safetensors: .+; /s);
    assert.ok((error as Error).message.length < 500, (error as Error).message);
    return false;
  }
  const size = read.tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
  assert.equal(size, bytes.length - 8 - Number(new DataView(bytes.buffer).getBigUint64(0, true)));
  const again = decodeSafetensors(encodeSafetensors(read.tensors, read.metadata), "again");
  assert.deepEqual(again.metadata, read.metadata);
  assertSame(again.tensors, read.tensors);
  return true;
}

const fuzzedFiles = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 5, arbitrary: damagedFiles },
  { weight: 5, arbitrary: oddHeaders },
);

Deno.test("decodeSafetensors() reads a file or throws a SafetensorsError, for any bytes", () => {
  let read = 0, refused = 0;
  fc.assert(
    fc.property(fuzzedFiles, (bytes) => {
      if (isRead(bytes)) read++;
      else refused++;
    }),
    { seed: 1, numRuns: 1000 },
  );
  assert.ok(read > 50 && refused > 500, `${read} read, ${refused} refused`);
});

async function runPython(
  [command, ...args]: readonly string[],
  script: string,
  input: string,
): Promise<unknown> {
  const child = new Deno.Command(command!, {
    args: [...args, "-c", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

testWith(
  "python-safetensors",
  "Python opens what is written here, to the last bit",
  async (python) => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/fc.safetensors`;
    const words = [0, 0x80000000, 1, 0x7f800000, 0x7fc00000, 0x3f800000];
    const tensors = [
      ...initialParameters(MODEL, 3),
      tensor("10", [], [0.1]),
      tensor("empty", [3, 0, 2], []),
      {
        name: 'ümläut "quoted"',
        shape: [2, 3],
        values: new Float32Array(new Uint32Array(words).buffer),
      },
    ];
    const metadata = { case: "fc@2000#3", note: 'größer "\\\n\u{1f522}' };
    await Deno.writeFile(path, encodeSafetensors(tensors, metadata));
    const script = `
import base64, json, sys
import safetensors
with safetensors.safe_open(sys.stdin.read(), "np") as f:
    arrays = {name: f.get_tensor(name) for name in f.keys()}
    print(json.dumps({"metadata": f.metadata(), "tensors": {
        name: [str(a.dtype), list(a.shape), base64.b64encode(a.tobytes()).decode()]
        for name, a in arrays.items()}}))`;
    assert.deepEqual(await runPython(python, script, path), {
      metadata,
      tensors: Object.fromEntries(tensors.map(({ name, shape, values }) => [
        name,
        ["float32", shape, base64(new Uint8Array(values.buffer))],
      ])),
    });
  },
);

testWith(
  "python-safetensors",
  "what Python writes is read here, and written the same",
  async (python) => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/python.safetensors`;
    const script = `
import sys
import numpy as np
from safetensors.numpy import save_file
save_file({
    "fc1/weights": np.arange(12, dtype=np.float32).reshape(3, 4) / 7,
    "fc1/bias": np.array([-0.0, np.inf, np.nan, 1e-45], dtype=np.float32),
    "scalar": np.array(0.1, dtype=np.float32),
    "empty": np.zeros((0, 5), dtype=np.float32),
}, sys.stdin.read(), metadata={"framework": "np"})
print("null")`;
    await runPython(python, script, path);
    const bytes = await Deno.readFile(path);
    const { tensors, metadata } = decodeSafetensors(bytes, path);
    const sorted = (list: Tensor[]) => list.toSorted((a, b) => a.name < b.name ? -1 : 1);
    assertSame(sorted(tensors), [
      tensor("empty", [0, 5], []),
      tensor("fc1/bias", [4], [-0, Infinity, NaN, 1e-45]),
      tensor("fc1/weights", [3, 4], Array.from({ length: 12 }, (_, i) => Math.fround(i / 7))),
      tensor("scalar", [], [0.1]),
    ]);
    assert.deepEqual(metadata, { framework: "np" });
    assert.deepEqual(encodeSafetensors(tensors, metadata), bytes);
  },
);

testWith(
  "python-safetensors",
  "Python refuses what it must, and no file that is read here",
  async (python) => {
    const files = [
      ...UNREADABLE.map(([, bytes]) => bytes),
      ...fc.sample(fuzzedFiles, { seed: 2, numRuns: 500 }),
    ];
    const script = `
import base64, json, sys
from safetensors import deserialize
def opens(text):
    try:
        deserialize(base64.b64decode(text))
        return True
    except Exception:
        return False
print(json.dumps([opens(text) for text in json.load(sys.stdin)]))`;
    const theirs = await runPython(python, script, JSON.stringify(files.map(base64))) as boolean[];
    const ours = files.map(isRead);
    const stricter = files.filter((_, i) => ours[i] && !theirs[i]);
    assert.deepEqual(stricter.map((bytes) => new TextDecoder().decode(bytes)), []);
    assert.ok(ours.filter((read) => read).length > 20, "some are read");
    assert.ok(theirs.filter((read) => !read).length > 200, "many are refused");
  },
);
