/**
 * A real Slurm array on this machine: four shards on one folder, one of them killed and requeued, end
 * with the digests of an unsharded run. Slow, and for root: it needs Debian's slurm-wlm and munge, and
 * `deno task test:slow`.
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ScriptedWorld } from "./scripted_world.ts";
import { resultsIn } from "./helpers/program.ts";
import { testSlowly, testWith } from "./needs.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const JOB = `${ROOT}docs/clusters/slurm.sh`;
const CASES = "--dataset strokes --only fc@* --labels 250,6000 --seeds 16";

/** Runs a program to its end; gives what it printed. */
async function run(
  command: readonly string[],
  env: { [name: string]: string },
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    env,
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, `${command.join(" ")}: ${decoder.decode(stdout)}${decoder.decode(stderr)}`);
  return decoder.decode(stdout).trim();
}

async function until<T>(what: string, seconds: number, look: () => Promise<T | null>): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    assert.ok(performance.now() < end, `${what} did not come within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A cluster of one node in a folder; its programs end with it. */
async function startCluster(folder: string) {
  const host = Deno.hostname();
  const conf = `${folder}/slurm.conf`;
  await Deno.writeTextFile(
    conf,
    [
      ...["ClusterName=test", `SlurmctldHost=${host}(127.0.0.1)`, "SlurmUser=root"],
      ...["AuthType=auth/munge", `AuthInfo=socket=${folder}/munge/socket`, "CredType=cred/munge"],
      ...["ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none", "ReturnToService=2"],
      ...["SelectType=select/cons_tres", "SelectTypeParameters=CR_CPU", "JobRequeue=1"],
      ...[`StateSaveLocation=${folder}/state`, `SlurmdSpoolDir=${folder}/spool`],
      ...[`SlurmctldPidFile=${folder}/slurmctld.pid`, `SlurmdPidFile=${folder}/slurmd.pid`],
      ...["SlurmctldPort=16817", "SlurmdPort=16818", "MpiDefault=none"],
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
      `PartitionName=all Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    ].join("\n") + "\n",
  );
  for (const name of ["munge", "state", "spool"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.writeFile(`${folder}/munge/key`, crypto.getRandomValues(new Uint8Array(128)));
  await run(["chmod", "755", folder], {});
  await run(["chmod", "600", `${folder}/munge/key`], {});
  await run(["chown", "-R", "munge:munge", `${folder}/munge`], {});
  const env = {
    ...{ SLURM_CONF: conf, RESULTS: `${folder}/results`, LATENTBENCH: ROOT },
    ...{ PROFILE: "smoke", OPTIONS: CASES },
  };
  const munge = (name: string) => `--${name}=${folder}/munge/${name.replace("-file", "")}`;
  const programs = [
    [
      ...["runuser", "-u", "munge", "--", "munged", "--foreground", munge("socket")],
      ...[munge("key-file"), munge("log-file"), munge("pid-file"), munge("seed-file")],
    ],
    ["slurmctld", "-D", "-f", conf],
    ["slurmd", "-D", "-f", conf, "-N", host],
  ];
  const children: Deno.ChildProcess[] = [];
  for (const [program, ...args] of programs) {
    const options = { args, env, stdin: "null", stdout: "null", stderr: "null" } as const;
    children.push(new Deno.Command(program!, options).spawn());
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  const stop = async () => {
    for (const child of children.toReversed()) {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
      await child.status;
    }
  };
  return { env, stop };
}

testSlowly(
  "a Slurm array with a requeued task ends with the digests of an unsharded run",
  (name) =>
    testWith("slurm", name, async () => {
      const folder = await Deno.makeTempDir({ prefix: "latentbench-slurm-" });
      const { env, stop } = await startCluster(folder);
      try {
        const slurm = (...command: string[]) => run(command, env);
        await until("an idle node", 30, async () =>
          /idle/.test(
              await slurm("sinfo", "-h", "-o", "%T").catch(() => ""),
            )
            ? true
            : null);
        const job = await slurm(
          ...["sbatch", "--parsable", "--array=1-4", `--chdir=${ROOT}`],
          ...[`--output=${folder}/%a.log`, "--export=ALL", JOB],
        );
        // Task 1 is killed in the middle of its work.
        const log = `${folder}/1.log`;
        const read = () => Deno.readTextFile(log).catch(() => "");
        await until("a case of task 1", 120, async () => /\[1\//.test(await read()) ? true : null);
        await slurm("scontrol", "requeue", `${job}_1`);
        const complete = /^strokes, 8 cases: (?!.*missing)/m;
        assert.doesNotMatch(await read(), complete);
        await until("the end of all tasks", 500, async () => {
          const left = await slurm("squeue", "-h", "-o", "%K %T %r");
          return left === "" ? true : null;
        });
        assert.equal([...(await read()).matchAll(/^Dataset: strokes/gm)].length, 2, await read());
        assert.match(await read(), complete);
        const world = new ScriptedWorld();
        const args = ["--dataset", "strokes", "--profile", "smoke"];
        const merged = `${folder}/merged`;
        await world.call("merge", env.RESULTS, "--results", merged, ...args);
        const whole = `${folder}/whole`;
        await run(
          [
            "deno",
            "task",
            "reproduce",
            "--profile",
            "smoke",
            ...CASES.split(" "),
            "--results",
            whole,
          ],
          {},
        );
        const results = await resultsIn(merged);
        assert.equal(Object.keys(results).length, 32);
        assert.deepEqual(results, await resultsIn(whole));
      } finally {
        await stop();
        await Deno.remove(folder, { recursive: true });
      }
    }),
);
