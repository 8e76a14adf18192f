/**
 * How long cases took: engine beside engine where several ran the same configurations, and model by
 * model.
 */
import type { CheckedCase } from "../../../checks/verdict.ts";
import { formatCount, formatDuration } from "../../../figures.ts";
import { type EngineTimes, type SeriesTimes, timesByEngine, timesBySeries } from "./case_rows.ts";

export function CaseTimes({ cases }: { cases: readonly CheckedCase[] }) {
  const series = timesBySeries(cases);
  if (series.length === 0) return <p>No case has ended yet.</p>;
  const engines = timesByEngine(cases);
  return (
    <>
      <p class="lead">
        From the records: what a case took from its start to its end, other cases perhaps beside it.
        {engines.rows.length === 0 && " No configuration was run in more than one way."}
      </p>
      {engines.rows.length > 0 && <ByEngine times={engines} />}
      <BySeries rows={series} />
    </>
  );
}

function ByEngine({ times: { columns, rows } }: { times: EngineTimes }) {
  return (
    <div class="sideways" role="region" aria-label="Time of a case by engine" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Configuration</th>
            {columns.map((way) => <th scope="col" class="number way" key={way}>{way}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ configuration, cells }) => (
            <tr key={configuration}>
              <th scope="row">{configuration}</th>
              {cells.map((cell, i) => (
                <td class="number" key={columns[i]}>
                  {cell === null ? "–" : (
                    <>
                      {formatDuration(cell.median)}
                      {cell.cases > 1 && (
                        <span class="note">, median of {formatCount(cell.cases)}</span>
                      )}
                    </>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BySeries({ rows }: { rows: readonly SeriesTimes[] }) {
  return (
    <table class="series-times">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">Ran by</th>
          <th scope="col" class="number">Cases</th>
          <th scope="col" class="number">Median</th>
          <th scope="col" class="number minor">Range</th>
          <th scope="col" class="number minor">Total</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ series, way, cases, median, least, most, total }) => (
          <tr key={`${series} ${way}`}>
            <th scope="row">{series}</th>
            <td>{way}</td>
            <td class="number">{formatCount(cases)}</td>
            <td class="number">{formatDuration(median)}</td>
            <td class="number minor">
              {cases === 1 ? "–" : `${formatDuration(least)} to ${formatDuration(most)}`}
            </td>
            <td class="number minor">{formatDuration(total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
