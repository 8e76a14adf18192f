/** Where the run stands that writes the page. */
import type { EngineName } from "../engines/engine_name.ts";
import type { Case } from "../matrix/case.ts";
import type { EpochResult } from "../training/train.ts";

type Fraction = number;
type Seconds = number;

export type RunState = RunProgress | RunInterrupted;

/** A run that is under way. */
export interface RunProgress {
  readonly state: "running";
  readonly engine: EngineName;
  /** Cases of this run that have ended, and all of them: those that had a record are not counted. */
  readonly done: number;
  readonly total: number;
  readonly underWay: readonly CaseUnderWay[];
  /** Cases that have not started, in the order in which they will. */
  readonly left: readonly Case[];
  /** Expected time until the run ends. */
  readonly secondsLeft: Seconds;
  /** When all this was so, ISO 8601. */
  readonly writtenAt: string;
}

export interface CaseUnderWay {
  readonly case: Case;
  /** What its last epoch gave; null while it starts. */
  readonly last: EpochResult | null;
  /** How many epochs such a case usually takes. */
  readonly epochs: number;
  /** How much of it is done, by its epochs. */
  readonly share: Fraction;
}

/** A run that was ended before its cases had. */
export interface RunInterrupted {
  readonly state: "interrupted";
  readonly engine: EngineName;
  /** The cases that did not end. */
  readonly notRun: readonly Case[];
  /** The words of a command line that goes on from here. */
  readonly goOn: readonly string[];
}
