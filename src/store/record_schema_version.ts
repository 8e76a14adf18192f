/** The version of a record's schema: raised when an older program could not read what is written. */
export const RECORD_SCHEMA_VERSION = 1;
