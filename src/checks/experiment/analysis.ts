/**
 * The analysis of docs/ae_or_vae.md: contrasts between kinds of encoder, paired over seeds, from the
 * scores of heads. Scores and differences are fractions, so 0.005 is half a percentage point.
 * @module
 */
import type { Reading } from "../../data/embedded.ts";
import type { Case } from "../../matrix/case.ts";
import {
  contrastBySeed,
  type Equivalence,
  equivalence,
  type FamilyContrast,
  FEWEST_PAIRS,
  simultaneousIntervals,
  testFamily,
} from "../statistics/contrasts.ts";
import { clopperPearson, type ShareInterval } from "../statistics/proportion.ts";
import { type MeanInterval, meanInterval } from "../statistics/sample_intervals.ts";
import { type VarianceComponent, varianceComponents } from "../statistics/variance_components.ts";

/** What docs/ae_or_vae.md fixes before the scores. */
export const PLAN = {
  seeds: 12,
  draws: 5,
  labels: 2000,
  latents: 20,
  /** Of the equivalence tests, as a fraction. */
  margin: 0.005,
  /** Heads that score less have failed to train. */
  failed: 0.5,
} as const;

/** The triple that the primary contrasts compare. */
export const KINDS = ["ae", "vae", "lae"] as const;
/** VAEs whose KL term has another weight. */
export const WEIGHTED_KINDS = ["mild-vae", "strict-vae"] as const;
export const ALL_KINDS = [...KINDS, ...WEIGHTED_KINDS] as const;
export type Kind = (typeof ALL_KINDS)[number];
const READINGS = [null, "even"] as const;
const DRAWN_LABELS = [100, 250, 2000] as const;
const FIRST_LABELS = [100, 250, 500, 1000, 2000, 5000, 10000, 25000, 55000] as const;

/** What the analysis needs: the score of every head. */
export type HeadScores = readonly { readonly case: Case; readonly score: number }[];

/** Which heads are compared: of which size, with how many labels, drawn or the first ones. */
export interface Place {
  readonly latents: number;
  readonly labels: number;
  /** Scores of drawn heads are means over draws 1 to 5. */
  readonly heads: "drawn" | "first" | "wide";
}

const PRIMARY_PLACE: Place = { latents: PLAN.latents, labels: PLAN.labels, heads: "drawn" };

/** A weighted sum of mean scores, for example vae - ae. */
export interface ContrastDefinition {
  readonly name: string;
  readonly terms: readonly {
    readonly weight: 1 | -1;
    readonly kind: Kind;
    readonly reading: Reading | null;
  }[];
}

const RAW: ContrastDefinition = difference("vae", "ae", null);
const EVEN: ContrastDefinition = difference("vae", "ae", "even");

/** The primary contrasts, in their order. */
export const PRIMARY: readonly (ContrastDefinition & { readonly question: string })[] = [
  {
    name: "(vae - ae) raw - (vae - ae) even",
    terms: [...RAW.terms, ...negated(EVEN).terms],
    question: "How much of the difference is a matter of reading?",
  },
  {
    ...difference("vae", "lae", "even"),
    question: "What do noise and KL term cost, at equal footing?",
  },
  { ...difference("lae", "ae", null), question: "What does the leaky ReLU cost a head?" },
];

/** One contrast, with the seeds that it is over. */
export interface PrimaryContrast extends FamilyContrast {
  readonly name: string;
  readonly question: string;
  readonly equivalence: Equivalence;
}

/** A contrast beside others whose intervals hold all at once. */
export interface SecondaryContrast extends MeanInterval {
  readonly name: string;
  readonly place: Place;
}

/** Contrasts with simultaneous 95 % intervals. */
export interface SecondaryGroup {
  readonly title: string;
  readonly contrasts: readonly SecondaryContrast[];
}

/** The mean over seeds of a kind's heads. */
export interface KindMean extends MeanInterval {
  readonly kind: Kind;
  readonly reading: Reading | null;
  readonly labels: number;
}

/** How many heads of a kind failed to train. */
export interface FailedHeads extends ShareInterval {
  readonly kind: Kind;
  readonly reading: Reading | null;
  readonly labels: number;
}

/** How far a stage of the runs is. */
export interface Stage {
  readonly name: string;
  readonly done: number;
  readonly planned: number;
}

export interface Experiment {
  readonly stages: readonly Stage[];
  /** Seeds of which all three encoders have all primary heads. */
  readonly triples: readonly number[];
  readonly means: readonly KindMean[];
  /** Null with fewer than six triples. */
  readonly primary: readonly PrimaryContrast[] | null;
  readonly secondary: readonly SecondaryGroup[];
  /** Of the primary scores, by reading; empty with fewer than two triples. */
  readonly variance: readonly {
    readonly reading: Reading | null;
    readonly components: readonly VarianceComponent[];
  }[];
  readonly failed: readonly FailedHeads[];
}

/** The secondary group of stage 3. */
export const BY_KL_WEIGHT = "VAEs by the weight of the KL term";

export function analyse(heads: HeadScores): Experiment {
  const scores = new Scores(heads);
  const triples = scores.seedsOf(
    KINDS.flatMap((kind) => READINGS.map((reading) => ({ kind, reading }))),
    PRIMARY_PLACE,
  );
  return {
    stages: stagesOf(scores),
    triples,
    means: meansOf(scores),
    primary: triples.length < FEWEST_PAIRS ? null : primaryOf(scores, triples),
    secondary: secondaryOf(scores),
    variance: triples.length < 2 ? [] : READINGS.map((reading) => ({
      reading,
      components: varianceComponents(
        KINDS.map((kind) => triples.map((seed) => scores.draws(kind, reading, seed)!)),
      ),
    })),
    failed: failedOf(heads),
  };
}

export function difference(kind: Kind, than: Kind, reading: Reading | null): ContrastDefinition {
  return {
    name: `${kind} - ${than}, ${reading ?? "raw"}`,
    terms: [{ weight: 1, kind, reading }, { weight: -1, kind: than, reading }],
  };
}

function negated({ name, terms }: ContrastDefinition): ContrastDefinition {
  return {
    name: `-(${name})`,
    terms: terms.map((term) => ({ ...term, weight: term.weight === 1 ? -1 : 1 })),
  };
}

/** Scores of heads by their place. */
class Scores {
  readonly #byName = new Map<string, number>();
  readonly #seeds = new Set<number>();

  constructor(heads: HeadScores) {
    for (const { case: c, score } of heads) {
      if (c.unlabelled !== null) continue;
      this.#byName.set(this.#key(c.model, c, c.seed), score);
      this.#seeds.add(c.seed);
    }
  }

  /** The score of a kind's heads with one seed; null if one is missing. */
  score(kind: Kind, reading: Reading | null, seed: number, place: Place): number | null {
    const { heads, ...axes } = place;
    if (heads === "drawn") {
      const drawn = this.draws(kind, reading, seed, place);
      return drawn && drawn.reduce((sum, score) => sum + score, 0) / drawn.length;
    }
    const model = heads === "wide" ? `wide-${kind}` : kind;
    return this.#byName.get(this.#key(model, { ...axes, reading, draw: null }, seed)) ?? null;
  }

  /** The scores of draws 1 to 5; null if one is missing. */
  draws(
    kind: Kind,
    reading: Reading | null,
    seed: number,
    { latents, labels }: Place = PRIMARY_PLACE,
  ): number[] | null {
    const scores = Array.from(
      { length: PLAN.draws },
      (_, i) => this.#byName.get(this.#key(kind, { latents, labels, reading, draw: i + 1 }, seed)),
    );
    return scores.every((score) => score !== undefined) ? scores as number[] : null;
  }

  /** The seeds that have scores of all these, in order. */
  seedsOf(
    terms: readonly { readonly kind: Kind; readonly reading: Reading | null }[],
    place: Place,
  ): number[] {
    return [...this.#seeds].sort((a, b) => a - b).filter((seed) =>
      terms.every(({ kind, reading }) => this.score(kind, reading, seed, place) !== null)
    );
  }

  /** The differences of a contrast, over these seeds. */
  differences(
    { terms }: ContrastDefinition,
    place: Place,
    seeds = this.seedsOf(terms, place),
  ): number[] {
    return contrastBySeed(terms.map(({ weight, kind, reading }) => ({
      weight,
      scores: new Map(seeds.map((seed) => [seed, this.score(kind, reading, seed, place)!])),
    })));
  }

  #key(
    model: string,
    { latents, labels, reading, draw }: Pick<Case, "latents" | "labels" | "reading" | "draw">,
    seed: number,
  ): string {
    return [model, latents, labels, reading, draw, seed].join();
  }
}

function primaryOf(scores: Scores, triples: number[]): PrimaryContrast[] {
  const differences = PRIMARY.map((contrast) =>
    scores.differences(contrast, PRIMARY_PLACE, triples)
  );
  return testFamily(differences).map((tested, i) => ({
    ...tested,
    name: PRIMARY[i]!.name,
    question: PRIMARY[i]!.question,
    equivalence: equivalence(differences[i]!, PLAN.margin),
  }));
}

function secondaryOf(scores: Scores): SecondaryGroup[] {
  const at = (labels: number, heads: Place["heads"], latents: number = PLAN.latents) => ({
    latents,
    labels,
    heads,
  });
  const wide = [difference("vae", "ae", null), difference("vae", "lae", null)];
  return [
    {
      title: "Primary contrasts with fewer labels",
      of: DRAWN_LABELS.filter((labels) => labels !== PLAN.labels)
        .flatMap((labels) => PRIMARY.map((contrast) => [contrast, at(labels, "drawn")] as const)),
    },
    {
      title: "VAE and AE by number of latents",
      of: [2, 5, 20].flatMap((latents) =>
        [RAW, EVEN].map((contrast) => [contrast, at(PLAN.labels, "drawn", latents)] as const)
      ),
    },
    {
      title: BY_KL_WEIGHT,
      of: READINGS.flatMap((reading) =>
        WEIGHTED_KINDS.map((kind) =>
          [difference(kind, "vae", reading), at(PLAN.labels, "drawn")] as const
        )
      ),
    },
    {
      title: "Primary contrasts on the first labels",
      of: FIRST_LABELS
        .flatMap((labels) => PRIMARY.map((contrast) => [contrast, at(labels, "first")] as const)),
    },
    {
      title: "Heads that see pixels and codes",
      of: FIRST_LABELS
        .flatMap((labels) => wide.map((contrast) => [contrast, at(labels, "wide")] as const)),
    },
  ].map(({ title, of }) => {
    const found = of.map(([{ name, ...contrast }, place]) => ({
      name,
      place,
      differences: scores.differences({ name, ...contrast }, place),
    })).filter(({ differences }) => differences.length >= 2);
    const intervals = simultaneousIntervals(found.map(({ differences }) => differences));
    return {
      title,
      contrasts: found.map(({ name, place }, i) => ({ name, place, ...intervals[i]! })),
    };
  }).filter(({ contrasts }) => contrasts.length > 0);
}

function meansOf(scores: Scores): KindMean[] {
  return DRAWN_LABELS.flatMap((labels) =>
    READINGS.flatMap((reading) =>
      ALL_KINDS.flatMap((kind) => {
        const place: Place = { ...PRIMARY_PLACE, labels };
        const found = scores.seedsOf([{ kind, reading }], place)
          .map((seed) => scores.score(kind, reading, seed, place)!);
        return found.length < 2 ? [] : [{ kind, reading, labels, ...meanInterval(found) }];
      })
    )
  );
}

function failedOf(heads: HeadScores): FailedHeads[] {
  return DRAWN_LABELS.flatMap((labels) =>
    READINGS.flatMap((reading) =>
      ALL_KINDS.flatMap((kind) => {
        const scores = heads.filter(({ case: c }) =>
          c.model === kind && c.latents === PLAN.latents && c.labels === labels &&
          c.reading === reading && c.draw !== null && c.unlabelled === null
        ).map(({ score }) => score);
        if (scores.length === 0) return [];
        const failed = scores.filter((score) => score < PLAN.failed).length;
        return [{ kind, reading, labels, ...clopperPearson(failed, scores.length) }];
      })
    )
  );
}

/** An encoder counts when its primary heads are all there. */
function stagesOf(scores: Scores): Stage[] {
  const stage = (
    name: string,
    kinds: readonly Kind[],
    latents: readonly number[],
    seeds: readonly [first: number, last: number],
  ): Stage => {
    const of = kinds.flatMap((kind) => latents.map((latents) => ({ kind, latents })));
    const done =
      of.flatMap(({ kind, latents }) =>
        scores.seedsOf(READINGS.map((reading) => ({ kind, reading })), {
          ...PRIMARY_PLACE,
          latents,
        })
          .filter((seed) => seed >= seeds[0] && seed <= seeds[1])
      ).length;
    return { name, done, planned: of.length * (seeds[1] - seeds[0] + 1) };
  };
  return [
    stage("1a: ae20, vae20, lae20, seeds 0 to 5", KINDS, [20], [0, 5]),
    stage("2: ae and vae with 2 and 5 latents, seeds 0 to 5", ["ae", "vae"], [2, 5], [0, 5]),
    stage("1b: ae20, vae20, lae20, seeds 6 to 11", KINDS, [20], [6, 11]),
    stage("3: mild-vae20 and strict-vae20, seeds 0 to 2", WEIGHTED_KINDS, [20], [0, 2]),
  ];
}
