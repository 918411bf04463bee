/** What a data directory does not hold: for the end of a sentence. */
export const NOT_KEPT = 'logs for queries (their files go on)';
