/** Which cases have no training curve, and why, in words. */
import type { CheckedCase } from "../../../checks/verdict.ts";
import { countOf } from "../../../figures.ts";
import { asSentence } from "../../text/sentences.ts";

/** Cases of one kind named before the rest is folded. */
const NAMED = 6;

export function WithoutCurve({ cases }: { cases: readonly CheckedCase[] }) {
  const failed = cases.filter(({ record, verdict }) =>
    record?.status === "failed" && verdict !== "stale"
  );
  const stale = cases.filter(({ verdict }) => verdict === "stale");
  const missing = cases.filter(({ record, verdict }) => record === null && verdict !== "stale");
  return (
    <>
      <Kind what="failed, without a curve:" cases={failed} reasons />
      <Kind what="of another numeric version, not shown:" cases={stale} />
      <Kind what="without a record:" cases={missing} />
    </>
  );
}

function Kind(
  { what, cases, reasons = false }: {
    what: string;
    cases: readonly CheckedCase[];
    reasons?: boolean;
  },
) {
  if (cases.length === 0) return null;
  const say = (c: CheckedCase) => reasons ? `${c.id} (${failureOf(c)})` : c.id;
  return (
    <div class="without">
      <p>
        {countOf(cases.length, "case")} {what} {cases.slice(0, NAMED).map(say).join(", ")}
        {cases.length > NAMED ? ", and others." : "."}
      </p>
      {cases.length > NAMED && (
        <details>
          <summary>and {cases.length - NAMED} more</summary>
          <p>{asSentence(cases.slice(NAMED).map(say).join(", "))}</p>
        </details>
      )}
    </div>
  );
}

/** `the loss is not finite, epoch 3, step 41`. */
function failureOf({ record }: CheckedCase): string {
  if (record?.status !== "failed") return "failed";
  const { message, epoch, step } = record.failure;
  return [
    message,
    ...epoch === null ? [] : [`epoch ${epoch}`],
    ...step === null ? [] : [`step ${step}`],
  ].join(", ");
}
