/**
 * The most that one thread can multiply and add here in WebAssembly: a loop of 128-bit fused
 * multiply-adds that touches no memory. The module is written out below, byte by byte.
 * @module
 */

/** Independent chains: enough to hide the latency, few enough to stay in 16 registers. */
const CHAINS = 12;
const UNROLLED = 4;
const LANES = 4;

const V128 = 0x7b, I32 = 0x7f, F32 = 0x7d;

/** Unsigned LEB128. */
function leb(value: number): number[] {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

/** The bytes of a module whose `run(iterations, a, b)` gives the sum of all chains' first lanes. */
function peakModule(): Uint8Array<ArrayBuffer> {
  // Locals: 0 iterations, 1 a, 2 b (f32); 3 and 4 a and b in all lanes; then the chains.
  const vectorA = 3, vectorB = 4, chain = (i: number) => 5 + i;
  const get = (local: number) => [0x20, ...leb(local)];
  const set = (local: number) => [0x21, ...leb(local)];
  const simd = (opcode: number) => [0xfd, ...leb(opcode)];
  const splat = simd(0x13), extractFirst = [...simd(0x1f), 0], relaxedMadd = simd(0x105);
  const chains = Array.from({ length: CHAINS }, (_, i) => i);
  const pass = chains.flatMap((i) => [
    ...get(vectorA),
    ...get(vectorB),
    ...get(chain(i)),
    ...relaxedMadd,
    ...set(chain(i)),
  ]);
  const code = [
    ...[...leb(1), ...leb(CHAINS + 2), V128], // 14 locals of one type
    ...[...get(1), ...splat, ...set(vectorA), ...get(2), ...splat, ...set(vectorB)],
    ...[0x03, 0x40], // loop
    ...Array.from({ length: UNROLLED }, () => pass).flat(),
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0], // iterations - 1, kept
    ...[0x0d, 0, 0x0b], // again while it is not 0
    ...chains.flatMap((i) => [
      ...get(chain(i)),
      ...extractFirst,
      ...(i > 0 ? [0x92] : []), // f32.add
    ]),
    0x0b,
  ];
  return Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, F32, F32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode("run"), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** Operations of one call, a multiply-add counted as two. */
function operations(iterations: number): number {
  return iterations * UNROLLED * CHAINS * LANES * 2;
}

/**
 * The best of many short measurements, in GFLOP/s, or null where relaxed SIMD is not to be had.
 * Throws where the loop does not compute what it should.
 */
export async function measureFmaPeak(): Promise<number | null> {
  const bytes = peakModule();
  if (!WebAssembly.validate(bytes)) return null;
  const { instance } = await WebAssembly.instantiate(bytes);
  const run = instance.exports["run"] as (iterations: number, a: number, b: number) => number;
  const iterations = 50_000;
  const expected = CHAINS * UNROLLED * iterations * 0.5 * 0.25; // sums of 1/8: exact
  let best = 0;
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    const sum = run(iterations, 0.5, 0.25);
    const seconds = (performance.now() - start) / 1e3;
    if (sum !== expected) throw new Error(`Cannot measure the peak: ${sum}, not ${expected}`);
    best = Math.max(best, operations(iterations) / seconds / 1e9);
    // A turn of the event loop now and then lets optimized code take over.
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return best;
}
