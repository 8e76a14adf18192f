/** A thread of a team: runs its part of what the session's thread orders, until the team ends. */
/// <reference lib="deno.worker" />
import { link, type LinkedProgram, runTogether } from "./bound_program.ts";
import { joinMemory, type KernelRunner } from "./kernels.ts";
import { Meeting } from "./meeting.ts";
import { joinNativeMemory } from "./native_instance.ts";
import { type Enlistment, messageOf } from "./team.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;

/** Seconds of sleep after which a thread that has nothing to do takes a turn of its event loop. */
const IDLE = 1;

scope.onmessage = async ({ data }: MessageEvent<Enlistment>) => {
  const { kernels, part, parts } = data;
  const runner = "path" in kernels ? joinNativeMemory(kernels) : joinMemory(kernels);
  const programs = data.programs.map((program) => link(program, runner, part, parts));
  const meeting = new Meeting(parts, data.meeting);
  scope.postMessage("ready");
  try {
    await serve(runner, programs, meeting);
  } catch (error) {
    meeting.end(messageOf(error));
  }
  scope.close();
};

async function serve(
  runner: KernelRunner,
  programs: readonly LinkedProgram[],
  meeting: Meeting,
): Promise<void> {
  const meet = () => meeting.wait(meeting.arrive()) === "met";
  for (;;) {
    const arrival = meeting.arrive();
    for (let outcome = meeting.wait(arrival, IDLE); outcome !== "met";) {
      if (outcome === "ended") return;
      await turn();
      outcome = meeting.wait(arrival, IDLE);
    }
    const { program, count } = meeting.order;
    if (!runTogether(runner, programs[program]!, count, meet)) return;
  }
}

/** A turn of the event loop, on which a worker whose parent is gone ends too. */
async function turn(): Promise<void> {
  const word = new Int32Array(new SharedArrayBuffer(4));
  await Atomics.waitAsync(word, 0, 0, 1).value;
}
