/**
 * The section "Provenance": who repeated published records, how to get the same bits again, and where
 * the records were made.
 */
import { countOf } from "../../../figures.ts";
import type { ReportInput } from "../../input.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import type { Section } from "../../section.ts";
import { reproduceAll, reproduceOne } from "../../text/commands.ts";
import { DATASET_LABELS } from "../../text/datasets.ts";
import { Attestations } from "./attestations.tsx";
import { collectOrigins, type Origin } from "./origins.ts";

export const PROVENANCE: Section = {
  id: "provenance",
  title: "Provenance",
  style: new URL("provenance.css", import.meta.url),
  render: (input) => Promise.resolve(<Provenance input={input} />),
};

function Provenance({ input }: { input: ReportInput }) {
  const origins = collectOrigins(input.cases);
  return (
    <section id="provenance" aria-labelledby="provenance-title">
      <h2 id="provenance-title">Provenance</h2>
      <p class="lead">
        A result is a function of case, dataset and numeric version. Machine, kernels, threads, time
        and commit are recorded, and decide no bit of the exact engine's results.
      </p>
      <Attestations input={input} />
      <h3>The same bits again</h3>
      <Again input={input} />
      {origins.length > 0 && (
        <>
          <h3>Where the records were made</h3>
          <Places origins={origins} />
        </>
      )}
    </section>
  );
}

function Again({ input }: { input: ReportInput }) {
  const dataset = DATASET_LABELS[input.dataset.name];
  const command = reproduceAll(input);
  const bands = [...new Set(input.cases.flatMap(({ band }) => band?.origin ?? []))];
  return (
    <Facts>
      {command !== null && (
        <Fact name="All cases">
          <code class="command">{command}</code>
        </Fact>
      )}
      <Fact name="One case">
        <code class="command">{reproduceOne(input)}</code>
      </Fact>
      <Fact name="One record">
        <code class="command">deno task verify reports/latest/records/FILE</code>{" "}
        runs the case of a record again, its encoder too, and compares the digests.
      </Fact>
      <Fact name="Dataset">{dataset.title}: {dataset.note}</Fact>
      <Fact name="Dataset SHA-256">
        <code>{input.dataset.sha256}</code>
      </Fact>
      <Fact name="Numeric version">{input.numericVersion}</Fact>
      {bands.map((origin) => <Fact key={origin} name="Bands measured by">{origin}</Fact>)}
    </Facts>
  );
}

/** More than these are folded. */
const UNFOLDED = 8;

/** What all origins share is said once, above those that differ. */
function Places({ origins }: { origins: readonly Origin[] }) {
  const isShared = ({ key }: Field) => new Set(origins.map((origin) => origin[key])).size === 1;
  const shared = FIELDS.filter(isShared), own = FIELDS.filter((field) => !isShared(field));
  const [shown, folded] = [origins.slice(0, UNFOLDED), origins.slice(UNFOLDED)];
  const place = (origin: Origin) => <Place key={origin.id} origin={origin} fields={own} />;
  return (
    <>
      {shared.length > 0 && <OriginFacts origin={origins[0]!} fields={shared} />}
      {own.length > 0 && shown.map(place)}
      {folded.length > 0 && (
        <details>
          <summary>and {countOf(folded.length, "more origin", "more origins")}</summary>
          {folded.map(place)}
        </details>
      )}
    </>
  );
}

function Place({ origin, fields }: { origin: Origin; fields: readonly Field[] }) {
  return (
    <div class="origin">
      <h4>Origin {origin.id}: {countOf(origin.records, "record")}</h4>
      <OriginFacts origin={origin} fields={fields} />
    </div>
  );
}

function OriginFacts({ origin, fields }: { origin: Origin; fields: readonly Field[] }) {
  return (
    <Facts>
      {fields.map(({ key, name, code }) => (
        <Fact key={key} name={name}>
          {origin[key] === null ? "–" : code ? <code>{origin[key]}</code> : origin[key]}
        </Fact>
      ))}
    </Facts>
  );
}

interface Field {
  readonly key: Exclude<keyof Origin, "id" | "records">;
  readonly name: string;
  readonly code: boolean;
}

const FIELDS: readonly Field[] = [
  { key: "machine", name: "Machine", code: false },
  { key: "engine", name: "Engine", code: false },
  { key: "versions", name: "Versions", code: false },
  { key: "kernels", name: "Kernels SHA-256", code: true },
  { key: "commit", name: "Commit", code: true },
];
