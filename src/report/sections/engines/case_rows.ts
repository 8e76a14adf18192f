/** How long cases took, by what ran them: from the records of the present numeric version. */
import { medianOf } from "../../../checks/statistics/sample_intervals.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { formatConfiguration, formatSeries, isEncoder } from "../../../matrix/case.ts";
import type { OkRecord } from "../../../store/record.ts";
import { formatEngine } from "../../text/provenance.ts";

type Seconds = number;

/** The cases of one kind that ran in one way. */
interface TimedCases {
  readonly cases: number;
  readonly median: Seconds;
}

/** A table: a row a configuration, a column for each engine, backend and number of threads. */
export interface EngineTimes {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly configuration: string;
    /** In the order of the columns; null where it was not run in that way. */
    readonly cells: readonly (TimedCases | null)[];
  }[];
}

interface Timed {
  readonly record: OkRecord;
  readonly way: string;
}

/** The configurations that were run in more than one way. */
export function timesByEngine(cases: readonly CheckedCase[]): EngineTimes {
  const several = [
    ...Map.groupBy(timed(cases), ({ record }) => formatConfiguration(record.case)),
  ].map(([configuration, members]) => ({
    configuration,
    ways: Map.groupBy(members, ({ way }) => way),
  })).filter(({ ways }) => ways.size > 1);
  const columns = [...new Set(several.flatMap(({ ways }) => [...ways.keys()]))].sort(oursFirst);
  return {
    columns,
    rows: several.map(({ configuration, ways }) => ({
      configuration,
      cells: columns.map((way) => {
        const members = ways.get(way);
        return members === undefined ? null : summarize(members);
      }),
    })),
  };
}

/** What the cases of a model took together. */
export interface SeriesTimes extends TimedCases {
  /** For example `encoder vae20`, or `vae20` for its heads. */
  readonly series: string;
  /** Engine, backend and threads. */
  readonly way: string;
  readonly least: Seconds;
  readonly most: Seconds;
  readonly total: Seconds;
}

export function timesBySeries(cases: readonly CheckedCase[]): SeriesTimes[] {
  const groups = Map.groupBy(timed(cases), ({ record, way }) => {
    const name = formatSeries(record.case);
    return JSON.stringify([isEncoder(record.case) ? `encoder ${name}` : name, way]);
  });
  return [...groups].map(([key, members]) => {
    const [series, way] = JSON.parse(key) as [string, string];
    const seconds = members.map(({ record }) => record.provenance.seconds);
    return {
      ...{ series, way, ...summarize(members) },
      least: Math.min(...seconds),
      most: Math.max(...seconds),
      total: seconds.reduce((sum, value) => sum + value, 0),
    };
  });
}

/** The exact engine before others; else by name. */
function oursFirst(a: string, b: string): number {
  const rank = (way: string) => way.startsWith("exact,") ? 0 : 1;
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function timed(cases: readonly CheckedCase[]): Timed[] {
  return cases.flatMap(({ record, verdict }) =>
    record?.status === "ok" && verdict !== "stale"
      ? [{ record, way: formatEngine(record.engine, record.provenance) }]
      : []
  );
}

function summarize(members: readonly Timed[]): TimedCases {
  const seconds = members.map(({ record }) => record.provenance.seconds);
  return { cases: members.length, median: medianOf(seconds) };
}
