/** What holds the table of kernels and the C together, and plans within their buffers. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../data/test_files.ts";
import { testWith } from "../../../tests/needs.ts";
import { KERNEL_SOURCES, kernelSourceFiles } from "../../runner/kernel_sources.ts";
import { ProgramBuilder } from "./program_builder.ts";

function builder(): ProgramBuilder {
  return new ProgramBuilder([], 0, 7, "step");
}

Deno.test("a buffer has the size that the first kernel needs for the largest batch", () => {
  const b = builder();
  const [z, p] = [b.buffer("z"), b.buffer("p")];
  b.call("sigmoid", { z, p }, { width: 17 });
  assert.deepEqual(b.requests, [
    { name: "step/z", floats: 7 * 32, first: 0, last: 0 },
    { name: "step/p", floats: 7 * 32, first: 0, last: 0 },
  ]);
  assert.deepEqual(b.program(p, null).calls, [
    { kernel: "sigmoid", pointers: [z, p], sizes: ["count", 17] },
  ]);
});

Deno.test("no call may leave a buffer, from wherever in it", () => {
  const b = builder();
  const [z, p] = [b.buffer("z"), b.buffer("p", 7 * 16)];
  b.call("sigmoid", { z, p }, { width: 16 });
  assert.throws(() => b.call("sigmoid", { z, p }, { width: 17 }), {
    name: "RangeError",
    message: "Cannot call sigmoid: its pointer z ends at 224 of 112 floats of step/z",
  });
  assert.throws(() => b.call("sigmoid", { z, p: { ...p, offset: 1 } }, { width: 16 }), {
    name: "RangeError",
    message: "Cannot call sigmoid: its pointer p ends at 113 of 112 floats of step/p",
  });
});

/** Changes of the table that the C does not follow, and what the compiler says. */
const CHANGES: readonly (readonly [what: string, from: RegExp, to: string, says: RegExp])[] = [
  ["scratch", /CONV5_SCRATCH = \d+/, "CONV5_SCRATCH = 1", /plans other scratch/],
  ["a pointer", /void add\(const float \*a, /, "void add(", /conflicting types/],
  ["a type", /void scale\(const float/, "void scale(const uint32_t", /conflicting types/],
];

testWith("cc", "C that the table does not describe is not compiled", async ([cc]) => {
  await using folder = await temporaryFolder();
  const sources = kernelSourceFiles(".c", ".h");
  for (const name of sources) {
    await Deno.copyFile(new URL(name, KERNEL_SOURCES), `${folder.path}/${name}`);
  }
  const header = `${folder.path}/kernel_table.h`;
  const table = await Deno.readTextFile(header);
  const compile = async () => {
    const { success, stderr } = await new Deno.Command(cc!, {
      args: [
        ...Deno.build.arch === "x86_64" ? ["-mavx2", "-mfma"] : [],
        ...["-fsyntax-only", "-w", "conv5.c", "add.c", "scale.c"],
      ],
      cwd: folder.path,
      env: { LC_ALL: "C" },
    }).output();
    return { success, text: new TextDecoder().decode(stderr) };
  };
  assert.deepEqual(await compile(), { success: true, text: "" });
  for (const [what, from, to, says] of CHANGES) {
    assert.match(table, from, what);
    await Deno.writeTextFile(header, table.replace(from, to));
    const { success, text } = await compile();
    assert.equal(success, false, what);
    assert.match(text, says, what);
  }
});
