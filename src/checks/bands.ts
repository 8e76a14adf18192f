/**
 * The bands: where a configuration's score is expected, from whom, and how we know. They are data
 * (`bands.json`), written by `deno task measure:bands` from records, and read here.
 * @module
 */
import { parseJson } from "../parse_json.ts";
import { z } from "zod";
import { type Configuration, formatConfiguration } from "../matrix/case.ts";

const score = z.number().positive();

export const bandSchema = z.strictObject({
  /** SHA-256 of the dataset that the band is about, and its name. */
  dataset: z.strictObject({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  configuration: z.string(),
  metric: z.enum(["accuracy", "loss"]),
  lo: score,
  hi: score,
  median: score,
  /** Median number of epochs. */
  epochs: z.number().positive(),
  /** The seeds that were run, and their scores, in the same order. */
  seeds: z.array(z.int().nonnegative()).min(6),
  scores: z.array(score).min(6),
  /** A variant that is broken on purpose, and its score, which the band must exclude. */
  broken: z.strictObject({ variant: z.string(), score }),
}).refine(
  ({ metric, lo, hi, broken }) =>
    lo < hi && (broken.score < lo || broken.score > hi) &&
    (metric === "loss" || lo > 0.1 && hi < 1),
  {
    message: "a band must exclude chance, 100 % and its broken variant",
  },
).refine(
  ({ metric, median, scores, broken }) =>
    metric === "loss" || [median, broken.score, ...scores].every((score) => score <= 1),
  { message: "an accuracy is a fraction, at most 1" },
).refine(
  ({ seeds, scores }) => seeds.length === scores.length,
  { message: "each seed has one score" },
);

export const bandsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  numericVersion: z.int().positive(),
  /** Who or what measured, on what, and when. */
  origin: z.string().min(1),
  bands: z.array(bandSchema),
});

export type Band = z.infer<typeof bandSchema>;
export type Bands = z.infer<typeof bandsSchema>;

/** Reads the text of a bands file; an Error names what is wrong with it. */
export function parseBands(text: string, path: string): Bands {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new SyntaxError(`Cannot read the bands in ${path}: it is not JSON`);
  }
  const parsed = bandsSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new TypeError(
      `Cannot read the bands in ${path}: ${issue.path.join(".")}: ${issue.message}`,
    );
  }
  return parsed.data;
}

/** The bands of which none was measured again, with those that were, in their places or behind. */
export function withMeasured(published: readonly Band[], measured: readonly Band[]): Band[] {
  const key = ({ dataset, configuration }: Band) => `${dataset.sha256} ${configuration}`;
  return [...new Map([...published, ...measured].map((band) => [key(band), band])).values()];
}

/** The band of a configuration on a dataset, or null where none was measured. */
export function findBand(
  { bands }: Bands,
  datasetSha256: string,
  configuration: Configuration,
): Band | null {
  const name = formatConfiguration(configuration);
  return bands.find((band) =>
    band.dataset.sha256 === datasetSha256 && band.configuration === name
  ) ?? null;
}
