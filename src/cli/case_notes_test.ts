import assert from "node:assert/strict";
import { type Case, ORIGINAL } from "../matrix/case.ts";
import { sayNotes } from "./case_notes.ts";

const CASES: Case[] = [0, 1].map((seed) => ({
  ...ORIGINAL,
  model: "fc",
  latents: null,
  labels: 100,
  seed,
}));

Deno.test("sayNotes() says what goes on, and warns of what is lost, of the disk once", () => {
  const said: string[] = [], warned: string[] = [];
  const tell = sayNotes({
    say: (line) => void said.push(line),
    notify: (line) => void warned.push(line),
  });
  const [first, second] = CASES;
  tell(first!, { kind: "resumed", epoch: 7 });
  tell(second!, { kind: "unusable", reason: "it is damaged" });
  tell(first!, { kind: "off", reason: "Cannot write here" });
  tell(second!, { kind: "off", reason: "Cannot write here" });
  tell(first!, { kind: "substituted", reason: "the GPU was lost", epoch: 0 });
  tell(second!, { kind: "substituted", reason: "step 501 has other bits", epoch: 3 });
  assert.deepEqual(said, ["fc@100#0 goes on after epoch 7"]);
  assert.deepEqual(warned, [
    "fc@100#1 starts from the beginning: it is damaged",
    "No checkpoints are kept from here on: Cannot write here",
    "fc@100#0 is left to the processor, from the beginning: the GPU was lost",
    "fc@100#1 is left to the processor, after epoch 3: step 501 has other bits",
  ]);
});
