/**
 * What is known of one case beyond its row: how to repeat it, its digests in full, what it learned
 * from, and where it ran. What all seeds of a configuration share is in `SharedFacts`.
 */
import { sayRun } from "../../../checks/attested.ts";
import { checkedId } from "../../../checks/check_case.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import {
  countOf,
  formatCount,
  formatDuration,
  formatInstant,
  formatScore,
  formatScoreRange,
} from "../../../figures.ts";
import { dependencyOf, metricOf } from "../../../matrix/case.ts";
import type { CaseRecord, FailedRecord, OkRecord } from "../../../store/record.ts";
import { caseAnchor, originAnchor } from "../../parts/anchors.ts";
import { Fact, FactLines, Facts } from "../../parts/facts.tsx";
import { reproduceCase } from "../../text/commands.ts";
import type { Listing } from "./listing.ts";

interface Props {
  readonly checked: CheckedCase;
  readonly listing: Listing;
}

export function CaseDetails({ checked, listing }: Props) {
  const { record, file } = checked;
  return (
    <Facts>
      <Fact name="Reproduce">
        <code class="command">{reproduceCase(listing.input, checked)}</code>
      </Fact>
      {record?.status === "ok" && <Result checked={checked} record={record} listing={listing} />}
      {record?.status === "failed" && <Fact name="Failure">{describeFailure(record)}</Fact>}
      {record && <Ran record={record} listing={listing} />}
      {file !== null && (
        <Fact name="Record">
          <code>{file}</code>
        </Fact>
      )}
    </Facts>
  );
}

/** What the seeds of a configuration share; nothing where there is nothing. */
export function SharedFacts({ cases }: { cases: readonly CheckedCase[] }) {
  const band = cases.find((c) => c.band !== null)?.band;
  const metric = metricOf(cases[0]!.case);
  const plans = new Set(cases.flatMap(({ record }) => record?.provenance.plan ?? []));
  if (!band && plans.size === 0) return null;
  return (
    <Facts>
      {band && (
        <Fact name="Expected">
          {formatScoreRange(metric, band.lo, band.hi)}, median{" "}
          {formatScore(metric, band.median)}: 99.9 % prediction interval from{" "}
          {countOf(band.n, "seed")}
        </Fact>
      )}
      {[...plans].map((plan) => (
        <Fact key={plan} name="Plan SHA-256">
          <code>{plan}</code>
        </Fact>
      ))}
    </Facts>
  );
}

function Result({ checked, record: { result }, listing }: Props & { record: OkRecord }) {
  const { reference, attested } = checked;
  return (
    <>
      <Digest name="Weights" digest={result.digests.weights} published={reference?.weights} />
      <Digest name="Test outputs" digest={result.digests.outputs} published={reference?.outputs} />
      {attested !== null && attested.repeatedBy.length > 0 && (
        <FactLines name="Repeated by" lines={attested.repeatedBy.map(sayRun)} />
      )}
      <Fact name="Training">
        {countOf(result.epochs, "epoch")}, best {result.bestEpoch}, with{" "}
        {formatScore(result.metric, result.validationScore)} on the validation set
      </Fact>
      {result.encoder !== undefined && (
        <Fact name="Encoder">
          <Encoder checked={checked} weights={result.encoder} listing={listing} />
        </Fact>
      )}
      {result.artifacts?.map(({ name, shape, sha256 }) => (
        <Fact key={name} name={`${name} [${shape.map(formatCount).join(" x ")}] SHA-256`}>
          <code>{sha256}</code>
        </Fact>
      ))}
    </>
  );
}

function Digest(
  { name, digest, published }: { name: string; digest: string; published: string | undefined },
) {
  return (
    <Fact name={`${name} SHA-256`}>
      <code>{digest}</code>
      {published !== undefined && (
        <span class="line">
          {published === digest ? "the same as published" : (
            <>
              published: <code>{published}</code>
            </>
          )}
        </span>
      )}
    </Fact>
  );
}

/** What a head learned from. Its record names the weights; the report may hold their case. */
function Encoder({ checked, weights, listing }: Props & { weights: string }) {
  const dependency = dependencyOf(checked.case);
  if (dependency === null) return <code>{weights}</code>;
  const id = checkedId(dependency, checked.engine);
  const encoder = listing.byId.get(id);
  if (encoder?.record?.status !== "ok") {
    return (
      <>
        {id}, of which there is no result here; weights SHA-256 <code>{weights}</code>
      </>
    );
  }
  return (
    <>
      <a href={`#${caseAnchor(id)}`}>{id}</a>
      {encoder.record.result.digests.weights === weights ? ", the weights of its record" : (
        <>
          ; not the weights of its record, but SHA-256 <code>{weights}</code>
        </>
      )}
    </>
  );
}

function Ran({ record, listing }: { record: CaseRecord; listing: Listing }) {
  const { provenance, numericVersion } = record;
  const origin = listing.origins.idOf(record);
  return (
    <Fact name="Ran">
      {formatInstant(provenance.startedAt)}, {formatDuration(provenance.seconds)}
      {numericVersion !== listing.input.numericVersion && `, numeric version ${numericVersion}`}
      {listing.origins.all.length > 1 && (
        <>
          , <a href={`#${originAnchor(origin)}`}>origin {origin}</a>
        </>
      )}
    </Fact>
  );
}

function describeFailure({ failure: { message, epoch, step } }: FailedRecord): string {
  const where = [epoch === null ? "" : `epoch ${epoch}`, step === null ? "" : `step ${step}`]
    .filter((word) => word !== "").join(", ");
  return where === "" ? message : `${message} (${where})`;
}
