/**
 * In which order cases run: the first verdicts early, and no family kept waiting by another.
 * @module
 */
import { type Case, dependencyOf, formatCase } from "./case.ts";
import type { Seconds } from "./cost.ts";
import { MODELS } from "./models.ts";

/** A case, and the time that it takes. */
interface TimedCase {
  readonly case: Case;
  readonly seconds: Seconds;
}

/**
 * The cases as if each family (a model that needs no other, or an encoder's model with all of its
 * heads) ran on a machine of its own, cheapest first: in the order in which they would end there.
 * So the cheapest case of a family comes before every case that costs more. Heads follow their
 * encoder.
 *
 * Source: virtual finish times, after Demers, Keshav and Shenker, "Analysis and simulation of a fair
 * queueing algorithm", 1989.
 */
export function takingTurns<T extends TimedCase>(cases: readonly T[]): T[] {
  const families = Map.groupBy(cases, ({ case: { model } }) => MODELS[model].encoder ?? model);
  return [...families.values()].flatMap(endTimes)
    .sort((a, b) => a.end - b.end).map(({ timed }) => timed);
}

/** When each case of a family ends, if they run one after the other. */
function endTimes<T extends TimedCase>(family: readonly T[]): { timed: T; end: Seconds }[] {
  const groups = Map.groupBy(family, ({ case: c }) => formatCase(dependencyOf(c) ?? c));
  let end = 0;
  return [...groups.values()]
    .map((group) => group.toSorted((a, b) => rank(a) - rank(b)))
    .sort((a, b) => total(a) - total(b))
    .flat()
    .map((timed) => ({ timed, end: end += timed.seconds }));
}

/** An encoder before its heads, these cheapest first. */
function rank({ case: c, seconds }: TimedCase): number {
  return c.labels === null ? -1 : seconds;
}

function total(group: readonly TimedCase[]): Seconds {
  return group.reduce((sum, { seconds }) => sum + seconds, 0);
}
