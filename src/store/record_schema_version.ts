/** What records are written in. Of version 1 there are records still, which are read as before. */
export const RECORD_SCHEMA_VERSION = 2;
export const RECORD_SCHEMA_VERSIONS = [1, RECORD_SCHEMA_VERSION] as const;
