/**
 * What `deno task bench:peers --json` leaves, as far as a report shows it: times of single training
 * steps, ours and those of other systems, measured in turns in one run.
 */
import { z } from "zod";
import { parseJson } from "../../../parse_json.ts";

/** The chart writes `model|system`. */
const name = z.string().max(100).regex(/^[^|]+$/, "it is no name");
const milliseconds = z.number().positive();

const timing = z.object({
  model: name,
  /** Who computed, e.g. `PyTorch`; our own names begin with `Latentbench`. */
  system: name,
  /** In which way, e.g. `compiled`. */
  variant: name,
  threads: z.int().positive(),
  /** Of a step, each the mean of `stepsPerSample`. */
  samplesMs: z.array(milliseconds).min(1),
});

const peerTimesSchema = z.object({
  schemaVersion: z.literal(2),
  dataset: z.object({
    name: z.enum(["mnist", "strokes", "idx"]),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  commit: z.string().regex(/^[0-9a-f]{40}$/).nullable(),
  machine: z.object({
    os: name,
    arch: name,
    cpu: z.string().max(200).nullable(),
    cores: z.int().positive(),
  }),
  versions: z.record(name, name),
  /** Version or build by system. */
  peers: z.record(name, name),
  rounds: z.int().positive(),
  models: z.array(z.object({
    model: name,
    batchSize: z.int().positive(),
    stepsPerSample: z.int().positive(),
  })).min(1),
  timings: z.array(timing),
  missing: z.array(z.object({
    model: name.nullable(),
    system: name,
    variant: name.nullable(),
    threads: z.int().positive(),
    reason: z.string(),
  })),
}).superRefine(({ models, timings }, context) => {
  const known = new Set(models.map(({ model }) => model));
  const seen = new Set<string>();
  for (const [index, { model, system, variant, threads }] of timings.entries()) {
    const key = JSON.stringify([model, system, variant, threads]);
    const message = !known.has(model)
      ? `the model ${model} is not among the models`
      : seen.has(key)
      ? `${system}, ${variant}, has two times of ${model} with ${threads} threads`
      : null;
    seen.add(key);
    if (message !== null) {
      context.addIssue({ code: "custom", path: ["timings", index], message });
    }
  }
});

export type PeerTimes = z.infer<typeof peerTimesSchema>;
export type PeerTiming = z.infer<typeof timing>;

/** Reads the JSON text of `bench:peers`; throws a RangeError that says what is wrong with it. */
export function parsePeerTimes(text: string): PeerTimes {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new RangeError(`it is not JSON (${error instanceof Error ? error.message : error})`);
  }
  const parsed = peerTimesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RangeError(`${issue.path.join(".") || "whole file"}: ${issue.message}`);
}
