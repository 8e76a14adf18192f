import assert from "node:assert/strict";
import type { EngineName } from "../../engines/engine_name.ts";
import { type Case, ORIGINAL } from "../../matrix/case.ts";
import { plausibleInput } from "../testdata/plausible_input.ts";
import { reproduceAll, reproduceCase } from "./commands.ts";

const CASE: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 2000, seed: 0 };

Deno.test("reproduceCase() quotes the case, so that a shell does not read '#' as a comment", () => {
  assert.equal(
    reproduceCase(plausibleInput(), { case: CASE, engine: "exact" }),
    "deno task reproduce --dataset strokes --only 'fc@2000#0'",
  );
});

Deno.test("reproduceCase() names the engine where it is not ours, and the task that allows it", () => {
  assert.equal(
    reproduceCase(plausibleInput(), { case: CASE, engine: "tfjs-node" }),
    "deno task reproduce:native --engine tfjs-node --dataset strokes --only 'fc@2000#0'",
  );
});

Deno.test("reproduceCase() lets no quote out of the argument", () => {
  assert.equal(
    reproduceCase(plausibleInput(), {
      case: { ...CASE, model: "a'; rm -rf b" as Case["model"] },
      engine: "exact",
    }),
    "deno task reproduce --dataset strokes --only 'a'\\''; rm -rf b@2000#0'",
  );
});

Deno.test("reproduceAll() asks for the folder of an IDX dataset", () => {
  const input = plausibleInput({ dataset: { name: "idx", sha256: "0".repeat(64) } });
  assert.equal(
    reproduceAll(input),
    "deno task reproduce --dataset idx --data DIR --profile headline",
  );
});

Deno.test("reproduceAll() selects what was selected, and quotes what a shell would change", () => {
  const selection = [
    "--profile",
    "quick",
    "--only",
    "fc@*",
    "--labels",
    "300,600",
    "--shard",
    "1/4",
  ];
  assert.equal(
    reproduceAll(plausibleInput({ selection })),
    "deno task reproduce --dataset strokes --profile quick --only 'fc@*' --labels 300,600 " +
      "--shard 1/4",
  );
});

Deno.test("reproduceAll() names an engine that is not ours, and has no command for two", () => {
  const of = (...engines: readonly EngineName[]) => {
    const input = plausibleInput();
    const cases = input.cases.map((c, i) => ({ ...c, engine: engines[i % engines.length]! }));
    return reproduceAll({ ...input, cases });
  };
  assert.equal(
    of("tfjs-node"),
    "deno task reproduce:native --engine tfjs-node --dataset strokes --profile headline",
  );
  assert.equal(of("exact", "tfjs-node"), null);
});

Deno.test("reproduceAll() has no command for records that nothing selects", () => {
  assert.equal(reproduceAll(plausibleInput({ profile: null })), null);
});
