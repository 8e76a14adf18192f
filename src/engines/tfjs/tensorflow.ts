/**
 * The part of TensorFlow.js that is used here, written out: its packages are installed on request, in
 * a folder of their own, so that those who never ask for them download nothing.
 * @module
 */
import type { TfjsEngineName } from "../engine_name.ts";

export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

type Shape = readonly number[];
type Operand = TfTensor | number;
type Unary = (x: TfTensor) => TfTensor;
type Binary = (a: Operand, b: Operand) => TfTensor;

export interface TensorFlow {
  readonly version: { readonly tfjs: string };
  /** Leaves out checks, and a notice on the terminal. */
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  registerBackend(name: string, make: () => unknown): boolean;
  /** Number of tensors that are alive. */
  memory(): { readonly numTensors: number };

  /** Frees all tensors made in `run` but those that it gives back or that are kept. */
  tidy<T>(run: () => T): T;
  keep: Unary;
  valueAndGrads(
    f: (...parameters: TfTensor[]) => TfTensor,
  ): (parameters: TfTensor[]) => { value: TfTensor; grads: TfTensor[] };

  tensor(values: Float32Array | Int32Array, shape: Shape, type?: "float32" | "int32"): TfTensor;
  zeros(shape: Shape): TfTensor;
  oneHot(indices: TfTensor, depth: number): TfTensor;

  add: Binary;
  sub: Binary;
  mul: Binary;
  div: Binary;
  neg: Unary;
  square: Unary;
  sqrt: Unary;
  log: Unary;
  sigmoid: Unary;
  relu: Unary;
  leakyRelu(x: TfTensor, slope: number): TfTensor;
  logSoftmax: Unary;
  sum(x: TfTensor, axis: number): TfTensor;
  mean: Unary;

  reshape(x: TfTensor, shape: Shape): TfTensor;
  slice(x: TfTensor, begin: Shape, size: Shape): TfTensor;
  concat(tensors: readonly TfTensor[], axis: number): TfTensor;
  transpose(x: TfTensor, order: readonly number[]): TfTensor;
  matMul: Binary;
  /** x [n, side, side, in], filter [5, 5, in, out]. */
  conv2d(x: TfTensor, filter: TfTensor, stride: number, padding: "same"): TfTensor;
  /** filter [5, 5, out, in]. */
  conv2dTranspose(
    x: TfTensor,
    filter: TfTensor,
    shape: Shape,
    stride: number,
    padding: "same",
  ): TfTensor;
  maxPool(x: TfTensor, size: number, stride: number, padding: "valid"): TfTensor;
}

/** TensorFlow.js with one back end in charge. */
export interface TfjsBackend {
  readonly name: TfjsEngineName;
  readonly tf: TensorFlow;
  /**
   * Puts the back end in charge: TensorFlow.js has one at a time, for all engines of a thread. It
   * stays so until something is awaited.
   */
  use(): void;
  /** What computes, e.g. `libtensorflow 2.21.0`. */
  readonly description: string;
  /** Threads that it was told to use. */
  readonly threads: number;
}
