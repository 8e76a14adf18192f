/**
 * Digests side by side: what differs from the published reference, and what several engines ran, in
 * the open; what is simply the same as published folded, where it is long. Published records
 * themselves are compared with nothing here: Provenance says who repeated them.
 */
import type { CheckedCase } from "../../../checks/verdict.ts";
import { countOf, formatCount, shortDigest } from "../../../figures.ts";
import { caseAnchor } from "../../parts/anchors.ts";
import type { DigestState } from "../../parts/digest_state.ts";
import { differs, type DigestRow, digestRows, type Digests } from "./digest_rows.ts";

/** Rows that need no folding. */
const UNFOLDED = 12;

export function DigestTables({ cases }: { cases: readonly CheckedCase[] }) {
  const rows = digestRows(cases);
  const publishes = cases.some(({ attested }) => attested !== null);
  if (rows.length === 0 && publishes) return <Published />;
  if (rows.length === 0) {
    return (
      <p>
        No case was run by several engines, and the published reference holds none of these cases,
        so there is nothing to put side by side.
      </p>
    );
  }
  const open = rows.filter((row) => differs(row) || row.found.length > 1);
  const same = rows.filter((row) => !open.includes(row));
  const second = rows.some(({ found }) => found.some(({ state }) => state === "incomparable"));
  return (
    <>
      {publishes && <Published />}
      <p class="lead">{summarize(rows, publishes)}</p>
      {second && (
        <p class="lead">
          TensorFlow.js leaves the order of operations to its libraries, so its bits change with
          machine and version. Its scores are held against the bands and the published run of the
          same random numbers; its digests are shown, and compared with nothing.
        </p>
      )}
      {open.length > 0 && <DigestTable rows={open} />}
      {same.length > UNFOLDED
        ? (
          <details>
            <summary>{countOf(same.length, "case")} with the published bits</summary>
            <DigestTable rows={same} />
          </details>
        )
        : same.length > 0 && <DigestTable rows={same} />}
    </>
  );
}

function Published() {
  return (
    <p class="lead">
      These are the published digests themselves, so they are compared with nothing here:{" "}
      <a href="#attestations">independent runs</a> repeat them.
    </p>
  );
}

function summarize(rows: readonly DigestRow[], publishes: boolean): string {
  const ours = rows.filter(({ published }) => published !== null)
    .flatMap(({ found }) => found.filter(({ state }) => state === "same" || state === "differs"));
  const wrong = ours.filter(({ state }) => state === "differs").length;
  const several = rows.filter(({ found }) => found.length > 1).length;
  const published = ours.length === 0
    ? publishes ? "" : "The published reference holds none of these cases."
    : wrong === 0
    ? `The published reference holds ${countOf(ours.length, "case")} of the exact engine: ` +
      `${ours.length === 1 ? "it has" : "all have"} the published weights and test outputs.`
    : `The published reference holds ${countOf(ours.length, "case")} of the exact engine: ` +
      `${formatCount(wrong)} ${wrong === 1 ? "differs" : "differ"} from it.`;
  return several === 0
    ? published
    : `${published} ${countOf(several, "case was", "cases were")} run by several engines.`.trim();
}

function DigestTable({ rows }: { rows: readonly DigestRow[] }) {
  return (
    <table class="digests">
      <thead>
        <tr>
          <th scope="col">Case</th>
          <th scope="col">From</th>
          <th scope="col">Weights</th>
          <th scope="col">Test outputs</th>
          <th scope="col">Compared</th>
        </tr>
      </thead>
      {rows.map((row) => <Case key={row.name} row={row} />)}
    </table>
  );
}

/** The published digests have a line of their own only where ours are others. */
function Case({ row: { name, published, found } }: { row: DigestRow }) {
  const repeated = found.some(({ state }) => state === "same");
  const lines = published !== null && !repeated ? found.length + 1 : found.length;
  const head = <th scope="rowgroup" rowSpan={lines}>{name}</th>;
  return (
    <tbody>
      {lines > found.length && (
        <tr>
          {head}
          <td>published</td>
          <Pair digests={published!} against={null} />
          <td></td>
        </tr>
      )}
      {found.map(({ id, engine, digests, state }, index) => (
        <tr key={id}>
          {index === 0 && lines === found.length && head}
          <td>
            <a href={`#${caseAnchor(id)}`}>{engine}</a>
            {state === "same" && ", published"}
          </td>
          <Pair digests={digests} against={state === "differs" ? published : null} />
          <td class={TONES[state] ?? "note"}>
            {STATES[state]}
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** Both digests, short; those that are others than `against` are marked. */
function Pair({ digests, against }: { digests: Digests; against: Digests | null }) {
  return (["weights", "outputs"] as const).map((part) => {
    const other = against !== null && against[part] !== digests[part];
    return (
      <td key={part} class={other ? "bad tone" : undefined}>
        <code>{shortDigest(digests[part])}</code>
        {other && " ≠"}
      </td>
    );
  });
}

const TONES: { readonly [state in DigestState]?: string } = {
  same: "good tone",
  repeated: "good tone",
  differs: "bad tone",
  contradicted: "bad tone",
};

const STATES: { readonly [state in DigestState]: string } = {
  same: "✓ the same bits",
  differs: "≠ other bits",
  repeated: "✓ repeated by other runs",
  alone: "not repeated yet",
  contradicted: "≠ contradicted by an attestation",
  unpublished: "not published",
  incomparable: "with nothing",
  none: "",
};
