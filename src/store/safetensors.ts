/**
 * Safetensors, the format of saved weights: eight bytes with the header's length, a JSON header
 * that names each tensor's type, shape and place, then the values. Only float32 is read and
 * written. The same tensors and metadata always give the same bytes, and values keep their bits.
 *
 * The reader takes a file whole or not at all: no byte may belong to two tensors or to none, and
 * nothing is allocated on the word of a header.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 * @module
 */
import { joinBytes } from "../join_bytes.ts";
import { fromLittleEndian, littleEndianBytes } from "../little_endian.ts";
import type { Tensor } from "../models/parameters.ts";
import { StoreError } from "./store_error.ts";

/** A file is no safetensors file that this program can use, or tensors cannot be put in one. */
export class SafetensorsError extends StoreError {
  override readonly name = "SafetensorsError";
}

/** What a file holds besides its tensors: free text by name. */
export interface Metadata {
  readonly [key: string]: string;
}

/** The longest header that is read and written, as in the format's own library. */
const HEADER_LIMIT = 100_000_000;
/** Bytes of the header's length; the data starts at a multiple of it too. */
const LENGTH_BYTES = 8;
/** The name in the header that stands for no tensor. */
const METADATA = "__metadata__";

/** A file of `tensors` in their order, and of `metadata` in the order of its sorted keys. */
export function encodeSafetensors(
  tensors: readonly Tensor[],
  metadata: Metadata,
): Uint8Array<ArrayBuffer> {
  return joinBytes([...safetensorsParts(tensors, metadata)]);
}

/** The same file in parts: the header, then tensor by tensor, whose values are read when they come. */
export function* safetensorsParts(
  tensors: readonly Tensor[],
  metadata: Metadata,
): Generator<Uint8Array<ArrayBuffer>> {
  yield encodeStart(tensors, metadata);
  for (const { name, shape, values } of tensors) {
    if (values.length !== valuesIn(shape)) {
      throw new SafetensorsError(
        `Cannot write safetensors: the tensor ${shown(name)} has ${values.length} values, which ` +
          `are not of the shape ${shown(shape)}; give its shape`,
      );
    }
    yield littleEndianBytes(values);
  }
}

/** All before the data: the header, its length before it, and spaces after it. */
function encodeStart(tensors: readonly Tensor[], metadata: Metadata): Uint8Array<ArrayBuffer> {
  const header = encodeHeader(tensors, metadata);
  const start = LENGTH_BYTES + Math.ceil(header.length / LENGTH_BYTES) * LENGTH_BYTES;
  if (start - LENGTH_BYTES > HEADER_LIMIT) {
    throw new SafetensorsError(
      `Cannot write safetensors: the header of names and metadata takes ${header.length} bytes, ` +
        `more than ${HEADER_LIMIT}; write less metadata`,
    );
  }
  const bytes = new Uint8Array(start).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.set(header, LENGTH_BYTES);
  return bytes;
}

/** The header as JSON, put together by hand: an object would move names like "10" to the front. */
function encodeHeader(tensors: readonly Tensor[], metadata: Metadata): Uint8Array {
  const entries: string[] = [];
  const texts = Object.keys(metadata).sort().map((key) =>
    `${encodeText(key)}:${encodeText(metadata[key]!)}`
  );
  if (texts.length > 0) entries.push(`"${METADATA}":{${texts.join(",")}}`);
  const names = new Set([METADATA]);
  let end = 0;
  for (const { name, shape } of tensors) {
    if (names.has(name)) {
      throw new SafetensorsError(
        `Cannot write safetensors: the name ${
          shown(name)
        } is taken; give each tensor one of its own`,
      );
    }
    names.add(name);
    if (!areCounts(shape)) {
      throw new SafetensorsError(
        `Cannot write safetensors: the tensor ${shown(name)} has the shape ${
          shown(shape)
        }, which ` +
          "is no list of lengths; give its shape",
      );
    }
    const begin = end;
    end += 4 * valuesIn(shape);
    const place = JSON.stringify({ dtype: "F32", shape, data_offsets: [begin, end] });
    entries.push(`${encodeText(name)}:${place}`);
  }
  return new TextEncoder().encode(`{${entries.join(",")}}`);
}

function encodeText(text: string): string {
  if (!text.isWellFormed()) {
    throw new SafetensorsError(
      `Cannot write safetensors: ${shown(text)} is no Unicode text, for it has half of a ` +
        "surrogate pair; write another text",
    );
  }
  return JSON.stringify(text);
}

/** A tensor as the header describes it: its values lie in the data from `begin` to `end`. */
interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a file whole, its tensors in the order of their data; `path` is for messages. The tensors may
 * be views of `bytes`.
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  path: string,
): { tensors: Tensor[]; metadata: Metadata } {
  const start = dataStart(bytes, path);
  const { places, metadata } = decodeHeader(bytes.subarray(LENGTH_BYTES, start), path);
  checkPlaces(places, bytes.length - start, path);
  const data = bytes.subarray(start);
  const tensors = places.map(({ name, shape, begin, end }) => ({
    name,
    shape,
    values: fromLittleEndian(data.subarray(begin, end)),
  }));
  return { tensors, metadata };
}

/** Where the data starts: after a header that the file holds whole. */
function dataStart(bytes: Uint8Array, path: string): number {
  if (bytes.length < LENGTH_BYTES) {
    throw refusal(
      path,
      `it has ${bytes.length} bytes, too few for the ${LENGTH_BYTES} of the header's length`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > HEADER_LIMIT) {
    throw refusal(
      path,
      `it claims a header of ${length} bytes, more than the ${HEADER_LIMIT} that the format allows`,
    );
  }
  const start = LENGTH_BYTES + Number(length);
  if (start > bytes.length) {
    throw refusal(
      path,
      `it claims a header of ${length} bytes, but only ${bytes.length - LENGTH_BYTES} follow`,
    );
  }
  return start;
}

function decodeHeader(
  bytes: Uint8Array,
  path: string,
): { places: Place[]; metadata: Metadata } {
  let text: string;
  let header: { readonly [name: string]: unknown };
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw refusal(path, `its header is not JSON (${(error as Error).message})`);
  }
  if (bytes[0] !== 0x7b) throw refusal(path, 'its header does not start with "{"');
  const names = checkedNames(text, path);
  const places = names.filter((name) => name !== METADATA)
    .map((name) => decodePlace(name, header[name], path))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  const metadata = names.includes(METADATA) ? decodeMetadata(header[METADATA], path) : {};
  return { places, metadata };
}

/**
 * The names of the outermost object in their order, from a text that is JSON. Sees what a parsed
 * object does not show: names that come twice, and numbers in other forms than digits.
 */
function checkedNames(json: string, path: string): string[] {
  const names: string[] = [];
  const open: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    const character = json[i]!;
    if (character === "{") {
      if (open.length === 2) {
        throw refusal(path, "its header nests objects deeper than the format does");
      }
      open.push(new Set());
    } else if (character === "}") {
      open.pop();
    } else if (character === '"') {
      const begin = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === "\\") i++;
      let after = i + 1;
      while (" \t\n\r".includes(json[after]!)) after++;
      if (json[after] !== ":") continue;
      const name: string = JSON.parse(json.slice(begin, i + 1));
      if (open.at(-1)!.has(name)) {
        throw refusal(path, `its header has the name ${shown(name)} twice in one object`);
      }
      if (!name.isWellFormed()) throw refusal(path, `its header names ${shown(name)}, no Unicode`);
      open.at(-1)!.add(name);
      if (open.length === 1) names.push(name);
    } else if (!"0123456789[],: \t\n\r".includes(character)) {
      throw refusal(
        path,
        `its header has "${character}" at character ${i}, where only texts and whole numbers ` +
          "belong",
      );
    }
  }
  return names;
}

function decodePlace(name: string, value: unknown, path: string): Place {
  const tensor = `its tensor ${shown(name)}`;
  if (!isObject(value) || Object.keys(value).sort().join() !== "data_offsets,dtype,shape") {
    throw refusal(path, `${tensor} is not described by dtype, shape and data_offsets alone`);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== "F32") {
    throw refusal(
      path,
      `${tensor} is of the dtype ${shown(dtype)}, and this program reads "F32" only`,
      "convert it to float32",
    );
  }
  if (!areCounts(shape)) {
    throw refusal(path, `${tensor} has the shape ${shown(shape)}, which is no list of lengths`);
  }
  if (!areCounts(offsets) || offsets.length !== 2) {
    throw refusal(
      path,
      `${tensor} has the data_offsets ${shown(offsets)}, which are no two places`,
    );
  }
  return { name, shape, begin: offsets[0]!, end: offsets[1]! };
}

function decodeMetadata(value: unknown, path: string): Metadata {
  if (!isObject(value)) {
    throw refusal(path, `its ${METADATA} is ${shown(value)}, not texts by name`);
  }
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== "string" || !text.isWellFormed()) {
      throw refusal(path, `its ${METADATA} has ${shown(text)} for ${shown(key)}, no Unicode text`);
    }
    return [key, text];
  });
  return Object.fromEntries(entries);
}

/** Holds that the tensors, sorted, take `length` bytes of data without a hole or an overlap. */
function checkPlaces(places: readonly Place[], length: number, path: string): void {
  let at = 0;
  for (const { name, shape, begin, end } of places) {
    const tensor = `its tensor ${shown(name)}`;
    if (begin !== at) {
      const what = begin > at ? "belong to no tensor" : "belong to the tensor before it too";
      throw refusal(
        path,
        `${tensor} starts at ${begin}, so that the bytes from ${Math.min(begin, at)} to ` +
          `${Math.max(begin, at)} of the data ${what}`,
      );
    }
    // Beyond 2^53 the product is rounded, or no number at all; no place in a file equals it then.
    const claimed = 4 * valuesIn(shape);
    if (end - begin !== claimed) {
      throw refusal(
        path,
        `${tensor} has the shape ${shown(shape)}, which takes ${claimed} bytes, but is given ` +
          `${end - begin}`,
      );
    }
    at = end;
  }
  if (at !== length) {
    throw refusal(path, `its tensors take ${at} bytes, but ${length} follow the header`);
  }
}

function refusal(
  path: string,
  problem: string,
  wayOut = "take another copy of the file, or write it again",
): SafetensorsError {
  return new SafetensorsError(`Cannot read ${path}: ${problem}; ${wayOut}`);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function valuesIn(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

const SHOWN_CHARACTERS = 60;
const SHOWN_ELEMENTS = 8;

/** A few words for a value of any size and depth. */
function shown(value: unknown): string {
  if (typeof value === "string") {
    const cut = value.length > SHOWN_CHARACTERS;
    return JSON.stringify(cut ? `${value.slice(0, SHOWN_CHARACTERS)}...` : value);
  }
  if (isObject(value)) return "{...}";
  if (!Array.isArray(value)) return String(value);
  const first = value.slice(0, SHOWN_ELEMENTS)
    .map((part) => Array.isArray(part) ? "[...]" : shown(part));
  return `[${[...first, ...value.length > SHOWN_ELEMENTS ? ["..."] : []].join(", ")}]`;
}
