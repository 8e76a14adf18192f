/** Where the run stands that writes the page: what is under way, what is left, how it goes on. */
import { checkedId } from "../../../checks/check_case.ts";
import type { EngineName } from "../../../engines/engine_name.ts";
import {
  countOf,
  formatCount,
  formatEstimate,
  formatScore,
  formatTimeOfDay,
} from "../../../figures.ts";
import { type Case, metricOf } from "../../../matrix/case.ts";
import type { ReportInput } from "../../input.ts";
import { caseAnchor } from "../../parts/anchors.ts";
import type { CaseUnderWay, RunInterrupted, RunProgress, RunState } from "../../run_state.ts";
import { goOn } from "../../text/commands.ts";

/** Cases named before the rest is folded. */
const NAMED = 6;

export function RunPart({ input, run }: { input: ReportInput; run: RunState }) {
  return run.state === "running"
    ? <Progress run={run} />
    : <Interrupted command={goOn(input, run)} run={run} />;
}

function Progress({ run }: { run: RunProgress }) {
  const { done, total, underWay, left, secondsLeft, writtenAt, engine } = run;
  return (
    <div class="run">
      <p>
        This run: <strong>{formatCount(done)} of {countOf(total, "case")} done</strong>,{" "}
        {formatEstimate(secondsLeft)} left
      </p>
      {underWay.length > 0 && (
        <ul class="under-way" aria-label="Cases under way">
          {underWay.map((u) => <UnderWay key={checkedId(u.case, engine)} {...u} engine={engine} />)}
        </ul>
      )}
      {left.length > 0 && <Names title="Then" cases={left} engine={engine} />}
      <p class="note">
        Written at{" "}
        <time dateTime={writtenAt}>{formatTimeOfDay(writtenAt)}</time>. This page is written again
        while the run goes on: reload it.
      </p>
    </div>
  );
}

function UnderWay({ case: c, last, epochs, share, engine }: CaseUnderWay & OnEngine) {
  const id = checkedId(c, engine);
  const percent = `${Math.floor(100 * share)} %`;
  return (
    <li>
      <CaseLink id={id} />
      <progress max={1} value={share} aria-label={`${id}, how far it is`}>{percent}</progress>
      <span>
        {last === null ? "starting" : (
          <>
            epoch {formatCount(last.epoch)}
            {last.epoch <= epochs && ` of about ${formatCount(epochs)}`}, validation{" "}
            {formatScore(metricOf(c), last.validationScore)}
          </>
        )}
      </span>
    </li>
  );
}

function Interrupted({ run, command }: { run: RunInterrupted; command: string }) {
  return (
    <div class="run">
      <Names title="Not run" cases={run.notRun} engine={run.engine} />
      <p>
        What had finished is kept. This goes on from there: <code class="command">{command}</code>
      </p>
    </div>
  );
}

interface OnEngine {
  readonly engine: EngineName;
}

function Names(
  { title, cases, engine }: OnEngine & { title: string; cases: readonly Case[] },
) {
  const ids = cases.map((c) => checkedId(c, engine));
  return (
    <div class="names">
      {title}: <Links ids={ids.slice(0, NAMED)} />
      {ids.length > NAMED && (
        <details>
          <summary>and {formatCount(ids.length - NAMED)} more</summary>
          <Links ids={ids.slice(NAMED)} />
        </details>
      )}
    </div>
  );
}

function Links({ ids }: { ids: readonly string[] }) {
  return ids.map((id, i) => (
    <>
      {i > 0 && ", "}
      <CaseLink id={id} key={id} />
    </>
  ));
}

function CaseLink({ id }: { id: string }) {
  return <a href={`#${caseAnchor(id)}`}>{id}</a>;
}
