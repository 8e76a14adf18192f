/** All that is known of one case: how to repeat it, its digests in full, and where it ran. */
import type { CheckedCase } from "../../checks/verdict.ts";
import type { FailedRecord, OkRecord, Record as CaseRecord } from "../../store/record.ts";
import { reproduceCase } from "../commands.ts";
import type { Environment } from "../environment.ts";
import { formatEngine, formatMachine, formatVersions } from "../environment.ts";
import { metricOf } from "../../matrix/case.ts";
import {
  countOf,
  formatCount,
  formatInstant,
  formatScore,
  formatScoreRange,
  formatSeconds,
} from "../format.ts";
import type { ReportInput } from "../input.ts";
import { Fact, Facts } from "./facts.tsx";

interface Props {
  readonly checked: CheckedCase;
  readonly input: ReportInput;
  readonly environment: Environment;
}

export function CaseDetails({ checked, input, environment }: Props) {
  const { band, record, file } = checked;
  const metric = metricOf(checked.case);
  return (
    <Facts>
      <Fact name="Reproduce">
        <code class="command">{reproduceCase(input, checked)}</code>
      </Fact>
      {band && (
        <Fact name="Expected">
          {formatScoreRange(metric, band.lo, band.hi)}, median{" "}
          {formatScore(metric, band.median)}: 99.9 % prediction interval from{" "}
          {countOf(band.n, "seed")}. Source: {band.origin}
        </Fact>
      )}
      {record?.status === "ok" && <Result record={record} reference={checked.reference} />}
      {record?.status === "failed" && <Fact name="Failure">{describeFailure(record)}</Fact>}
      {record && <Origin record={record} environment={environment} />}
      {file !== null && (
        <Fact name="Record">
          <code>{file}</code>
        </Fact>
      )}
    </Facts>
  );
}

function Result(
  { record: { result }, reference }: {
    record: OkRecord;
    reference: CheckedCase["reference"];
  },
) {
  return (
    <>
      <Digest name="Weights" digest={result.digests.weights} published={reference?.weights} />
      <Digest name="Test outputs" digest={result.digests.outputs} published={reference?.outputs} />
      <Fact name="Training">
        {countOf(result.epochs, "epoch")}, best {result.bestEpoch}, with{" "}
        {formatScore(result.metric, result.validationScore)} on the validation set
      </Fact>
      {result.encoder !== undefined && (
        <Fact name="Encoder's weights SHA-256">
          <code>{result.encoder}</code>
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

/** Where a case ran; what holds for all cases of the report is said once, below the table. */
function Origin({ record, environment }: { record: CaseRecord; environment: Environment }) {
  const { provenance, numericVersion, engine } = record;
  return (
    <>
      <Fact name="Ran">
        {formatInstant(provenance.startedAt)}, {formatSeconds(provenance.seconds)}, numeric version
        {" "}
        {numericVersion}
      </Fact>
      {environment.engines.length > 1 && (
        <Fact name="Engine">{formatEngine(engine, provenance)}</Fact>
      )}
      {environment.machines.length > 1 && <Fact name="Machine">{formatMachine(provenance)}</Fact>}
      {environment.versions.length > 1 && <Fact name="Versions">{formatVersions(provenance)}</Fact>}
      {environment.kernels.length > 1 && provenance.kernels !== null && (
        <Fact name="Kernels">
          <code>{provenance.kernels}</code>
        </Fact>
      )}
      {environment.commits.length > 1 && provenance.commit !== null && (
        <Fact name="Commit">
          <code>{provenance.commit}</code>
        </Fact>
      )}
      {provenance.plan !== null && (
        <Fact name="Plan">
          <code>{provenance.plan}</code>
        </Fact>
      )}
    </>
  );
}

function describeFailure({ failure: { message, epoch, step } }: FailedRecord): string {
  const where = [epoch === null ? "" : `epoch ${epoch}`, step === null ? "" : `step ${step}`]
    .filter((word) => word !== "").join(", ");
  return where === "" ? message : `${message} (${where})`;
}
