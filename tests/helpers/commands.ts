/**
 * Command lines for tests of whole commands, and what they leave in a results folder.
 * @module
 */
import assert from "node:assert/strict";
import { formatCase } from "../../src/matrix/case.ts";
import type { OkRecord } from "../../src/store/record.ts";
import { Store } from "../../src/store/store.ts";
import { identityOf, type RecordChanges, recordOf, type ScriptedWorld } from "../scripted_world.ts";
import { caseOf } from "./case_of.ts";

/** `reproduce` on the embedded dataset. */
export function reproduce(results: string, ...more: readonly string[]): string[] {
  return ["reproduce", "--dataset", "strokes", "--results", results, ...more];
}

/** The same of one case, fc@250#0. */
export function reproduceSmoke(results: string, ...more: readonly string[]): string[] {
  return reproduce(results, "--profile", "smoke", "--only", "fc@*", ...more);
}

/** The same of the cases `QUICK`. */
export function reproduceQuick(results: string, ...more: readonly string[]): string[] {
  return reproduce(results, "--profile", "quick", "--only", "fc@*", ...more);
}

export const QUICK = ["fc@250#0", "fc@2000#0", "fc@6000#0"];

/** Stores the record of a case. */
export async function plant(results: string, name: string, changes?: RecordChanges): Promise<void> {
  await new Store(results).write(await recordOf(name, changes));
}

/** The table's line about a case. */
export function lineOf(world: ScriptedWorld, name: string): string {
  return world.out.split("\n").find((line) => line.startsWith(`${name} `)) ?? "";
}

/** The names of the cases that have a record, sorted. */
export async function casesIn(results: string): Promise<string[]> {
  const stored = await new Store(results).readAll();
  return stored.map(({ record }) => formatCase(record.case)).sort();
}

/** The result of a case that is stored and did not fail. */
export async function resultOf(results: string, name: string): Promise<OkRecord["result"]> {
  const stored = await new Store(results).read(identityOf(caseOf(name)));
  assert.ok(stored?.record.status === "ok");
  return stored.record.result;
}
