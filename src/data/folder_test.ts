import assert from "node:assert/strict";
import { type FileReader, namesInFolder, readFolder } from "./folder.ts";
import { IDX_FILES, MNIST_FILES } from "./mnist_files.ts";
import { gzip, labelsFile, smallDataset, temporaryFolder, writeDataset } from "./test_files.ts";

const SMALL = smallDataset(3, 2);
const NAMES = SMALL.files.map(({ name }) => name);

Deno.test("readFolder() reads plain and packed files, with a dash or a dot before idx", async () => {
  for (const variant of [0, 1, 2, 3]) {
    await using folder = await temporaryFolder();
    for (const file of SMALL.files) {
      const name = namesInFolder(file)[variant]!;
      const bytes = SMALL.contents.get(file.name)!;
      await Deno.writeFile(
        `${folder.path}/${name}`,
        name.endsWith(".gz") ? await gzip(bytes) : bytes,
      );
    }
    const read = await readFolder(folder.path, SMALL.files);
    assert.deepEqual(read.map(({ bytes }) => bytes), [...SMALL.contents.values()]);
    assert.deepEqual(read.map(({ sha256 }) => sha256), SMALL.files.map((f) => f.expected!.sha256));
  }
});

Deno.test("namesInFolder() knows the four names of a file", () => {
  assert.deepEqual(namesInFolder(MNIST_FILES[1]!), [
    "train-labels-idx1-ubyte",
    "train-labels.idx1-ubyte",
    "train-labels-idx1-ubyte.gz",
    "train-labels.idx1-ubyte.gz",
  ]);
});

Deno.test("readFolder() reads a file that is called .gz but was unpacked on the way", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, SMALL);
  await Deno.rename(`${folder.path}/${NAMES[0]}`, `${folder.path}/${NAMES[0]}.gz`);
  assert.equal((await readFolder(folder.path, SMALL.files)).length, 4);
});

Deno.test("readFolder() takes the file where an archive left a folder of the same name", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, SMALL);
  await Deno.rename(`${folder.path}/${NAMES[0]}`, `${folder.path}/train-images.idx3-ubyte`);
  await Deno.mkdir(`${folder.path}/${NAMES[0]}`);
  assert.equal((await readFolder(folder.path, SMALL.files)).length, 4);
});

Deno.test("readFolder() names every missing file in one error", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/${NAMES[1]}`, SMALL.contents.get(NAMES[1]!)!);
  await assert.rejects(readFolder(folder.path, SMALL.files), (error: Error) => {
    assert.equal(error.name, "DataError");
    assert.ok(error.message.startsWith(
      `Cannot read the data folder ${folder.path}: it lacks train-images-idx3-ubyte, ` +
        "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (looked for each as",
    ));
    return true;
  });
});

Deno.test("readFolder() says that a folder is not there, or is a file", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(readFolder(`${folder.path}/gone`, SMALL.files), {
    name: "DataError",
    message: `Cannot read the data folder ${folder.path}/gone: there is no such folder`,
  });
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await assert.rejects(readFolder(`${folder.path}/file`, SMALL.files), {
    name: "DataError",
    message: `Cannot read the data folder ${folder.path}/file: it is not a folder`,
  });
});

Deno.test("readFolder() says that a folder or a file may not be read", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, SMALL);
  const denied = () => Promise.reject(new Deno.errors.PermissionDenied("Permission denied"));
  const lockedFolder: FileReader = { ...Deno, stat: denied };
  await assert.rejects(readFolder(folder.path, SMALL.files, lockedFolder), {
    name: "DataError",
    message: `Cannot read ${folder.path}: Permission denied`,
  });
  const lockedFile: FileReader = { ...Deno, readFile: denied };
  await assert.rejects(readFolder(folder.path, SMALL.files, lockedFile), {
    name: "DataError",
    message: `Cannot read ${folder.path}/${NAMES[0]}: Permission denied`,
  });
});

Deno.test("readFolder() rejects a folder in place of a file", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, SMALL);
  await Deno.remove(`${folder.path}/${NAMES[2]}`);
  await Deno.mkdir(`${folder.path}/${NAMES[2]}`);
  await assert.rejects(readFolder(folder.path, SMALL.files), {
    name: "DataError",
    message: `Cannot read ${folder.path}/${NAMES[2]}: it is not a regular file`,
  });
});

Deno.test("readFolder() rejects a file with one other byte, with both SHA-256s", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, SMALL);
  const path = `${folder.path}/${NAMES[3]}`;
  await Deno.writeFile(path, labelsFile(2).fill(3, 9));
  const expected = SMALL.files[3]!.expected!.sha256;
  await assert.rejects(readFolder(folder.path, SMALL.files), {
    name: "ContentError",
    message: new RegExp(
      `^Cannot use ${path}: its 10 unpacked bytes have the SHA-256 [0-9a-f]{64}, but ` +
        `t10k-labels-idx1-ubyte has 10 bytes and the SHA-256 ${expected}$`,
    ),
  });
});

Deno.test("readFolder() refuses a file that is, or unpacks to, more than it should", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, SMALL);
  const path = `${folder.path}/${NAMES[3]}`;
  await Deno.truncate(path, 2 ** 41);
  await assert.rejects(readFolder(folder.path, SMALL.files), {
    name: "DataError",
    message:
      `Cannot use ${path}: its 2199023255552 bytes are more than t10k-labels-idx1-ubyte can ` +
      "have (65546)",
  });
  await Deno.remove(path);
  await Deno.writeFile(`${path}.gz`, await gzip(labelsFile(100_000)));
  await assert.rejects(readFolder(folder.path, SMALL.files), {
    name: "DataError",
    message: `Cannot unpack ${path}.gz: it unpacks to more than 10 bytes`,
  });
});

Deno.test("readFolder() takes any content where none is expected", async () => {
  await using folder = await temporaryFolder();
  await writeDataset(folder.path, SMALL);
  const read = await readFolder(folder.path, IDX_FILES);
  assert.deepEqual(read.map(({ bytes }) => bytes.length), [16 + 3 * 784, 11, 16 + 2 * 784, 10]);
});
