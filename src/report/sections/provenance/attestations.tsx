/** Who repeated the published records: a sentence, and a table of builds, platforms and days. */
import { countAttested, sayAttested } from "../../../checks/attested.ts";
import { countOf } from "../../../figures.ts";
import type { ReportInput } from "../../input.ts";
import { caseAnchor } from "../../parts/anchors.ts";
import { type AttestationRow, attestationRows } from "./attestation_rows.ts";

/** Nothing on a page without published records. */
export function Attestations({ input: { cases, dataset } }: { input: ReportInput }) {
  const count = countAttested(cases);
  if (count === null) return null;
  const rows = attestationRows(cases);
  return (
    <>
      <h3 id="attestations">Independent runs</h3>
      <p class="lead">
        {sayAttested(count)}
        {rows.length > 0 &&
          `, on ${countOf(count.platforms, "platform")} and in ${
            countOf(count.runtimes, "runtime")
          }`}.{" "}
        A run counts if its build, platform, runtime or day is another than the record's own: a
        record never attests itself.
      </p>
      {rows.length > 0 && <Table rows={rows} />}
      <p class="note">
        <code class="command">
          deno task verify 'fc@250#0' --dataset {dataset.name} --attest my-machine.json
        </code>{" "}
        repeats a case on your machine, and writes the entry that adds it to this table. See
        docs/attestations.md.
      </p>
    </>
  );
}

/** With roles, since on a phone its rows are no table rows to the browser. */
function Table({ rows }: { rows: readonly AttestationRow[] }) {
  return (
    <table class="attestations" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">Build</th>
          <th scope="col" role="columnheader">Platform and runtime</th>
          <th scope="col" role="columnheader">Cases repeated</th>
          <th scope="col" role="columnheader">First and last day</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => <Row key={JSON.stringify(row)} row={row} />)}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: AttestationRow }) {
  const { build, compiler, platform, runtime, cases, first, last } = row;
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        {build}
        {compiler !== null && <span class="line note">{compiler}</span>}
      </th>
      <td role="cell">
        {platform}
        <span class="line note">{runtime}</span>
      </td>
      <td role="cell">
        <details>
          <summary>{countOf(cases.length, "case")}</summary>
          <ul>
            {cases.map((id) => (
              <li key={id}>
                <a href={`#${caseAnchor(id)}`}>{id}</a>
              </li>
            ))}
          </ul>
        </details>
      </td>
      <td role="cell" class="days">
        <time dateTime={first}>{first}</time>
        {last !== first && (
          <>
            {" "}to <time dateTime={last}>{last}</time>
          </>
        )}
      </td>
    </tr>
  );
}
