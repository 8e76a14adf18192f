/**
 * The version of everything that decides a number. It changes, with an entry in CHANGELOG.md, when
 * any digest moves; results of different numeric versions are never compared bit for bit.
 */
export const NUMERIC_VERSION = 1;
