/** What the parts of the table of records look up. */
import type { CheckedCase } from "../../../checks/verdict.ts";
import type { ReportInput } from "../../input.ts";
import { type Pending, pendingOf } from "../../parts/pending.ts";
import { collectOrigins, type Origins } from "./origins.ts";

export interface Listing {
  readonly input: ReportInput;
  readonly origins: Origins;
  readonly byId: ReadonlyMap<string, CheckedCase>;
  readonly pending: Pending;
}

export function listingOf(input: ReportInput): Listing {
  return {
    input,
    origins: collectOrigins(input.cases),
    byId: new Map(input.cases.map((c) => [c.id, c])),
    pending: pendingOf(input.run),
  };
}
