/**
 * The table of the main results: what was claimed, what is expected, what was found, the verdict, and
 * whether the bits are the published ones.
 */
import { formatClaim, MEASURED_AGAIN_ORIGIN } from "../../../checks/claims.ts";
import { exactDifference } from "../../../checks/statistics/exact_mean.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import {
  countOf,
  formatCount,
  formatDifference,
  formatPercent,
  formatScoreRange,
  formatScoreSpan,
  shortDigest,
} from "../../../figures.ts";
import { groupAnchor } from "../../parts/anchors.ts";
import { type DigestState, digestState } from "../../parts/digest_state.ts";
import type { Pending } from "../../parts/pending.ts";
import { VerdictChips } from "../../parts/verdict_chip.tsx";
import { type ResultRow, scoreOf } from "../../parts/result_rows.ts";

export function ResultsTable(
  { rows, pending }: { rows: readonly ResultRow[]; pending: Pending },
) {
  const claims = rows.some(({ claim }) => claim !== null);
  return (
    <table class="results">
      <thead>
        <tr>
          <th scope="col">{claims ? "Claim" : "Case"}</th>
          <th scope="col" class="number">
            {rows.some(({ scores }) => scores.length > 1) ? "Mean test accuracy" : "Test accuracy"}
          </th>
          {claims && <th scope="col" class="number minor">vs 2017</th>}
          <th scope="col" class="number minor">Expected band</th>
          <th scope="col">Verdict</th>
          <th scope="col" class="minor">Digest of weights</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <Row
            key={row.name}
            row={row}
            claims={claims}
            repeated={row.claim !== null && row.claim === rows[i - 1]?.claim}
            pending={pending}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: ResultRow;
  readonly claims: boolean;
  /** Whether the row above is of the same claim, by another engine. */
  readonly repeated: boolean;
  readonly pending: Pending;
}

function Row({ row, claims, repeated, pending }: RowProps) {
  const { claim, cases, band } = row;
  const score = scoreOf(row);
  return (
    <tr>
      <NameCell row={row} repeated={repeated} />
      <ScoreCell row={row} />
      {claims && (
        <td class="number minor">
          {score !== null && claim !== null
            ? formatDifference("accuracy", exactDifference(score, claim.claimed), claim.decimals)
            : "–"}
        </td>
      )}
      <td class="number minor">
        {band === null ? "–" : (
          <>
            {formatScoreRange("accuracy", band.lo, band.hi)}
            <span class="line note">from {countOf(band.n, "seed")}</span>
          </>
        )}
      </td>
      <td>
        {cases.length === 0
          ? <span class="note">not run</span>
          : <VerdictChips cases={cases} pending={pending} />}
      </td>
      <td class="minor">
        <Digests cases={cases} />
      </td>
    </tr>
  );
}

/** The configuration, linked to its rows in the records, and what was claimed of it. */
function NameCell({ row: { name, claim, cases }, repeated }: Pick<RowProps, "row" | "repeated">) {
  return (
    <th scope="row">
      {cases.length > 0 ? <a href={`#${groupAnchor(name)}`}>{name}</a> : name}
      {claim !== null && !repeated && (
        <>
          <span class="line note">2017: {formatClaim(claim)}</span>
          <span class="line note minor" title={MEASURED_AGAIN_ORIGIN}>
            its code again: {formatScoreSpan("accuracy", claim.measuredAgain)},{" "}
            {countOf(claim.measuredAgain.length, "run")}
          </span>
        </>
      )}
    </th>
  );
}

/** The score, its interval, and the number of seeds that it is the mean of. */
function ScoreCell({ row }: Pick<RowProps, "row">) {
  const { cases, scores, interval } = row;
  const score = scoreOf(row);
  return (
    <td class="number">
      {score === null ? "–" : <strong>{formatPercent(score)}</strong>}
      {cases.length > 0 && (
        <span class="line note">
          {interval !== null && (
            <>
              <span class="part">{formatScoreRange("accuracy", interval.lo, interval.hi)},</span>
              {" "}
            </>
          )}
          <span class="part">
            {scores.length === cases.length
              ? countOf(scores.length, "seed")
              : `${formatCount(scores.length)} of ${countOf(cases.length, "seed")}`}
          </span>
        </span>
      )}
    </td>
  );
}

/** The digest of the lowest seed, and how those of all seeds stand to the published ones. */
function Digests({ cases }: { cases: readonly CheckedCase[] }) {
  const states = Map.groupBy(cases, digestState);
  const [first] = cases.filter((c) => digestState(c) !== "none")
    .toSorted((a, b) => a.case.seed - b.case.seed);
  if (first?.record?.status !== "ok") return "–";
  const { weights } = first.record.result.digests;
  const lines = DIGEST_ORDER.flatMap((state) => {
    const count = states.get(state)?.length ?? 0;
    return count === 0 ? [] : [{ state, count }];
  });
  return (
    <>
      <code title={`${weights}, of seed ${first.case.seed}`}>{shortDigest(weights)}</code>
      {cases.length > 1 && ` #${first.case.seed}`}
      <span class="line note">
        {lines.map(({ state, count }, i) => (
          <>
            {i > 0 && ", "}
            <span class={BAD.includes(state) ? "bad tone" : undefined} key={state}>
              {cases.length > 1 && `${count} `}
              {DIGEST_WORDS[state]}
            </span>
          </>
        ))}
      </span>
    </>
  );
}

const DIGEST_ORDER = [
  "contradicted",
  "differs",
  "same",
  "repeated",
  "alone",
  "unpublished",
  "incomparable",
] as const;

const BAD: readonly DigestState[] = ["contradicted", "differs"];

const DIGEST_WORDS: { readonly [state in Exclude<DigestState, "none">]: string } = {
  contradicted: "contradicted",
  differs: "differs",
  same: "as published",
  repeated: "repeated by others",
  alone: "not repeated yet",
  unpublished: "not published",
  incomparable: "compared with nothing",
};
