/** Run as a program: ends with an error unless the binding in the named folder computes 1 x 3 + 2 x 4. */
import { loadBackend } from "../engines/tfjs/load_backend.ts";

const { tf } = await loadBackend("tfjs-node", Deno.args[0]!, 1);
const row = tf.tensor(Float32Array.of(1, 2), [1, 2]);
const column = tf.tensor(Float32Array.of(3, 4), [2, 1]);
const [product] = await tf.matMul(row, column).data();
if (product !== 11) throw new Error(`1 x 3 + 2 x 4 is ${product}`);
