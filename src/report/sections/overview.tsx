/** The first section: the verdict in a sentence, what asks for attention, the table, the facts. */
import { reproduceProfile } from "../commands.ts";
import { DATASET_LABELS } from "../dataset_labels.ts";
import { collectEnvironment, type Environment } from "../environment.ts";
import { asSentence, formatInstant, formatSeconds } from "../format.ts";
import { type AttentionGroup, writeHeadline } from "../headline.ts";
import type { ReportInput } from "../input.ts";
import type { Tone } from "../verdict_words.ts";
import { Fact, FactLines, Facts } from "./facts.tsx";
import type { Section } from "./section.ts";
import { VerdictChip } from "./verdict_chip.tsx";
import { caseAnchor, VerdictTable } from "./verdict_table.tsx";

export const OVERVIEW: Section = {
  id: "overview",
  title: "Overview",
  render: (input) => Promise.resolve(<Overview input={input} />),
};

function Overview({ input }: { input: ReportInput }) {
  const headline = writeHeadline(input);
  const environment = collectEnvironment(input.cases);
  const dataset = DATASET_LABELS[input.dataset.name];
  return (
    <section id="overview" aria-label="Overview">
      <div class={`verdict ${headline.tone}`}>
        <p class="eyebrow">
          Dataset <strong>{dataset.title}</strong>
          {input.profile === null ? ", records as they were found" : (
            <>
              , profile <strong>{input.profile}</strong>
            </>
          )}
        </p>
        <h1 class={headline.sentence.length > 80 ? "long" : undefined}>
          <span class="symbol" aria-hidden="true">{TONE_SYMBOLS[headline.tone]}</span>
          {headline.sentence}
        </h1>
        {headline.basis !== "" && <p>{headline.basis}</p>}
        <Attention groups={headline.attention} />
      </div>
      {input.cases.length > 0 && (
        <>
          <h2>Verdicts</h2>
          <VerdictTable input={input} environment={environment} />
        </>
      )}
      <h2>What was run</h2>
      <RunFacts input={input} environment={environment} />
    </section>
  );
}

const TONE_SYMBOLS: { readonly [tone in Tone]: string } = {
  good: "✓",
  bad: "✕",
  open: "!",
  plain: "○",
};

/** Cases of one verdict named before the rest is folded. */
const NAMED = 6;

function Attention({ groups }: { groups: readonly AttentionGroup[] }) {
  if (groups.length === 0) return null;
  return (
    <ul class="attention">
      {groups.map(({ verdict, cases }) => (
        <li key={verdict}>
          <VerdictChip verdict={verdict} {...(cases.length > 1 && { count: cases.length })} />
          <div>
            <Cases cases={cases.slice(0, NAMED)} />
            {cases.length > NAMED && (
              <details>
                <summary>and {cases.length - NAMED} more</summary>
                <Cases cases={cases.slice(NAMED)} />
              </details>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Cases({ cases }: { cases: AttentionGroup["cases"] }) {
  return (
    <ul>
      {cases.map((c) => (
        <li key={c.id}>
          <a href={`#${caseAnchor(c.id)}`}>{c.id}</a> {asSentence(c.reason)}
        </li>
      ))}
    </ul>
  );
}

function RunFacts({ input, environment }: { input: ReportInput; environment: Environment }) {
  const dataset = DATASET_LABELS[input.dataset.name];
  const command = reproduceProfile(input);
  const { started } = environment;
  return (
    <Facts>
      <Fact name="Reproduce">
        {command === null
          ? "Each case has its own command, under its row in the table."
          : <code class="command">{command}</code>}
      </Fact>
      <Fact name="Dataset">{dataset.title}: {dataset.note}</Fact>
      <Fact name="Dataset SHA-256">
        <code>{input.dataset.sha256}</code>
      </Fact>
      <Fact name="Numeric version">{input.numericVersion}</Fact>
      {started && (
        <>
          <FactLines name="Machine" lines={environment.machines} />
          <FactLines name="Engine" lines={environment.engines} />
          {environment.secondOpinion && (
            <Fact name="Digests of tfjs-*">
              TensorFlow.js leaves the order of operations to its libraries, so its bits change with
              machine and version. Its scores are held against the bands; its digests are shown, and
              compared with nothing.
            </Fact>
          )}
          <FactLines name="Versions" lines={environment.versions} />
          <FactLines name="Kernels SHA-256" lines={environment.kernels} code />
          <FactLines name="Commit" lines={environment.commits} code />
          <Fact name="Time of all cases">{formatSeconds(environment.seconds)}</Fact>
          <Fact name="Started">{formatSpan(started)}</Fact>
        </>
      )}
    </Facts>
  );
}

function formatSpan([first, last]: readonly [string, string]): string {
  return first === last
    ? formatInstant(first)
    : `${formatInstant(first)}; the last case ${formatInstant(last)}`;
}
