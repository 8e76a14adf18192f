/**
 * How a kernel is written in WGSL: as phases, each a shader of one thread per result, that run one
 * after the other. Its pointers and sizes have the names of `kernel_table.ts`.
 * @module
 */
import { extentsOf, type KernelName, KERNELS } from "../kernel_table.ts";
import { arithmeticOf, constant, type Mode } from "./arithmetic.ts";

/** A kernel's sizes by name, with the samples of the batch as `count`. */
export type Sizes<N extends KernelName | null = null> = N extends KernelName
  ? { readonly [size in typeof KERNELS[N]["sizes"][number]]: number }
  : { readonly [size: string]: number };

/** A part of a kernel; of any kernel without an argument. */
export interface Phase<N extends KernelName | null = null> {
  threads(sizes: Sizes<N>): number;
  /** Functions that the body calls. */
  readonly library?: string;
  /**
   * What a thread does. `t` is its number. For a pointer `x`, `at_x` is where it lies in the memory, in
   * words (of `samples` for a pointer to the dataset); sizes have their own names.
   */
  readonly body: string;
}

/** A kernel of this name; without an argument any one. */
export interface GpuKernel<N extends KernelName | null = null> {
  /** Float32 values that its phases hand to each other, by `load_extra` and `store_extra`. */
  extra?(sizes: Sizes<N>): number;
  readonly phases: readonly Phase<N>[];
}

/** Kernels of one file. */
export type GpuKernels<N extends KernelName> = { readonly [name in N]: GpuKernel<name> };

/** Threads of a workgroup. */
export const WORKGROUP = 64;

/** The arguments of a phase, as words. */
export const ARGUMENTS = { words: 32, rowOfThreads: 29, threads: 30, zero: 31 } as const;

const ACCESS = `
@group(0) @binding(0) var<storage, read> arguments: array<u32>;
@group(0) @binding(1) var<storage, read_write> memory: array<u32>;
@group(0) @binding(2) var<storage, read_write> extra: array<u32>;
@group(0) @binding(3) var<storage, read> samples: array<u32>;
var<private> zero_at_run_time: u32;
fn load(i: u32) -> F { return of_bits(memory[i]); }
fn store(i: u32, x: F) { memory[i] = to_bits(x); }
fn load_extra(i: u32) -> F { return of_bits(extra[i]); }
fn store_extra(i: u32, x: F) { extra[i] = to_bits(x); }
fn padded(width: u32) -> u32 { return (width + 15u) & 0xfffffff0u; }
fn in_panels(inputs: u32, k: u32, n: u32) -> u32 { return ((n >> 4u) * inputs + k) * 16u + (n & 15u); }
fn share(total: u32, part: u32, parts: u32) -> u32 { return total * part / parts; }
fn sample_byte(base: u32, i: u32) -> u32 { return (samples[base + (i >> 2u)] >> ((i & 3u) * 8u)) & 255u; }
fn pixel_of(byte: u32) -> F { return f_div(f_of_integer(i32(byte)), ${constant(255)}); }
fn activate(x: F, activation: u32) -> F {
  if (activation == 0u) { return x; }
  var below = f_zero();
  if (activation == 2u) { below = f_mul(x, ${constant(0.2)}); }
  return f_select(f_greater(f_zero(), x), below, x);
}
fn activate_gradient(gradient: F, output: F, activation: u32) -> F {
  if (activation == 0u) { return gradient; }
  var below = f_zero();
  if (activation == 2u) { below = f_mul(gradient, ${constant(0.2)}); }
  return f_select(f_greater(output, f_zero()), gradient, below);
}
`;

/** The text of a phase's shader. */
export function shaderOf(
  name: KernelName,
  { library = "", body }: Phase,
  mode: Mode,
): string {
  const { sizes } = KERNELS[name];
  const pointers = extentsOf(name, sizes.map(() => 1)).map(([pointer]) => `at_${pointer}`);
  const lets = [...pointers, ...sizes]
    .map((argument, i) => `  let ${argument} = arguments[${i}];\n`);
  return `${arithmeticOf(mode)}${ACCESS}${library}
@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let t = id.x + id.y * arguments[${ARGUMENTS.rowOfThreads}];
  if (t >= arguments[${ARGUMENTS.threads}]) { return; }
  zero_at_run_time = arguments[${ARGUMENTS.zero}];
${lets.join("")}${body}
}
`;
}
