import assert from "node:assert/strict";
import { isUnsupported, osErrorNumber } from "./os_error.ts";

Deno.test("isUnsupported() tells a file system that lacks an operation from one that fails", () => {
  const lacks = [
    new TypeError("Invalid argument (os error 22)"),
    new Error("No locks available (os error 37)"),
    new Error("Function not implemented (os error 38)"),
    new Error("Operation not supported (os error 95)"),
    new Error("Unknown error 524 (os error 524)"),
  ];
  for (const error of lacks) assert.equal(isUnsupported(error, "linux"), true, error.message);
  const fails = [
    new Error("Input/output error (os error 5)"),
    new Error("No space left on device (os error 28)"),
    new Error("Disk quota exceeded (os error 122)"),
    new Error("Permission denied (os error 13)"),
    new Error("it broke"),
  ];
  for (const error of fails) assert.equal(isUnsupported(error, "linux"), false, error.message);
  assert.equal(isUnsupported(new Error("Function not implemented (os error 78)"), "darwin"), true);
  assert.equal(
    isUnsupported(new Error("The request is not supported. (os error 50)"), "windows"),
    true,
  );
  assert.equal(isUnsupported(new Error("Function not implemented (os error 38)"), "plan9"), false);
});

Deno.test("osErrorNumber() is the operating system's number, and null of any other error", async () => {
  const failure = await Deno.stat("/there/is/no/such/file").catch((error) => error);
  assert.equal(typeof osErrorNumber(failure), "number");
  assert.equal(osErrorNumber(new Error("Disk quota exceeded (os error 122): write")), 122);
  assert.equal(osErrorNumber(new TypeError("x is not a function")), null);
});
