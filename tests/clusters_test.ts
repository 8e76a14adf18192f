/**
 * The ready files of docs/clusters are well formed, and what they run is right: their shells expand
 * it, and whole commands of the program carry it out, on scripted cases.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { namesIn, temporaryFolder } from "../src/data/test_files.ts";
import type { ExitCode } from "../src/cli/exit_codes.ts";
import { casesIn } from "./helpers/commands.ts";
import { ScriptedWorld } from "./scripted_world.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TASKS = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)).tasks;

/** In place of the files' profile; three cases for four shards, so that one has none. */
const SMALL = ["--dataset", "strokes", "--profile", "smoke", "--only", "fc@*", "--seeds", "3"];
const CASES = ["fc@250#0", "fc@250#1", "fc@250#2"];

async function readYaml(path: string): Promise<unknown> {
  const text = await Deno.readTextFile(`${ROOT}/${path}`);
  const [document, ...others] = parseAllDocuments(text, { strict: true, uniqueKeys: true });
  assert.ok(document && "errors" in document && others.length === 0, path);
  assert.deepEqual([...document.errors, ...document.warnings], []);
  return document.toJS();
}

/** What a shell starts as `deno task`: the arguments of each call, expanded. */
async function denoTasks(
  script: string,
  folder: string,
  env: { readonly [name: string]: string } = {},
): Promise<string[][]> {
  const calls = await Deno.makeTempDir();
  const bin = await Deno.makeTempDir();
  try {
    // An argument a line, a call a file.
    const shim = '#!/bin/sh\nprintf "%s\\n" "$@" > "$CALLS/$(ls "$CALLS" | wc -l)"\n';
    await Deno.writeTextFile(`${bin}/deno`, shim, { mode: 0o755 });
    const { success, stderr } = await new Deno.Command("bash", {
      args: ["-euo", "pipefail", "-c", script],
      cwd: folder,
      env: { PATH: `${bin}:${Deno.env.get("PATH")}`, CALLS: calls, ...env },
    }).output();
    assert.ok(success, `${script}\n${new TextDecoder().decode(stderr)}`);
    return namesIn(calls).map((name) => {
      const [task, ...args] = Deno.readTextFileSync(`${calls}/${name}`).trimEnd().split("\n");
      assert.equal(task, "task");
      assert.ok(args[0]! in TASKS, args[0]);
      return args;
    });
  } finally {
    for (const path of [calls, bin]) await Deno.remove(path, { recursive: true });
  }
}

/** Carries a call out in a folder, of `SMALL` cases; relative paths are from there. */
async function runIn(
  folder: string,
  [command, ...args]: readonly string[],
  world: ScriptedWorld,
): Promise<ExitCode> {
  const placed = args.map((arg, i) =>
    args[i - 1] === "--results" || namesIn(folder).includes(arg.split("/")[0]!)
      ? new URL(arg, `file://${folder}/`).pathname
      : arg
  );
  return await world.call(command!, ...placed, ...SMALL);
}

const step = z.union([
  z.strictObject({ run: z.string(), name: z.string().optional() }),
  z.strictObject({
    uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/),
    name: z.string().optional(),
    if: z.string().optional(),
    with: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
]);
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.union([
    z.literal("workflow_dispatch"),
    z.strictObject({
      push: z.strictObject({ branches: z.array(z.string()) }),
      pull_request: z.null(),
    }),
  ]),
  permissions: z.strictObject({ contents: z.literal("read") }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      needs: z.string().optional(),
      if: z.string().optional(),
      "runs-on": z.string(),
      "timeout-minutes": z.int().optional(),
      strategy: z.strictObject({
        "fail-fast": z.boolean(),
        matrix: z.record(z.string(), z.array(z.int())),
      }).optional(),
      steps: z.array(step).min(1),
    }),
  ),
});
type Workflow = z.infer<typeof workflowSchema>;
type Job = Workflow["jobs"][string];

/** Puts values in the place of `${{ ... }}`. Throws if one is not known. */
function fillIn(text: string, values: { readonly [expression: string]: number }): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    assert.ok(expression in values, expression);
    return `${values[expression]}`;
  });
}

for (const path of ["docs/clusters/github-actions.yml", ".github/workflows/ci.yml"]) {
  Deno.test(`${path} is a workflow whose jobs, actions and expressions are there`, async () => {
    const { jobs } = workflowSchema.parse(await readYaml(path));
    const pinned = (await Deno.readTextFile(`${ROOT}/.ci/run`)).match(/^deno_version=(\S+)$/m)![1];
    for (const { needs, strategy, steps } of Object.values(jobs)) {
      assert.ok(needs === undefined || needs in jobs, needs);
      const known = Object.keys(strategy?.matrix ?? {}).map((axis) => [`matrix.${axis}`, 1]);
      const values = Object.fromEntries([...known, ["strategy.job-total", 1]]);
      for (const step of steps) {
        const texts = "run" in step ? [step.run] : Object.values(step.with ?? {});
        for (const text of texts) fillIn(`${text}`, values);
        if ("uses" in step && step.uses.startsWith("denoland/")) {
          assert.equal(step.with?.["deno-version"], pinned);
        }
      }
    }
  });
}

const jobSchema = z.strictObject({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("Job"),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    completions: z.int(),
    parallelism: z.int(),
    completionMode: z.literal("Indexed"),
    backoffLimitPerIndex: z.int(),
    template: z.strictObject({
      spec: z.strictObject({
        // A Job takes no other but OnFailure, which backoffLimitPerIndex does not.
        restartPolicy: z.literal("Never"),
        containers: z.tuple([z.strictObject({
          name: z.string(),
          image: z.string(),
          workingDir: z.string(),
          command: z.tuple([z.literal("sh"), z.literal("-c")]),
          args: z.tuple([z.string()]),
          resources: z.strictObject({
            requests: z.strictObject({
              cpu: z.string().regex(/^\d+$/),
              memory: z.string().regex(/^\d+Gi$/),
            }),
          }),
          volumeMounts: z.tuple([z.strictObject({ name: z.string(), mountPath: z.string() })]),
        })]),
        volumes: z.tuple([z.strictObject({
          name: z.string(),
          persistentVolumeClaim: z.strictObject({ claimName: z.string() }),
        })]),
      }),
    }),
  }),
});

const isWindows = Deno.build.os === "windows";

Deno.test({
  name: "the jobs of github-actions.yml run every case once, and join them, with an empty shard",
  ignore: isWindows,
  fn: async () => {
    const { jobs } = workflowSchema.parse(await readYaml("docs/clusters/github-actions.yml"));
    const [shard, merge] = [jobs.shard!, jobs.merge!];
    const shards = shard.strategy!.matrix.shard!;
    await using folder = await temporaryFolder();
    const world = new ScriptedWorld();
    const runsOf = (job: Job) => job.steps.flatMap((step) => "run" in step ? [step.run] : []);
    const first = runsOf(jobs.quick!);
    assert.equal(first.length, 1);
    for (const call of await denoTasks(first[0]!, folder.path)) {
      assert.equal(await runIn(folder.path, call, world), 0, world.err);
    }
    assert.deepEqual(await casesIn(`${folder.path}/results`), CASES);
    const pathOf = (job: Job, action: string) =>
      job.steps.flatMap((step) =>
        "uses" in step && step.uses.startsWith(action) ? [step.with!] : []
      )
        .at(-1)!;
    const download = `${pathOf(merge, "actions/download-artifact").path}`;
    await Deno.mkdir(`${folder.path}/merge/${download}`, { recursive: true });
    for (const index of shards) {
      const values = { "matrix.shard": index, "strategy.job-total": shards.length };
      const at = `${folder.path}/${index}`;
      await Deno.mkdir(at);
      for (const run of runsOf(shard)) {
        for (const call of await denoTasks(fillIn(run, values), at)) {
          assert.equal(await runIn(at, call, world), 0, world.err);
        }
      }
      const { name, path } = pathOf(shard, "actions/upload-artifact");
      const artifact = `${folder.path}/merge/${download}/${fillIn(`${name}`, values)}`;
      await Deno.rename(`${at}/${path}`, artifact);
    }
    const at = `${folder.path}/merge`;
    const [call, ...others] = (await Promise.all(runsOf(merge).map((run) => denoTasks(run, at))))
      .flat();
    assert.equal(others.length, 0);
    assert.equal(await runIn(at, call!, world), 0, world.err);
    assert.equal(world.err.match(/no records; the shard has no cases/g)?.length, 1, world.err);
    assert.deepEqual(
      await casesIn(`${at}/${pathOf(merge, "actions/upload-artifact").path}`),
      CASES,
    );
  },
});

Deno.test({
  name: "the pods of kubernetes.yaml run every case once, on the volume that they share",
  ignore: isWindows,
  fn: async () => {
    const { spec } = jobSchema.parse(await readYaml("docs/clusters/kubernetes.yaml"));
    const { containers: [container], volumes: [volume] } = spec.template.spec;
    const [mount] = container.volumeMounts;
    assert.equal(mount.name, volume.name);
    assert.equal(spec.parallelism, spec.completions);
    await using folder = await temporaryFolder();
    const world = new ScriptedWorld();
    const ran: string[] = [];
    for (let index = 0; index < spec.completions; index++) {
      const env = { JOB_COMPLETION_INDEX: `${index}` };
      const [call, ...others] = await denoTasks(container.args[0], folder.path, env);
      assert.equal(others.length, 0);
      const shared = call!.map((arg) => arg === mount.mountPath ? "results" : arg);
      assert.ok(shared.includes("results"), `${call}`);
      assert.equal(await runIn(folder.path, shared, world), 0, world.err);
      ran.push(...world.ran);
    }
    assert.deepEqual(ran.sort(), CASES);
    assert.deepEqual(await casesIn(`${folder.path}/results`), CASES);
  },
});

Deno.test({
  name: "the tasks of slurm.sh run every case once, and the check in its head finds them all",
  ignore: isWindows,
  fn: async () => {
    const script = await Deno.readTextFile(`${ROOT}/docs/clusters/slurm.sh`);
    const tasks = Number(script.match(/^# Usage: .*--array=1-(\d+)/m)![1]);
    await using folder = await temporaryFolder();
    const env = {
      ...{ RESULTS: "results", PROFILE: "full", OPTIONS: "--seeds 2", SLURM_CPUS_ON_NODE: "2" },
      ...{ SLURM_SUBMIT_DIR: folder.path, SLURM_ARRAY_TASK_MAX: `${tasks}` },
    };
    const world = new ScriptedWorld();
    const ran: string[] = [];
    for (let index = 1; index <= tasks; index++) {
      const own = { ...env, SLURM_ARRAY_TASK_ID: `${index}` };
      const [call, ...others] = await denoTasks(script, folder.path, own);
      assert.equal(others.length, 0);
      assert.equal(await runIn(folder.path, call!, world), 0, world.err);
      ran.push(...world.ran);
    }
    assert.deepEqual(ran.sort(), CASES);
    const head = script.match(/^# +(deno task check .*)$/m)![1]!;
    const [check] = await denoTasks(head, folder.path, env);
    assert.equal(await runIn(folder.path, check!, world), 0, world.err);
    assert.match(world.out, /^strokes, 3 cases: 3 pass$/m);
  },
});
