/**
 * TensorFlow.js's native binding, which its own install script cannot set up on current runtimes: the
 * package's C++, compiled here against the libtensorflow of a Python wheel.
 * @module
 */
import { statfs } from "node:fs/promises";
import { BINDING_FILE } from "../engines/tfjs/load_backend.ts";
import { TfjsError } from "../engines/tfjs/tfjs_error.ts";
import { formatBytes } from "../figures.ts";
import { exists } from "./tfjs_packages.ts";

const COMPILERS: readonly (readonly string[])[] = [
  ["c++"],
  ["g++"],
  ["clang++"],
  ["zig", "c++"],
  ["python3", "-m", "ziglang", "c++"],
];

const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;

/** The wheel that is downloaded where no Python environment is named, with the hash of its file. */
const WHEEL = {
  requirement: "tensorflow-cpu==2.21.0",
  platform: "manylinux_2_27_x86_64",
  python: "3.12",
  sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
};

/** Bytes: the wheel, and what is taken out of it. */
const WHEEL_NEEDS = 1.5e9;

export interface BindingOptions {
  /** A Python that has TensorFlow; null: the wheel is downloaded with `python3 -m pip`. */
  readonly python: string | null;
  readonly compilers?: readonly (readonly string[])[];
  readonly platform?: Pick<typeof Deno.build, "os" | "arch">;
  /** Space left on the disk of a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  readonly notify: (line: string) => void;
}

/**
 * Builds the binding in an installation's folder, unless it is there and works. Throws a TfjsError
 * that says what is missing.
 */
export async function buildBinding(folder: string, options: BindingOptions): Promise<void> {
  const path = `${folder}/${BINDING_FILE}`;
  if (await exists(path)) {
    const problem = await smokeTest(folder);
    if (problem === null) return;
    options.notify(`The binding does not work (${problem}) and is built again`);
  }
  const { os, arch } = options.platform ?? Deno.build;
  if (os !== "linux") {
    throw new TfjsError(`Cannot build the binding on ${os}: only Linux is supported so far`);
  }
  if (options.python === null && arch !== "x86_64") {
    throw new TfjsError(
      `Cannot download libtensorflow for ${arch}: name a Python that has TensorFlow in ` +
        "LATENTBENCH_TENSORFLOW_PYTHON",
    );
  }
  const tensorflow = options.python === null
    ? await downloadLibrary(folder, options)
    : await libraryOf(options.python);
  const temporary = `${folder}/${crypto.randomUUID()}.tmp.node`;
  try {
    options.notify(`Compiling the binding against ${tensorflow}`);
    await compile(folder, tensorflow, temporary, options.compilers ?? COMPILERS);
    await Deno.rename(temporary, path);
  } finally {
    await Deno.remove(temporary).catch(() => {});
  }
  const problem = await smokeTest(folder);
  if (problem !== null) {
    await Deno.remove(path);
    throw new TfjsError(`Cannot use the binding that was built: ${problem}`);
  }
}

/** The folder of libtensorflow in a Python environment: what is built refers to it there. */
async function libraryOf(python: string): Promise<string> {
  const found = await run([
    python,
    "-c",
    "import importlib.util as u; print(u.find_spec('tensorflow').submodule_search_locations[0])",
  ]);
  if (found.problem !== null) {
    throw new TfjsError(
      `Cannot find TensorFlow in LATENTBENCH_TENSORFLOW_PYTHON, ${python}: ${found.problem}`,
    );
  }
  const tensorflow = found.stdout.trim();
  for (const library of LIBRARIES) {
    if (await exists(`${tensorflow}/${library}`)) continue;
    throw new TfjsError(`Cannot use the TensorFlow of ${python}: ${tensorflow} has no ${library}`);
  }
  return tensorflow;
}

/** Downloads the wheel by pip, which verifies it, and takes the library and its headers out. */
async function downloadLibrary(
  folder: string,
  { notify, freeBytes = bytesFree }: BindingOptions,
): Promise<string> {
  const library = `${folder}/libtensorflow`;
  if (await exists(library)) return `${library}/tensorflow`;
  const free = await freeBytes(folder);
  if (free < WHEEL_NEEDS) {
    throw new TfjsError(
      `Cannot keep libtensorflow in ${folder}: it takes ${formatBytes(WHEEL_NEEDS)}, ` +
        `${formatBytes(free)} are free; free space there, set XDG_CACHE_HOME to another ` +
        "folder, or name a Python that has TensorFlow in LATENTBENCH_TENSORFLOW_PYTHON",
    );
  }
  const temporary = `${library}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.mkdir(temporary);
    const { requirement, platform, python, sha256 } = WHEEL;
    notify(`Downloading ${requirement}, about 290 MB`);
    await Deno.writeTextFile(
      `${temporary}/requirements.txt`,
      `${requirement} --hash=sha256:${sha256}\n`,
    );
    const downloaded = await run([
      ...[
        "python3",
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
      ],
      ...["--only-binary=:all:", "--platform", platform, "--python-version", python],
      ...["--require-hashes", "-r", `${temporary}/requirements.txt`, "-d", temporary],
    ]);
    if (downloaded.problem !== null) {
      throw new TfjsError(
        `Cannot download ${requirement}: ${downloaded.problem}; or name a Python that has ` +
          "TensorFlow in LATENTBENCH_TENSORFLOW_PYTHON",
      );
    }
    const extracted = await run(["python3", "-c", EXTRACT, temporary, ...LIBRARIES]);
    if (extracted.problem !== null) {
      throw new TfjsError(`Cannot unpack ${requirement}: ${extracted.problem}`);
    }
    await Deno.rename(temporary, library);
  } finally {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
  }
  return `${library}/tensorflow`;
}

async function bytesFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Unpacks the libraries and the headers of the one wheel in a folder, and removes the wheel. */
const EXTRACT = `
import glob, os, sys, zipfile
folder, libraries = sys.argv[1], sys.argv[2:]
wheel, = glob.glob(folder + "/*.whl")
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith("tensorflow/include/") or name in ["tensorflow/" + l for l in libraries]:
            archive.extract(name, folder)
os.remove(wheel)
`;

async function compile(
  folder: string,
  tensorflow: string,
  output: string,
  compilers: readonly (readonly string[])[],
): Promise<void> {
  const binding = `${folder}/node_modules/@tensorflow/tfjs-node/binding`;
  const problems: string[] = [];
  for (const compiler of compilers) {
    const { problem } = await run([
      ...compiler,
      ...["-O2", "-shared", "-fPIC", "-std=c++17", "-w", "-DNAPI_VERSION=8"],
      ...["-I", binding, "-I", `${tensorflow}/include`],
      ...["-I", `${folder}/node_modules/node-api-headers/include`],
      ...[`${binding}/tfjs_backend.cc`, `${binding}/tfjs_binding.cc`],
      ...["-L", tensorflow, ...LIBRARIES.map((library) => `-l:${library}`)],
      `-Wl,-rpath,${tensorflow}`,
      ...["-o", output],
    ]);
    if (problem === null) return;
    problems.push(`${compiler.join(" ")}: ${problem}`);
  }
  throw new TfjsError(
    `Cannot compile the binding: it needs a C++ compiler (${problems.join("; ")})`,
  );
}

/** What is wrong with the binding, tried in a process of its own; null where it computes. */
async function smokeTest(folder: string): Promise<string | null> {
  const script = new URL("./tfjs_smoke.ts", import.meta.url).href;
  const permissions = ["--allow-read", "--allow-env", "--allow-ffi"];
  const { problem } = await run([
    Deno.execPath(),
    "run",
    "--quiet",
    ...permissions,
    script,
    folder,
  ]);
  return problem;
}

/** Runs a program; `problem` is the last line of what it complained of, null where it succeeded. */
async function run(
  [command, ...args]: readonly string[],
): Promise<{ stdout: string; problem: string | null }> {
  try {
    const { success, code, stdout, stderr } = await new Deno.Command(command!, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const complaint = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    return {
      stdout: new TextDecoder().decode(stdout),
      problem: success ? null : complaint || `exit code ${code}`,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { stdout: "", problem: "it was not found" };
    throw error;
  }
}
