import assert from "node:assert/strict";
import { temporaryFolder } from "../data/test_files.ts";
import { buildBinding } from "./tfjs_binding.ts";
import { findTfjs, installPackages, tfjsFolder } from "./tfjs_packages.ts";

Deno.test("an engine that is not installed is refused, with the task that installs it", async () => {
  await using cache = await temporaryFolder();
  for (const engine of ["tfjs-cpu", "tfjs-webgpu", "tfjs-node"] as const) {
    await assert.rejects(findTfjs(engine, cache.path), {
      name: "TfjsError",
      message:
        `Cannot use the engine ${engine}: it is not installed; run deno task engine ${engine}`,
    });
  }
  await assert.rejects(findTfjs("tfjs-cpu", null), /there is no cache folder/);
});

Deno.test("packages alone serve tfjs-cpu and tfjs-webgpu, not tfjs-node", async () => {
  await using cache = await temporaryFolder();
  const folder = await tfjsFolder(cache.path);
  await Deno.mkdir(`${folder}/node_modules`, { recursive: true });
  assert.equal(await findTfjs("tfjs-cpu", cache.path), folder);
  assert.equal(await findTfjs("tfjs-webgpu", cache.path), folder);
  await assert.rejects(findTfjs("tfjs-node", cache.path), /run deno task engine tfjs-node$/);
  await Deno.writeTextFile(`${folder}/tfjs_binding-${Deno.build.target}.node`, "");
  assert.equal(await findTfjs("tfjs-node", cache.path), folder);
});

Deno.test("packages that are there are not installed again", async () => {
  await using cache = await temporaryFolder();
  const folder = await tfjsFolder(cache.path);
  await Deno.mkdir(folder);
  assert.equal(await installPackages(cache.path), folder);
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});

Deno.test("packages that cannot be installed leave nothing behind", async () => {
  await using cache = await temporaryFolder();
  await Deno.writeTextFile(`${cache.path}/file`, "");
  await assert.rejects(installPackages(`${cache.path}/file`));
  assert.deepEqual([...Deno.readDirSync(cache.path)].map(({ name }) => name), ["file"]);
});

const LINUX = { os: "linux", arch: "x86_64" } as const;

/** A program that answers as a Python would that has TensorFlow in `tensorflow`. */
async function pythonWith(folder: string, tensorflow: string): Promise<string> {
  const path = `${folder}/python`;
  await Deno.writeTextFile(path, `#!/bin/sh\necho '${tensorflow}'\n`, { mode: 0o755 });
  return path;
}

Deno.test("buildBinding() names what is missing: platform, wheel, library, compiler, disk", async () => {
  await using cache = await temporaryFolder();
  const folder = cache.path, tensorflow = `${folder}/tensorflow`;
  await Deno.mkdir(tensorflow);
  const python = await pythonWith(folder, tensorflow);
  const build = (options: Partial<Parameters<typeof buildBinding>[1]>) =>
    buildBinding(folder, { python, platform: LINUX, notify: () => {}, ...options });
  const refused = (options: Parameters<typeof build>[0], message: RegExp) =>
    assert.rejects(build(options), { name: "TfjsError", message });

  await refused({ platform: { os: "darwin", arch: "aarch64" } }, /on darwin: only Linux/);
  await refused(
    { python: null, platform: { os: "linux", arch: "aarch64" } },
    /for aarch64: name a Python .* LATENTBENCH_TENSORFLOW_PYTHON$/,
  );
  await refused({ python: "/no/python" }, /^Cannot find TensorFlow in .*\/no\/python: it was not/);
  await refused({}, /has no libtensorflow_cc\.so\.2$/);
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    await Deno.writeTextFile(`${tensorflow}/${name}`, "");
  }
  await refused(
    { compilers: [["no-such-compiler"], ["false"]] },
    /it needs a C\+\+ compiler \(no-such-compiler: it was not found; false: exit code 1\)$/,
  );
  await refused(
    { python: null, freeBytes: () => Promise.resolve(1e9) },
    /it takes 1\.5 GB, 1\.0 GB are free; free space there/,
  );
  // Nothing half done is left.
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["python", "tensorflow"]);
});
