/** The whole program on file systems that lack operations: a library in between says so. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../src/data/test_files.ts";
import { testWith } from "./needs.ts";

const LACKING = `
#include <errno.h>
int flock(int file, int operation) { errno = ENOLCK; return -1; }
int fsync(int file) { errno = EINVAL; return -1; }
int fdatasync(int file) { return fsync(file); }
`;

if (Deno.build.os === "linux") {
  testWith(
    "cc",
    "a folder without locks and sync costs a line each, and no result",
    async ([compiler]) => {
      await using folder = await temporaryFolder();
      const [source, library] = [`${folder.path}/lacking.c`, `${folder.path}/lacking.so`];
      await Deno.writeTextFile(source, LACKING);
      const args = ["-shared", "-fPIC", "-o", library, source];
      assert.ok((await new Deno.Command(compiler!, { args }).output()).success);
      const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--allow-read", "--allow-write", "--allow-env"],
          ...[fileURLToPath(new URL("../src/main.ts", import.meta.url)), "reproduce"],
          ...["--dataset", "strokes", "--only", "fc@250#0", "--results", `${folder.path}/results`],
        ],
        env: { LD_PRELOAD: library },
        stdin: "null",
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assert.equal(code, 0, err);
      assert.equal(err!.match(/^WARNING: .*cannot sync/gm)?.length, 1, err);
      assert.equal(err!.match(/^WARNING: processes cannot share/gm)?.length, 1, err);
      assert.match(out!, /^fc@250#0 .*✓ pass/m);
    },
  );
}
