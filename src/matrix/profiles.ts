/** The profiles: named parts of the matrix, as data. */
import type { ModelName } from "./case.ts";

export interface Profile {
  readonly purpose: string;
  readonly models: readonly ModelName[];
  /** Label counts; those beyond a dataset's training images become all of them. */
  readonly labels: readonly number[];
  readonly seeds: number;
}

const LABEL_CURVE = [250, 500, 1000, 2000, 5000, 10000, 25000, 55000];

export const PROFILES = {
  smoke: { purpose: "does it run here?", models: ["fc"], labels: [250], seeds: 1 },
  quick: {
    purpose: "a first answer in seconds",
    models: ["fc"],
    labels: [250, 2000, 10000],
    seeds: 1,
  },
  headline: {
    purpose: "the claims of the README, one seed",
    models: ["fc"],
    labels: LABEL_CURVE,
    seeds: 1,
  },
  full: {
    purpose: "the whole matrix, with seeds enough for intervals",
    models: ["fc"],
    labels: [100, ...LABEL_CURVE],
    seeds: 6,
  },
} as const satisfies { readonly [name: string]: Profile };

export type ProfileName = keyof typeof PROFILES;

export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[];
