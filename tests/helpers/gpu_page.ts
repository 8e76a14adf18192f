// The script of a page that is asked what a browser's GPU makes of the cases.
import { gpuHere } from "./gpu_cases.ts";

Object.assign(globalThis, { tested: gpuHere(null), untested: gpuHere("hybrid") });
