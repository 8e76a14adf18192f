/** What `deno task bench:peers --json` leaves, as far as a report shows it. */
import { z } from "zod";

const peerTimesSchema = z.object({
  schemaVersion: z.literal(2),
});

export type PeerTimes = z.infer<typeof peerTimesSchema>;

/** Reads the JSON text of `bench:peers`; throws a RangeError that says what is wrong with it. */
export function parsePeerTimes(text: string): PeerTimes {
  const parsed = peerTimesSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RangeError(`${issue.path.join(".") || "whole file"}: ${issue.message}`);
}
