import type { StoredRecord } from "../../src/store/store.ts";

/** Records of so many seeds, made of one, that count how often anybody asks for the case of any. */
export function countedRecords({ record }: StoredRecord, seeds: number) {
  const asked = { times: 0 };
  const records = Array.from({ length: seeds }, (_, seed): StoredRecord => ({
    file: `${seed}.json`,
    record: {
      ...record,
      get case() {
        asked.times++;
        return { ...record.case, seed };
      },
    },
  }));
  return { records, asked };
}
