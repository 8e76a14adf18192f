/** The command line's grammar: commands, options, and what their values may be. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import denoConfig from "../../deno.json" with { type: "json" };
import { type Reading, READINGS } from "../data/embedded.ts";
import { type DatasetName, VALIDATION_IMAGES } from "../data/dataset.ts";
import { HEAD_VALIDATION } from "../data/embedded.ts";
import { ENGINE_NAMES, type EngineName, type TfjsEngineName } from "../engines/engine_name.ts";
import { WANTED_BUILDS, type WantedBuild } from "../runner/find_kernels.ts";
import { MAX_PARTS } from "../engines/exact/kernel_table.ts";
import { LARGEST_LATENTS, LARGEST_SEED } from "../matrix/case.ts";
import { PROFILE_NAMES, type ProfileName, PROFILES } from "../matrix/profiles.ts";
import type { Shard } from "../matrix/shards.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { UsageError } from "./exit_codes.ts";
import type { World } from "./world.ts";

export interface OutputOptions {
  readonly results: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface JunitOptions {
  /** Path of the JUnit XML file to write. */
  readonly junit: string | null;
}

export interface DatasetOptions {
  readonly dataset: "auto" | DatasetName;
  readonly data: string | null;
  /** Asks MNIST's mirrors even if none answered within the last hour. */
  readonly refresh: boolean;
}

export interface MatrixOptions {
  readonly profile: ProfileName | null;
  readonly only: string | null;
  readonly labels: readonly number[] | null;
  readonly latents: readonly number[] | null;
  readonly unlabelled: readonly number[] | null;
  readonly readings: readonly (Reading | null)[] | null;
  readonly draws: number | null;
  readonly seeds: number | null;
  readonly seed: number;
}

export interface ReproduceOptions
  extends OutputOptions, JunitOptions, DatasetOptions, MatrixOptions {
  readonly engine: EngineName;
  readonly backend: WantedBuild | null;
  readonly shard: Shard | null;
  readonly jobs: number | null;
  readonly threads: number | null;
  readonly fresh: boolean;
  readonly saveModels: boolean;
  /** Path of a saved encoder for the heads, in place of training one. */
  readonly encoder: string | null;
  /** Heads learn from the published embeddings, in place of training their encoders. */
  readonly publishedEncoders: boolean;
  readonly dryRun: boolean;
}

export interface CheckOptions
  extends Pick<OutputOptions, "results" | "json">, JunitOptions, MatrixOptions {
  /** Of the cases that the profile or the axes ask for. */
  readonly engine: EngineName;
  readonly dataset: DatasetName | null;
  /** Another results folder, to compare the records with. */
  readonly against: string | null;
}

export interface AnswerOptions {
  /** Null: the published reference. */
  readonly results: string | null;
  readonly dataset: DatasetName;
  readonly json: boolean;
}

export type ExportOptions = Pick<CheckOptions, "results" | "dataset">;

export interface ReportOptions extends ExportOptions {
  /** Path of a saved encoder with two latents for the live page. */
  readonly play: string | null;
}

export interface MergeOptions extends Omit<CheckOptions, "json" | "junit" | "against"> {
  /** Results folders that are joined in `results`. */
  readonly folders: readonly string[];
}

export interface DataOptions extends Omit<DatasetOptions, "refresh"> {
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface VerifyOptions {
  /** Path of the record's file, or the name of a published case. */
  readonly record: string;
  /** Path of a file of attestations, to which a run with the same bits is added. */
  readonly attest: string | null;
  /** What the attestation adds to the runtime, such as an emulator that the program cannot see. */
  readonly runtimeNote: string | null;
  /** Of a published case that is named. */
  readonly dataset: "mnist" | "strokes";
  readonly data: string | null;
  readonly refresh: boolean;
  readonly backend: WantedBuild | null;
  readonly threads: number | null;
  readonly quiet: boolean;
}

export interface EngineOptions {
  readonly name: TfjsEngineName;
}

export type ParsedCommand =
  | { readonly name: "reproduce"; readonly options: ReproduceOptions }
  | { readonly name: "check"; readonly options: CheckOptions }
  | { readonly name: "report"; readonly options: ReportOptions }
  | { readonly name: "merge"; readonly options: MergeOptions }
  | { readonly name: "answer"; readonly options: AnswerOptions }
  | { readonly name: "export"; readonly options: ExportOptions }
  | { readonly name: "data"; readonly options: DataOptions }
  | { readonly name: "verify"; readonly options: VerifyOptions }
  | { readonly name: "engine"; readonly options: EngineOptions };

const profiles = new Option(
  "--profile <name>",
  `part of the matrix (${
    PROFILE_NAMES.map((name) => `${name}: ${PROFILES[name].purpose}`).join("; ")
  })`,
).choices(PROFILE_NAMES).default(null, "headline");

const matrixOptions = [
  new Option("--only <pattern>", "cases that match a quoted glob, or one exact case (fc@2000#0)")
    .default(null, "all"),
  new Option(
    "--labels <counts>",
    "label counts, comma-separated, in place of the profile's: N are the first N training images; " +
      `${VALIDATION_IMAGES.mnist} labelled validation images come on top (heads: ${HEAD_VALIDATION})`,
  ).argParser(counts(1_000_000)).default(null, "the profile's"),
  new Option("--latents <counts>", "latent sizes, comma-separated, in place of the profile's")
    .argParser(counts(LARGEST_LATENTS)).default(null, "the profile's"),
  new Option(
    "--unlabelled <counts>",
    "numbers of images that encoders learn from, in place of the profile's (mostly all)",
  ).argParser(counts(1_000_000)).default(null, "the profile's"),
  new Option("--readings <names>", "how heads read codes: raw, even or both (raw,even)")
    .argParser(readings).default(null, "the profile's"),
  new Option("--draws <n>", "random draws of labelled images; 0: the first images")
    .argParser(wholeNumber(0, 1000)).default(null, "the profile's"),
  new Option("--seeds <n>", "number of seeds, in place of the profile's")
    .argParser(wholeNumber(1, 10_000)).default(null, "the profile's"),
  new Option("--seed <s>", "the first seed").argParser(wholeNumber(0, LARGEST_SEED)).default(0),
];

const shardOption = new Option("--shard <i/n>", "the i-th of n parts of the matrix, from 1")
  .argParser(shard).default(null, "all of it");
const encoder = new Option(
  "--encoder <file>",
  "a saved encoder for the heads, in place of training it",
)
  .default(null, "none");
const publishedEncoders = new Option(
  "--published-encoders",
  "heads of any engine learn from the published embeddings of exact, and train no encoders",
).conflicts("encoder").default(false);
/** What decides which cases are run, and what heads among them learn from. */
const selecting = [profiles, ...matrixOptions, shardOption, encoder, publishedEncoders];

const data = new Option("--data <dir>", "folder with the four IDX files (or MNIST_DIR)")
  .default(null, "the cache, then a download");
const refresh = new Option(
  "--refresh",
  "ask MNIST's mirrors even if none answered within the last hour",
).default(false);
const dataset = new Option(
  "--dataset <name>",
  "the dataset; auto is MNIST, or strokes if it can be neither found nor downloaded",
).choices(["auto", "mnist", "strokes", "idx"]).default("auto");
const engine = new Option("--engine <name>", "what computes; tfjs-* is TensorFlow.js")
  .choices(ENGINE_NAMES).default("exact");
const backend = new Option("--backend <build>", "build of the engine exact")
  .choices(WANTED_BUILDS).default(null, "the fastest WebAssembly");
const threads = new Option("--threads <n>", "threads a case, where it is large enough to share")
  .argParser(wholeNumber(1, MAX_PARTS)).default(
    null,
    "the cores that cases side by side leave over",
  );

const recordsOf = new Option("--dataset <name>", "only the records of this dataset")
  .choices(["mnist", "strokes", "idx"]).default(null, "all");
const results = new Option("--results <dir>", "folder of records and report")
  .argParser(named("folder")).default("reports/latest");
/** Which records a folder should have, of which datasets. */
const scopeOptions = [profiles, ...matrixOptions, engine, recordsOf, results];
const json = new Option("--json", "print one JSON document, and nothing else, on standard output")
  .default(false);
const junit = new Option("--junit <file>", "write the verdicts as JUnit XML too")
  .argParser(named("file")).default(null, "none");
const quiet = new Option("--quiet", "no progress, only results and warnings").default(false);

/** A command as it is written: its name, its options, and what stands behind its name. */
interface Grammar {
  readonly name: ParsedCommand["name"];
  readonly description: string;
  readonly options: readonly Option[];
  readonly argument?: Argument;
}

const GRAMMAR: readonly Grammar[] = [
  {
    name: "reproduce",
    description: "run the cases that have no record yet, check them, render the report",
    options: [
      profiles,
      ...matrixOptions,
      dataset,
      data,
      refresh,
      engine,
      backend,
      new Option("--jobs <n>", "cases side by side").argParser(wholeNumber(1, 1024))
        .default(null, "one a core, or one on a GPU"),
      threads,
      shardOption,
      results,
      new Option("--fresh", "run cases again that have a record").default(false),
      new Option("--save-models", "keep the trained weights of the cases that run, as safetensors")
        .default(false),
      encoder,
      publishedEncoders,
      new Option("--dry-run", "print the cases, their cost and the time they will take")
        .conflicts(["json", "junit"]).default(false),
      json,
      junit,
      quiet,
    ],
  },
  {
    name: "check",
    description: "give verdicts on the records in a folder",
    options: [
      ...scopeOptions,
      new Option("--against <dir>", "compare with the records of another results folder")
        .argParser(named("folder")).default(null, "none"),
      json,
      junit,
    ],
  },
  {
    name: "report",
    description: "render the pages from the records in a folder, and the live page",
    options: [
      recordsOf,
      results,
      new Option("--play <model>", "put a saved ae2 or vae2 into play.html: its latent plane, live")
        .argParser(named("file")).default(null, "none"),
    ],
  },
  {
    name: "merge",
    description: "join the results of shards in one folder, and say what is missing",
    options: scopeOptions,
    argument: new Argument("<folders...>", "results folders"),
  },
  {
    name: "answer",
    description: "why does the VAE not beat the AE? the analysis of docs/ae_or_vae.md",
    options: [
      new Option("--dataset <name>", "the dataset of the records")
        .choices(["mnist", "strokes", "idx"]).default("mnist"),
      new Option("--results <dir>", "folder of records").argParser(named("folder"))
        .default(null, "the published reference"),
      json,
    ],
  },
  {
    name: "export",
    description: "print all records as CSV",
    options: [recordsOf, results],
  },
  {
    name: "data",
    description: "find, download and verify the dataset, and say where it is",
    options: [dataset, data, json, quiet],
  },
  {
    name: "verify",
    description: "run a record's case again and compare the digests, bit for bit",
    options: [
      new Option("--dataset <name>", "the dataset of a published case that is named")
        .choices(["mnist", "strokes"]).default("mnist"),
      data,
      refresh,
      backend,
      threads,
      new Option("--attest <file>", "add a run that repeats a published case to a file")
        .argParser(named("file")).default(null, "none"),
      new Option(
        "--runtime-note <words>",
        "what an attestation says of the runtime (under qemu 7.2)",
      )
        .argParser(note).default(null, "none"),
      quiet,
    ],
    argument: new Argument("<record>", "the record's file, or a published case such as fc@250#0"),
  },
  {
    name: "engine",
    description: "install TensorFlow.js, a second opinion on the results, into the cache",
    options: [],
    argument: new Argument(
      "<name>",
      "where it computes: on libtensorflow, on a GPU, or as JavaScript",
    )
      .choices(ENGINE_NAMES.filter((name) => name !== "exact")),
  },
];

/**
 * Reads the arguments. Null where help or the version was asked for, and printed. Throws a
 * UsageError where they make no sense.
 */
export function parseCommandLine(args: readonly string[], world: World): ParsedCommand | null {
  let parsed: ParsedCommand | null = null;
  const problems: string[] = [];
  const program = new Command("latentbench")
    .description("A benchmark of small MNIST models whose results are the same bits everywhere.")
    .version(`latentbench ${denoConfig.version} (numeric version ${NUMERIC_VERSION})`);
  for (const grammar of GRAMMAR) addCommand(program, grammar, (command) => parsed = command);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => world.stdout(text),
      writeErr: (text) => problems.push(text),
      // Else commander asks variables that the tasks may not read.
      getOutHasColors: () => world.color,
      getErrHasColors: () => false,
    });
  }
  try {
    if (args.length === 0) program.help();
    program.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    const message = problems.join("").trim().replace(/^error: /, "") || error.message;
    const command = program.commands.find((known) => known.name() === args[0]);
    const help = ["latentbench", command?.name() ?? [], "--help"].flat().join(" ");
    throw new UsageError(`${message}\nSee ${help}`, { cause: error });
  }
  return parsed;
}

function addCommand(
  program: Command,
  { name, description, options, argument }: Grammar,
  onParsed: (command: ParsedCommand) => void,
): void {
  const command = program.command(name).description(description).allowExcessArguments(false);
  if (argument) command.addArgument(argument);
  for (const option of options) command.addOption(option);
  command.action(() => {
    const given = argument ? { [argument.name()]: command.processedArgs[0] } : {};
    onParsed({ name, options: { ...command.opts(), ...given } } as ParsedCommand);
  });
}

/** The words of a command line that selects the same cases; nothing for what is as by default. */
export function selectionWords(
  options:
    & MatrixOptions
    & Partial<Pick<ReproduceOptions, "shard" | "encoder" | "publishedEncoders">>,
): string[] {
  const values = new Map<string, unknown>(Object.entries(options));
  return selecting.flatMap((option) => {
    const value = values.get(option.attributeName()) ?? option.defaultValue;
    if (value === option.defaultValue) return [];
    return value === true ? [option.long!] : [option.long!, wordOf(value)];
  });
}

/** A value of an option as it is given. */
function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((part) => part ?? "raw").join();
  if (typeof value !== "object") return String(value);
  const { index, count } = value as Shard;
  return `${index}/${count}`;
}

function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || value < smallest || value > largest) {
      throw new InvalidArgumentError(`It must be a whole number from ${smallest} to ${largest}.`);
    }
    return value;
  };
}

function shard(text: string): Shard {
  const [, index, count] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (!index || !count || index > count) {
    throw new InvalidArgumentError("It must be a part of a number of parts, as in 1/4.");
  }
  return { index, count };
}

function named(what: "file" | "folder"): (text: string) => string {
  return (text) => {
    if (text === "") throw new InvalidArgumentError(`It must name a ${what}.`);
    return text;
  };
}

/** The words that an attestation has room for. */
function note(text: string): string {
  if (!/^[\x20-\x7e]{1,60}$/.test(text)) {
    throw new InvalidArgumentError("It must be 1 to 60 printable ASCII characters.");
  }
  return text;
}

function readings(text: string): (Reading | null)[] {
  return text.split(",").map((part) => {
    const name = part.trim();
    if (name === "raw") return null;
    const reading = READINGS.find((known) => known === name);
    if (reading === undefined) {
      throw new InvalidArgumentError(`It must be of raw, ${READINGS.join(", ")}.`);
    }
    return reading;
  });
}

function counts(largest: number): (text: string) => number[] {
  return (text) => text.split(",").map((part) => wholeNumber(1, largest)(part.trim()));
}
